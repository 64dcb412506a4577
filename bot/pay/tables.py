"""Tables and fields with sources' figures on pay and survey reports."""

from collections.abc import Sequence

from bot.pay.query import PayQuery
from bot.pay.survey import Distribution, level_name
from bot.pay.wording import in_place
from bot.reply import Column, Fields, Table
from content import Confidence, Content, Role

_PERCENTILE_COLUMNS = tuple(Column(title, nowrap=True) for title in ("p25", "median", "p75", "n"))


def group_fields(reports: Distribution, content: Content) -> Fields:
    """Return fields on a group of reports: percentiles, number, place and level of confidence."""
    group = reports.group
    percentiles = (
        f"{'median' if percent == 50 else f'p{percent}'} {reports.format_percentile(percent)}"  # noqa: PLR2004
        for percent, _ in group.quantiles()
    )
    place = in_place(reports, content).removeprefix(" in ")
    sample = (
        f"{reports.sample} ({group.records:,} with repeats), {place}; "
        f"confidence {group.confidence}; {group.remote}% fully remote"
    )
    source = content.sources[reports.survey.source].short
    return Fields(((source, " · ".join(percentiles)), ("Reports", sample)))


def summarize_group(reports: Distribution) -> str:
    """Return a summary of a group of reports: "$151K–$255K, median $200K, n 785"."""
    n = reports.group.distinct
    return f"{reports.middle_half}, median {reports.format_percentile(50)}, n {n:,}"


def common_years(reports: Sequence[Distribution]) -> str:
    """Return the years of the reports if they are the same in all groups, else ""."""
    years = {each.group.years for each in reports}
    return years.pop() if len(years) == 1 else ""


def percentile_table(title: str, names: Sequence[str], reports: Sequence[Distribution]) -> Table:
    """Return a table with the percentiles of *reports* and their number; *names* are the rows'.

    An asterisk marks numbers that are too few to rely on.
    """
    rows = (
        (
            name,
            *(each.format_percentile(percent) for percent in (25, 50, 75)),
            f"{each.group.distinct:,}" + "*" * (each.group.confidence is Confidence.LOW),
        )
        for name, each in zip(names, reports, strict=True)
    )
    return Table((Column(title, nowrap=True), *_PERCENTILE_COLUMNS), tuple(rows))


def report_rows(query: PayQuery, role: Role) -> tuple[list[Distribution], list[str]]:
    """Return the groups of reports on *role* to show in detail, and a name for each.

    These are the groups at the query's level, or one for each level and one of all levels.
    """
    if query.level is not None:
        reports = query.reports(role, query.level.id)
        return reports, [query.level.name for _ in reports]
    currency = query.country_and_currency[1]
    found = [
        (level_name(query.content, level), each)
        for level in [*query.content.levels, None]
        for each in query.reports(role, level)
        if each.group.currency == currency
    ]
    shows_years = not common_years([each for _, each in found])
    names = [f"{name}, {each.group.years}" if shows_years else name for name, each in found]
    return [each for _, each in found], names
