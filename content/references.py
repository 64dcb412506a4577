"""References between entries, checked while the entry that makes them is validated."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from rapidfuzz import fuzz, process


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a string as the id of an entry of another kind.

    Validation looks the id up in the context it is given, ``{"ids": {kind: ids}}``, so a dangling
    reference is reported with its own field and line like any other fault. Without a context
    (JSON schema, unit tests of one model), or where a kind is missing from it because one of its
    files can't be read, any string passes.
    """

    kind: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the id after the string itself has been validated."""
        return core_schema.with_info_after_validator_function(self._known, handler(source))

    def _known(self, value: str, info: ValidationInfo) -> str:
        if info.context is None:
            return value
        ids: Mapping[str, Collection[str]] = info.context["ids"]
        known = ids.get(self.kind)
        if known is not None and value not in known:
            raise PydanticCustomError(
                "unknown_reference",
                "no entry of {kind} has the id '{value}'",
                {"kind": self.kind, "value": value, "mend": nearest(value, known)},
            )
        return value


@dataclass(frozen=True, slots=True)
class AnyRef:
    """Marks a string as ``kind/id``: an entry of whatever kind, looked up as a Ref is."""

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the kind and the id after the string itself has been validated."""
        return core_schema.with_info_after_validator_function(self._known, handler(source))

    def _known(self, value: str, info: ValidationInfo) -> str:
        if info.context is None:
            return value
        kind, _, name = value.partition("/")
        ids: Mapping[str, Collection[str]] = info.context["ids"]
        if kind in info.context.get("unreadable", ()) or name in ids.get(kind, ()):
            return value
        mend = nearest(name, ids[kind]) if kind in ids else nearest(kind, ids)
        raise PydanticCustomError(
            "unknown_reference",
            "there is no entry '{value}'",
            {"value": value, "mend": mend},
        )


def nearest(word: str, known: Collection[str]) -> str:
    """Say what to write instead of *word*: the nearest of *known*, or a few of them."""
    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60)
    if best is not None:
        return f"did you mean '{best[0]}'?"
    if not known:
        return "there are none yet: add one"
    shown = sorted(known)[:8]
    return "one of: " + ", ".join(shown) + (", …" if len(known) > len(shown) else "")
