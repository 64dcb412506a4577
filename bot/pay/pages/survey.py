"""Pages with survey reports: by year, by country, and in detail."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.pay.pages.evidence import compare_claims_with_survey
from bot.pay.pages.headline import write_report_headline
from bot.pay.pages.level import figure_sources
from bot.pay.pages.page import PayPage
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution, GroupFilter, groups_by_country, groups_by_year
from bot.pay.tables import group_fields, percentile_table, report_rows
from bot.pay.wording import (
    advertised_caution,
    capitalize,
    in_place,
    name_country,
    name_people,
    name_place,
)
from bot.reply import Bold, Bullets, Column, Fields, Node, Paragraph, Prose, Table
from content import Confidence, Content, Role

_MAX_COUNTRIES = 8  # on the first screen
_MAX_GROUPS = 2  # of one role and level, from different surveys or in different currencies


def build_trend_page(query: PayQuery) -> PayPage:
    """Return the page with reports by year; for one role in each currency of a named country."""
    by_role = {role.id: reports_by_year(query, role) for role in query.roles}
    every = [each for found in by_role.values() for each in found]
    nodes: list[Node] = []
    if len(query.roles) > 1:
        cells = _cells(by_role, lambda each: each.group.years)
        nodes += _medians_side_by_side(query, cells, sorted(cells))
    elif every:
        for currency, reports in _by_currency(every).items():
            if currency != every[0].group.currency:
                nodes.append(Paragraph((Bold(f"In {currency}"),)))
            nodes.append(percentile_table("", [each.group.years for each in reports], reports))
    nodes += sample_note(every, has_percentiles=len(query.roles) == 1)
    answer = _trend_sentence(query, by_role) if every else "No single year has enough reports."
    return PayPage(answer, tuple(nodes), tuple(each.survey.source for each in every))


def reports_by_year(query: PayQuery, role: Role) -> list[Distribution]:
    """Return a list of the groups of reports on *role* that cover a single year, earliest first.

    They match the query's level and country. If the query names no country, they are from the
    country and in the currency that the answer shows; else those in that currency come first.
    """
    country, currency = query.country_and_currency
    group_filter = GroupFilter(
        role.id, query.level_id, country, None if query.country else currency
    )
    found = groups_by_year(query.content, group_filter)
    return sorted(found, key=lambda each: each.group.currency != currency)


def _by_currency(reports: Sequence[Distribution]) -> dict[str, list[Distribution]]:
    found: dict[str, list[Distribution]] = defaultdict(list)
    for each in reports:
        found[each.group.currency].append(each)
    return found


def _trend_sentence(query: PayQuery, by_role: dict[str, list[Distribution]]) -> str:
    """Return the sentence on each role's median in the first and the last year with reports."""
    content, shown = query.content, None
    parts: list[str] = []
    for role, reports in by_role.items():
        if not reports:
            continue
        own = _by_currency(reports)[reports[0].group.currency]
        sound = [each for each in own if each.group.confidence is not Confidence.LOW]
        people = name_people(content, [role], query.level_id)
        shown = shown or own[0]
        where = "" if parts else in_place(own[0], content)
        parts.append(f"{people}{where}: {_change(sound or own)}")
    source = content.sources[shown.survey.source].short if shown else ""
    basis = f"{shown.survey.basis} pay, {source}" if shown else ""
    return capitalize(f"{'; '.join(parts)} ({basis}).")


def _change(reports: Sequence[Distribution]) -> str:
    """Return how the median changed: "the median rose from $136K (2021) to $150K (2025)"."""
    first, last = reports[0], reports[-1]
    old, new = (each.format_percentile(50) for each in (first, last))
    if first is last:
        return f"the median is {old} ({first.group.years})"
    if old == new:
        return f"the median was {old} in {first.group.years} and again in {last.group.years}"
    verb = "rose" if last.group.p50 > first.group.p50 else "fell"
    return f"the median {verb} from {old} ({first.group.years}) to {new} ({last.group.years})"


def _medians_side_by_side(
    query: PayQuery, cells: Mapping[str, Mapping[str, str]], labels: Iterable[str]
) -> Iterator[Node]:
    """Yield a table with a row for each of *labels* and a column for each role.

    *cells* has the text for each label and role.
    """
    columns = (Column("", nowrap=True), *(Column(r.name, nowrap=True) for r in query.roles))
    rows: list[tuple[Prose, ...]] = [
        (label, *(cells[label].get(role.id, "–") for role in query.roles)) for label in labels
    ]
    if rows:
        yield Table(columns, tuple(rows))


