"""Pages with charts of survey reports and sources' figures on pay."""

from collections.abc import Iterator, Sequence

from bot.charts.model import Mark, Panel, RangeChart, SeriesKind, Span, alt_text
from bot.formatting import format_claim, format_estimate, format_published, join_words
from bot.pay.claims import low_and_high
from bot.pay.pages.headline import write_headline, write_report_headline
from bot.pay.pages.level import figure_sources
from bot.pay.pages.page import PayPage
from bot.pay.pages.survey import build_trend_page, reports_by_year
from bot.pay.percentile import PercentileRank
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution
from bot.pay.tables import common_years
from bot.pay.wording import missing_term
from bot.reply import Image, Node, Paragraph
from content import Confidence, Content, PayClaim

_SERIES_KINDS = (SeriesKind.FIRST, SeriesKind.SECOND)
_MAX_ROLES = len(_SERIES_KINDS)
_NO_REPORTS = "The survey has no reports on that."
_NO_CHART = Paragraph("There are too few reports for a chart.")
_HOW_TO_READ = Paragraph(
    "n = number of distinct reports, duplicates removed. The thin bar, p10 to p90, is the middle "
    "80% of them."
)


def has_chart(query: PayQuery) -> bool:
    """Return True if there is a chart of the figures: up to two roles, and any reports."""
    return len(query.roles) <= _MAX_ROLES and any(
        query.reports(role, query.level_id) if query.level else list(query.reports_by_level())
        for role in query.roles
    )


def build_chart_page(query: PayQuery, ranks: Sequence[PercentileRank]) -> PayPage:
    """Return the page with the chart of the figures at the query's level, or by level.

    *ranks* are the percentiles of the amount in the question, if it has one.
    """
    if query.level:
        chart = tuple(level_chart(query, query.claims(), ranks))
        return PayPage(write_headline(query), _explain(chart), figure_sources(query))
    chart = tuple(levels_chart(query, ranks))
    surveys = tuple(each.survey.source for each in query.all_reports())
    return PayPage(write_report_headline(query) or _NO_REPORTS, _explain(chart), surveys)


def build_trend_chart_page(query: PayQuery) -> PayPage:
    """Return the page with the chart of reports by year."""
    page = build_trend_page(query)
    return PayPage(page.answer, _explain(tuple(years_chart(query))), page.sources)


def _explain(chart: tuple[Image, ...]) -> tuple[Node, ...]:
    return (*chart, _HOW_TO_READ) if chart else (_NO_CHART,)


def levels_chart(query: PayQuery, ranks: Sequence[PercentileRank]) -> Iterator[Image]:
    """Yield a chart of pay by level; nothing if there are no reports or more than two roles.

    *ranks* are the percentiles of the amount in the question, if it has one.
    """
    rows = list(query.reports_by_level())
    if not rows or len(query.roles) > _MAX_ROLES:
        return
    every = [each for _, reports in rows for each in reports]
    if len(query.roles) == 1:
        spans = tuple(
            _report_span(query, each, level.name, every) for level, own in rows for each in own
        )
        panels: tuple[Panel, ...] = (Panel("", spans),)
    else:
        panels = tuple(_level_panel(query, level.name, own, every) for level, own in rows)
    title = f"{join_words(role.name for role in query.roles)} by level"
    yield _picture(title, every, query.content, panels, _amount_mark(query, ranks, every[0]))


def _level_panel(
    query: PayQuery, level: str, reports: Sequence[Distribution], every: Sequence[Distribution]
) -> Panel:
    names = {role.id: role.name for role in query.roles}
    spans = (_report_span(query, each, names[each.group.role], every) for each in reports)
    return Panel(level.capitalize(), tuple(spans))


def level_chart(
    query: PayQuery, claims: Sequence[PayClaim], ranks: Sequence[PercentileRank]
) -> Iterator[Image]:
    """Yield a chart of the reports at the query's level and of the claims in the same currency.

    A claim is a pay figure that a source published. *ranks* are the percentiles of the amount in
    the question, if it has one. Yield nothing if there are no reports or more than two roles.
    """
    found = [each for role in query.roles for each in query.reports(role, query.level_id)]
    every = [each for each in found if each.group.currency == found[0].group.currency]
    if not every or len(query.roles) > _MAX_ROLES:
        return
    sources = query.content.sources
    panels = []
    for role in query.roles:
        spans = [
            _report_span(query, each, sources[each.survey.source].short, every)
            for each in every
            if each.group.role == role.id
        ]
        own = (claim for claim in claims if claim.roles == (role.id,))
        spans += [_claim_span(each, query.content) for each in own if _fits_scale(each, every[0])]
        if spans:
            panels.append(Panel(_panel_title(query, role.name), tuple(spans)))
    title = join_words(role.name for role in query.roles)
    title += f", {query.level.name}" if query.level else ""
    mark = _amount_mark(query, ranks, every[0])
    yield _picture(title, every, query.content, tuple(panels), mark)


