"""Tips whose cited entries have changed since a moderator approved them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tips.message import entry
from content import Content
from storage import Tip

GONE = "not in the content any more"
_NOTHING, _THERE, _UNREADABLE = "nothing", "in the content", "can't be read any more"


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
    before = _seen(tip)
    known = (change for cite in before for change in _differences(cite, before[cite], content))
    others = (cite for cite in tip.cites if cite not in before)
    return (*known, *(change for cite in others for change in _unseen(tip, cite, content)))


def _seen(tip: Tip) -> dict[str, Any]:
    """Return the entries stored with the approval; nothing if they can't be read."""
    try:
        before = json.loads(tip.seen or "{}")
    except ValueError:
        return {}
    return before if isinstance(before, dict) else {}


def _unseen(tip: Tip, cite: str, content: Content) -> Iterator[Change]:
    """Find changes of an entry whose stored copy is missing or unreadable."""
    if entry(content, cite) is None:
        yield Change(cite, "entry", _THERE, GONE)
    elif tip.seen:
        yield Change(cite, "entry", _UNREADABLE, _THERE)


def _said(content: Content, cite: str) -> Any:
    found = entry(content, cite)
    return None if found is None else found.model_dump(mode="json", exclude_defaults=True)


def _differences(cite: str, before: Any, content: Content) -> Iterator[Change]:
    now = _said(content, cite)
    if before == now:
        return
    if now is None or before is None:
        yield Change(cite, "entry", *((_THERE, GONE) if now is None else (GONE, _THERE)))
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