def _cells(
    by_role: Mapping[str, Sequence[Distribution]], name: Callable[[Distribution], str]
) -> dict[str, dict[str, str]]:
    """Return each role's median and number of reports, by year or country and by role."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for role, reports in by_role.items():
        for each in reports:
            median = f"{each.format_percentile(50)} ({_count(each)})"
            cells[name(each)].setdefault(role, median)
    return cells


def _count(reports: Distribution) -> str:
    mark = "*" if reports.group.confidence is Confidence.LOW else ""
    return f"n {reports.group.distinct:,}{mark}"


def build_countries_page(query: PayQuery, *, shows_all: bool = False) -> PayPage:
    """Return the page with reports by country, each in its own currency; the most reports first.

    Unless it *shows_all*, only the countries with the most reports are in the table.
    """
    by_role = {
        role.id: list(groups_by_country(query.content, GroupFilter(role.id, query.level_id)))
        for role in query.roles
    }
    every = [each for found in by_role.values() for each in found]
    limit = None if shows_all else _MAX_COUNTRIES
    nodes: list[Node] = []
    if len(query.roles) > 1:
        cells = _cells(by_role, lambda each: name_place(each, query.content))
        nodes += _medians_side_by_side(query, cells, list(cells)[:limit])
    elif every:
        shown = every[:limit]
        nodes.append(Fields(tuple(country_line(each, query.content) for each in shown)))
    nodes += sample_note(every, has_percentiles=False)
    answer = _countries_sentence(query, by_role) if every else "No country has enough reports."
    return PayPage(answer, tuple(nodes), tuple(each.survey.source for each in every))


def country_line(reports: Distribution, content: Content) -> tuple[str, Prose]:
    """Return a country and its reports' median, middle half and number, for a list."""
    figures = f"median {reports.format_percentile(50)}, {reports.middle_half}, {_count(reports)}"
    return name_place(reports, content), figures


def has_more_countries(query: PayQuery) -> bool:
    """Return True if the page with reports by country leaves countries out unless it shows all."""
    reports = (
        each
        for role in query.roles
        for each in groups_by_country(query.content, GroupFilter(role.id, query.level_id))
    )
    return len({name_place(each, query.content) for each in reports}) > _MAX_COUNTRIES


def _countries_sentence(query: PayQuery, by_role: dict[str, list[Distribution]]) -> str:
    """Return the sentence on where each role's median is the highest and the lowest.

    Only reports in the currency that the most countries have are ranked.
    """
    content, shown = query.content, None
    parts: list[str] = []
    for role, reports in by_role.items():
        if not reports:
            continue
        shown = shown or reports[0]
        own = max(_by_currency(reports).values(), key=len)
        ranked = sorted(own, key=lambda each: -each.group.p50)
        people = name_people(content, [role], query.level_id)
        high, low = (
            f"{each.format_percentile(50)} in {name_country(content.countries[each.group.country])}"
            for each in (ranked[0], ranked[-1])
        )
        currency = own[0].group.currency
        parts.append(
            f"{people}: a median of {high}"
            if len(ranked) == 1
            else f"{people}, in {currency}: medians from {low} to {high}"
        )
    source = content.sources[shown.survey.source].short if shown else ""
    basis = f"{shown.survey.basis} pay, {source}" if shown else ""
    return capitalize(f"{'; '.join(parts)} ({basis}).")


def build_survey_page(query: PayQuery) -> PayPage:
    """Return the page with the percentiles of the reports: of one level, or by level."""
    content = query.content
    nodes: list[Node] = []
    shown: list[Distribution] = []
    for role in query.roles:
        reports, names = report_rows(query, role)
        if len(query.roles) > 1 and reports:
            nodes.append(Paragraph((Bold(role.name),)))
        if query.level is None and reports:
            nodes.append(percentile_table("", names, reports))
        elif reports:
            nodes += [group_fields(each, content) for each in reports[:_MAX_GROUPS]]
        shown += reports
    if not shown:
        return PayPage("The survey doesn't have enough reports on that.", (), ())
    nodes += sample_note(shown)
    compared = () if query.level else compare_claims_with_survey(query)
    nodes += [Bullets(compared)] if compared else []
    answer = write_report_headline(query) or "These are the survey's reports."
    return PayPage(answer, tuple(nodes), figure_sources(query))


def sample_note(reports: Sequence[Distribution], *, has_percentiles: bool = True) -> Iterator[Node]:
    """Yield a paragraph on how to read a table of reports; nothing without reports."""
    if not reports:
        return
    text = "n = number of distinct reports, duplicates removed."
    if any(each.group.confidence is Confidence.LOW for each in reports):
        text += " * = too few to rely on."
    if has_percentiles:
        text += " p25 to p75 is the middle half."
    if any(each.is_mostly_advertised for each in reports):
        text += f"\n⚠ {advertised_caution(reports[0])}"
    yield Paragraph(text)