def years_chart(query: PayQuery) -> Iterator[Image]:
    """Yield a chart of pay by year; nothing if there are no reports or more than two roles."""
    panels = []
    every: list[Distribution] = []
    for role in query.roles:
        currency = query.country_and_currency[1]
        found = reports_by_year(query, role)
        reports = [each for each in found if each.group.currency == currency]
        every += reports
        spans = tuple(_report_span(query, each, each.group.years, every) for each in reports)
        panels += [Panel(_panel_title(query, role.name), spans)] if spans else []
    if panels and len(query.roles) <= _MAX_ROLES:
        title = f"{join_words(role.name for role in query.roles)} by year"
        yield _picture(title, every, query.content, tuple(panels))


def _panel_title(query: PayQuery, role: str) -> str:
    return role if len(query.roles) > 1 else ""


def _picture(
    title: str,
    every: Sequence[Distribution],
    content: Content,
    panels: tuple[Panel, ...],
    mark: Mark | None = None,
) -> Image:
    group, years = every[0].group, common_years(every)
    country = content.countries[group.country].name
    subtitle = f"{country}, pay a year in {group.currency}" + (f", {years}" if years else "")
    chart = RangeChart(title, subtitle, panels, mark, _footer(every, panels, content))
    return Image("pay.png", chart, alt_text(chart))


def _footer(every: Sequence[Distribution], panels: tuple[Panel, ...], content: Content) -> str:
    surveys = {each.survey.id: each.survey for each in every}
    sources = []
    for survey in surveys.values():
        source = content.sources[survey.source]
        sources.append(f"{source.short}, {format_published(source)}, {survey.basis} pay")
    spans = (span for panel in panels for span in panel.spans)
    sources += dict.fromkeys(span.label for span in spans if span.series is SeriesKind.CLAIM)
    advertised = any(each.is_mostly_advertised for each in every)
    mostly = ", mostly ends of advertised ranges" if advertised else ""
    return f"n: distinct reports{mostly}. Sources: {'; '.join(sources)}."


def _report_span(
    query: PayQuery, reports: Distribution, label: str, every: Sequence[Distribution]
) -> Span:
    """Return the labeled range that a chart shows for a group of reports.

    *every* holds all groups of the chart: if their years differ, the note of each range names them.
    The color depends on the role's place in the query, so that a role has the same color in all
    charts.
    """
    group = reports.group
    years = f", {group.years}" if not common_years(every) and label != group.years else ""
    low_confidence = ", low confidence" if group.confidence is Confidence.LOW else ""
    position = [role.id for role in query.roles].index(group.role)
    return Span(
        label,
        sample_note=f"n {group.distinct:,}{years}{low_confidence}",
        range_text=reports.middle_half,
        headline=reports.format_percentile(50),
        low=group.p10,
        high=group.p90,
        iqr=(group.p25, group.p75),
        median=group.p50,
        series=_SERIES_KINDS[position % _MAX_ROLES],
    )


def _fits_scale(claim: PayClaim, reports: Distribution) -> bool:
    """Return True if a pay claim has the currency of *reports*, and their country or none."""
    group = reports.group
    return claim.currency == group.currency and claim.country in {None, group.country}


def _claim_span(claim: PayClaim, content: Content) -> Span:
    low, high = low_and_high(claim)
    basis = claim.basis or missing_term("basis")
    country = None if claim.country else missing_term("country")
    return Span(
        content.sources[claim.source].short,
        sample_note=", ".join(filter(None, (basis, country, claim.year))),
        range_text=format_claim(claim),
        headline="",
        low=low,
        high=high,
        iqr=(low, high),
        median=None,
        series=SeriesKind.CLAIM,
    )


def _amount_mark(
    query: PayQuery, ranks: Sequence[PercentileRank], reports: Distribution
) -> Mark | None:
    """Return the chart's mark for the amount in the question.

    Return None if there is no amount, or no percentile for it in the chart's currency.
    """
    currency = reports.group.currency
    for rank in ranks:
        if query.amount and rank.distribution.group.currency == currency:
            label = query.amount.format(currency)
            label += (
                f", about {format_estimate(rank.value, currency)}" if rank.conversion_note else ""
            )
            return Mark(rank.value, f"{label}: the amount you named")
    return None
