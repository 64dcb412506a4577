"""Types for references between content entries, which are checked during validation."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_SIMILAR = 60  # rapidfuzz ratio; low, because a wrong suggestion beside the error does no harm


class _CheckedId(ABC):
    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str, info: ValidationInfo) -> str:
        return value if info.context is None else self._check_exists(value, info.context)

    @abstractmethod
    def _check_exists(self, value: str, context: Any) -> str:
        """Return *value* if there is an entry with that id, else raise PydanticCustomError."""


@dataclass(frozen=True, slots=True)
class Ref(_CheckedId):
    """Annotation of a string field that holds the id of an entry of *kind*.

    Validation fails if its context, ``{"ids": {kind: ids}}``, doesn't have the id, so that the
    error is reported with its field and line. Any string is valid if there is no context (in tests
    of one model), or if a file of that kind couldn't be read.
    """

    kind: str

    def _check_exists(self, value: str, context: Any) -> str:
        ids: Mapping[str, Collection[str]] = context["ids"]
        known = ids.get(self.kind)
        if known is not None and value not in known:
            raise PydanticCustomError(
                "unknown_reference",
                "no entry of {kind} has the id '{value}'",
                {"kind": self.kind, "value": value, "remedy": suggest_correction(value, known)},
            )
        return value


@dataclass(frozen=True, slots=True)
class AnyRef(_CheckedId):
    """Annotation of a string field that holds ``kind/id``, an entry of any kind; see Ref."""

    def _check_exists(self, value: str, context: Any) -> str:
        kind, _, name = value.partition("/")
        ids: Mapping[str, Collection[str]] = context["ids"]
        if kind in context.get("unreadable", ()) or name in ids.get(kind, ()):
            return value
        remedy = (
            suggest_correction(name, ids[kind]) if kind in ids else suggest_correction(kind, ids)
        )
        raise PydanticCustomError(
            "unknown_reference",
            "there's no entry '{value}'",
            {"value": value, "remedy": remedy},
        )


def suggest_correction(word: str, known: Collection[str]) -> str:
    """Return a text that suggests how to correct the unknown *word*.

    The text names the most similar of the *known* words, or some of them if none is similar.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only errors need it

    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=_SIMILAR)
    if best is not None:
        return f"did you mean '{best[0]}'?"
    if not known:
        return "there are none yet: add one"
    shown = sorted(known)[:8]
    return "one of: " + ", ".join(shown) + (", …" if len(known) > len(shown) else "")
