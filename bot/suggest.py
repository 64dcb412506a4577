"""What somebody who is typing a name may mean."""

from typing import Any

from rapidfuzz import fuzz, process

from bot.names import Name, Names, folded

_NEAR = 55  # rapidfuzz's partial ratio: loose, since people pick from what they see


def suggestions(names: Names[Any], typed: str, most: int = 25) -> list[Name[Any]]:
    """Return the names that *typed* may become: those that start so, hold it, or come near it."""
    wanted = folded(typed)
    if not typed.strip():
        return list(names.likely[:most])
    if not wanted:
        return []
    by_id = {name.id: name for name in names.likely}
    found = {name.id: by_id.get(name.id, name) for name in names.offered(typed)}
    spelt = {
        name.id: [folded(each) for each in (name.label, name.id, *name.aliases)]
        for name in names.likely
    }
    for held in (str.startswith, str.__contains__):
        found |= {
            name.id: name
            for name in names.likely
            if name.id not in found and any(held(each, wanted) for each in spelt[name.id])
        }
    keys = {at: " ".join(spelling) for at, spelling in spelt.items() if at not in found}
    near = process.extract(wanted, keys, scorer=fuzz.partial_ratio, score_cutoff=_NEAR, limit=most)
    found |= {at: by_id[at] for _, _, at in near}
    return list(found.values())[:most]
