"""Content entries that tips cite: a copy is stored at approval and compared before each post."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from content import Content
from storage import Tip

_REMOVED = "no longer in the content"
_NO_VALUE, _PRESENT, _UNREADABLE = "nothing", "in the content", "can no longer be read"


class CitationChange(NamedTuple):
    """A change in a content entry that a tip cites, made since the tip was approved.

    *cite* names the entry as "kind/id"; *field* is the path of the changed value in the entry.
    """

    cite: str
    field: str
    old: str
    new: str


def snapshot_entries(content: Content, cites: Sequence[str]) -> str | None:
    """Return a JSON copy of the content entries in *cites*, or None if *cites* is empty.

    The copy is stored when a tip is approved, so that later changes of the entries are noticed.
    """
    if not cites:
        return None
    entries = {cite: _entry_data(content, cite) for cite in cites}
    return json.dumps(entries, ensure_ascii=False, sort_keys=True)


def find_changes(tip: Tip, content: Content) -> tuple[CitationChange, ...]:
    """Return the changes in entries that *tip* cites since the tip was approved.

    At approval, a copy of the entries was stored; the changes are the differences from this copy.
    """
    before = _load_snapshot(tip)
    stored = (change for cite in before for change in _compare_entry(cite, before[cite], content))
    others = (cite for cite in tip.cites if cite not in before)
    missing = (
        change for cite in others for change in _changes_without_snapshot(tip, cite, content)
    )
    return (*stored, *missing)


def _load_snapshot(tip: Tip) -> dict[str, Any]:
    """Return a dict from the names of cited entries to their stored copies.

    Return {} if the copies are missing or unreadable.
    """
    try:
        before = json.loads(tip.cited_content or "{}")
    except ValueError:
        return {}
    return before if isinstance(before, dict) else {}


def _changes_without_snapshot(tip: Tip, cite: str, content: Content) -> Iterator[CitationChange]:
    """Yield a change for the entry *cite*, of which *tip* has no usable copy.

    The change is "removed" if the entry is gone. Otherwise yield nothing if no copies were stored,
    and "unreadable" if they can't be used.
    """
    if content.resolve(cite) is None:
        yield CitationChange(cite, "entry", _PRESENT, _REMOVED)
    elif tip.cited_content:
        yield CitationChange(cite, "entry", _UNREADABLE, _PRESENT)


def _entry_data(content: Content, cite: str) -> Any:
    found = content.resolve(cite)
    return None if found is None else found.model_dump(mode="json", exclude_defaults=True)


def _compare_entry(cite: str, before: Any, content: Content) -> Iterator[CitationChange]:
    now = _entry_data(content, cite)
    if before == now:
        return
    if now is None or before is None:
        change = (_PRESENT, _REMOVED) if now is None else (_REMOVED, _PRESENT)
        yield CitationChange(cite, "entry", *change)
        return
    old, new = dict(_flatten(before)), dict(_flatten(now))
    for field in old | new:
        if old.get(field) != new.get(field):
            yield CitationChange(cite, field, old.get(field, _NO_VALUE), new.get(field, _NO_VALUE))


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, text) for every plain value within *value*, such as ("figures.0.low", "90")."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in pairs:
            yield from _flatten(each, f"{path}.{key}" if path else str(key))
    else:
        yield path, str(value)
