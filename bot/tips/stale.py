"""Tips whose cited entries have changed since a moderator approved them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tips.post import entry
from content import Content
from storage import Tip

GONE = "not in the content any more"
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """What a cited entry said when the tip was approved, and what it says now."""

    cite: str
    part: str
    old: str
    new: str


def seen(content: Content, cites: Sequence[str]) -> str | None:
    """Give what cited entries say, to be kept with an approval; None where nothing is cited."""
    if not cites:
        return None
    said = {cite: _said(content, cite) for cite in cites}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def changes(tip: Tip, content: Content) -> tuple[Change, ...]:
    """Give what has changed of the entries that *tip* cites."""
    before = json.loads(tip.seen) if tip.seen else {}
    return tuple(change for cite in before for change in _differences(cite, before[cite], content))


def _said(content: Content, cite: str) -> Any:
    found = entry(content, cite)
    return None if found is None else found.model_dump(mode="json", exclude_defaults=True)


def _differences(cite: str, before: Any, content: Content) -> Iterator[Change]:
    now = _said(content, cite)
    if before == now:
        return
    if now is None or before is None:
        there = "in the content"
        yield Change(cite, "entry", *((there, GONE) if now is None else (GONE, there)))
        return
    old, new = dict(_parts(before)), dict(_parts(now))
    for part in old | new:
        if old.get(part) != new.get(part):
            yield Change(cite, part, old.get(part, _NOTHING), new.get(part, _NOTHING))


def _parts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give every single value within *value*, by the way to it."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in pairs:
            yield from _parts(each, f"{name}.{key}" if name else str(key))
    else:
        yield name, str(value)
