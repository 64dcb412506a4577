"""References between entries, checked during validation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from rapidfuzz import fuzz, process

_SIMILAR = 60  # rapidfuzz ratio; an author sees the suggestion beside the error, so it may be loose


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a string as the id of an entry of another kind.

    Validation looks the id up in its context, ``{"ids": {kind: ids}}``, so a dangling reference is
    reported with its field and line like any other error. Any string passes if there is no context
    (JSON schema, tests of one model), or if a file of that kind couldn't be read.
    """

    kind: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Add the check of the id to the string's own validation."""
        return core_schema.with_info_after_validator_function(self._check_exists, handler(source))

    def _check_exists(self, value: str, info: ValidationInfo) -> str:
        if info.context is None:
            return value
        ids: Mapping[str, Collection[str]] = info.context["ids"]
        known = ids.get(self.kind)
        if known is not None and value not in known:
            raise PydanticCustomError(
                "unknown_reference",
                "no entry of {kind} has the id '{value}'",
                {"kind": self.kind, "value": value, "remedy": suggest_correction(value, known)},
            )
        return value


@dataclass(frozen=True, slots=True)
class AnyRef:
    """Marks a string as ``kind/id``, an entry of any kind; looked up like a Ref."""

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Add the check of the kind and id to the string's own validation."""
        return core_schema.with_info_after_validator_function(self._check_exists, handler(source))

    def _check_exists(self, value: str, info: ValidationInfo) -> str:
        if info.context is None:
            return value
        kind, _, name = value.partition("/")
        ids: Mapping[str, Collection[str]] = info.context["ids"]
        if kind in info.context.get("unreadable", ()) or name in ids.get(kind, ()):
            return value
        remedy = (
            suggest_correction(name, ids[kind]) if kind in ids else suggest_correction(kind, ids)
        )
        raise PydanticCustomError(
            "unknown_reference",
            "there is no entry '{value}'",
            {"value": value, "remedy": remedy},
        )


def suggest_correction(word: str, known: Collection[str]) -> str:
    """Return the remedy for an unknown *word*: the most similar known one, or a few of them."""
    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=_SIMILAR)
    if best is not None:
        return f"did you mean '{best[0]}'?"
    if not known:
        return "there are none yet: add one"
    shown = sorted(known)[:8]
    return "one of: " + ", ".join(shown) + (", …" if len(known) > len(shown) else "")
