"""Completion of an argument's value while a member types it."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.language import thresholds
from bot.language.name_index import NamedValue, NameIndex, normalize


def complete(index: NameIndex[Any], typed: str, limit: int = 25) -> list[NamedValue[Any]]:
    """Return up to *limit* values of *index* that match the text *typed* so far, best first."""
    if not typed.strip():
        return list(index.candidates[:limit])
    return rank_completions(index.candidates, typed, limit, index.first_suggestions(typed))


def rank_completions(
    candidates: Sequence[NamedValue[Any]],
    typed: str,
    limit: int,
    first: Iterable[NamedValue[Any]] = (),
) -> list[NamedValue[Any]]:
    """Return up to *limit* values to suggest for the text *typed* so far.

    The values *first* lead the list. The candidates that start with the text follow, then the
    candidates that contain it. If the list is empty, return candidates with similar names.
    """
    wanted = normalize(typed[: thresholds.MAX_COMPLETED_LENGTH])
    if not typed.strip():
        return list(candidates[:limit])
    if not wanted:
        return []
    by_id = {value.id: value for value in candidates}
    found = {value.id: by_id.get(value.id, value) for value in first}
    spellings = {
        value.id: [normalize(each) for each in (value.label, value.id, *value.aliases)]
        for value in candidates
    }
    for matches in (str.startswith, str.__contains__):
        for value in candidates:
            if any(matches(each, wanted) for each in spellings[value.id]):
                found.setdefault(value.id, value)
    if not found:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  # only typos need it

        texts = {id_: " ".join(each) for id_, each in spellings.items()}
        similar = process.extract(
            wanted,
            texts,
            scorer=fuzz.partial_ratio,
            score_cutoff=thresholds.COMPLETION_MATCH,
            limit=limit,
        )
        found = {id_: by_id[id_] for _, _, id_ in similar}
    return list(found.values())[:limit]
