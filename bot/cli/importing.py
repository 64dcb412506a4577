"""What an import tells whoever started it."""

from collections.abc import Iterator

from bot.formatting import pluralize
from content import Survey
from content.importing import NoGroups

_FAULTS = 3  # of a file that gives nothing
_SHOWN = 10  # titles named as left; the written file has them all


def summary(survey: Survey) -> Iterator[str]:
    """Tell what became of the rows, and what was written."""
    rows = survey.rows
    yield f"rows read: {rows.read:,}"
    yield f"rejected: {sum(rows.rejected.values()):,}"
    yield from _counts(rows.rejected)
    for what, titles in (("mapped", survey.mapped), ("left", survey.unmapped)):
        yield f"titles {what}: {len(titles):,}, with {pluralize(sum(titles.values()), 'row')}"
    yield "most of the left:"
    yield from _counts(dict(list(survey.unmapped.items())[:_SHOWN]))
    yield f"sound rows in no group: {sum(rows.left.values()):,}"
    yield from _counts(rows.left)
    yield f"rows behind the groups: {rows.used:,}"
    yield f"groups: {len(survey.groups):,}, of {pluralize(_distinct(survey), 'distinct report')}"
    yield f"rows beside one that differs only in pay: {survey.paired}%"
    yield f"rates to US dollars: {len(survey.rates)}"


def refusal(refused: NoGroups) -> str:
    """Return why no group came of a file."""
    counts = f"{pluralize(refused.read, 'row')}, {refused.sound:,} sound"
    faults = (f"{pluralize(n, 'row')}: {each}" for each, n in refused.rejected.most_common(_FAULTS))
    return " ".join(filter(None, (f"gives no group of reports ({counts}).", "; ".join(faults))))


def _counts(counts: dict[str, int]) -> Iterator[str]:
    for name, number in counts.items():
        yield f"  {number:>7,}  {name}"


def _distinct(survey: Survey) -> int:
    """Count distinct reports once each: those of all levels in a single year."""
    return sum(
        group.distinct
        for group in survey.groups
        if group.level is None and group.first == group.last
    )
