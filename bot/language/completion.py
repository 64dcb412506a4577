"""What somebody who is typing a name may mean."""

from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from bot.language.name_index import Name, Names, folded

_NEAR = 55  # rapidfuzz's partial ratio: loose, since people pick from what they see


def suggestions(names: Names[Any], typed: str, most: int = 25) -> list[Name[Any]]:
    """Return the names that *typed* may become."""
    if not typed.strip():
        return list(names.likely[:most])
    return matching(names.likely, typed, most, names.offered(typed))


def matching(
    likely: Sequence[Name[Any]], typed: str, most: int, first: Iterable[Name[Any]] = ()
) -> list[Name[Any]]:
    """Return the names in *likely* that begin with *typed*, then those that contain it.

    Names in *first* come first. If there are none, return those that resemble *typed*.
    """
    wanted = folded(typed)
    if not typed.strip():
        return list(likely[:most])
    if not wanted:
        return []
    by_id = {name.id: name for name in likely}
    found = {name.id: by_id.get(name.id, name) for name in first}
    spelt = {
        name.id: [folded(each) for each in (name.label, name.id, *name.aliases)] for name in likely
    }
    for held in (str.startswith, str.__contains__):
        found |= {
            name.id: name
            for name in likely
            if name.id not in found and any(held(each, wanted) for each in spelt[name.id])
        }
    if not found:
        keys = {at: " ".join(spelling) for at, spelling in spelt.items()}
        near = process.extract(
            wanted, keys, scorer=fuzz.partial_ratio, score_cutoff=_NEAR, limit=most
        )
        found |= {at: by_id[at] for _, _, at in near}
    return list(found.values())[:most]
