"""The answer on where an amount of pay stands among survey reports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.pay.pages.headline import write_headline
from bot.pay.pages.level import figure_sources, limit_rows
from bot.pay.pages.page import PayPage
from bot.pay.percentile import PercentileRank, explain_missing_rate, rank_amount
from bot.pay.query import PayQuery
from bot.pay.survey import GroupFilter
from bot.pay.wording import (
    advertised_caution,
    describe_claim,
    describe_reports,
    few_reports_caution,
    in_country,
    in_place,
    name_country,
    name_people,
    name_survey,
    plural,
)
from bot.reply import Bullets, Fields, Paragraph, Prose
from content import Confidence, PayClaim


def rank_in_query(query: PayQuery) -> list[PercentileRank]:
    """Return the percentiles of the query's amount: for each role, one in each survey."""
    if query.amount is None:
        return []
    country, _ = query.country_and_currency
    return [
        rank
        for role in query.roles
        for rank in rank_amount(
            query.content, query.amount, GroupFilter(role.id, query.level_id, country), query.basis
        )
    ]


def build_standing_page(query: PayQuery) -> PayPage:
    """Return the page with the percentile of the query's amount, and the figures to compare."""
    ranks = rank_in_query(query)
    if not ranks:
        return _unranked(query)
    rows = limit_rows(list(_rows(query, ranks)))
    sources = tuple(each.distribution.survey.source for each in ranks)
    sources += tuple(each.source for each in _shown_claims(query))
    notes = Bullets(tuple(_notes(query, ranks)))
    return PayPage(_standing_sentence(query, ranks), (Fields(rows), notes), sources)


def _unranked(query: PayQuery) -> PayPage:
    """Return the page for an amount that has no percentile: why, and the figures there are."""
    reports = [each for role in query.roles for each in query.reports(role, query.level_id)]
    amount = query.amount
    if amount and reports:
        why = explain_missing_rate(amount, reports[0])
    else:
        people = name_people(query.content, [role.id for role in query.roles], query.level_id)
        where = in_country(query.content, query.country.id if query.country else None)
        unused = f"so I can't say where {amount.text if amount else 'that'} stands"
        why = f"There are no pay reports for {people}{where}, {unused}."
        if query.basis and replace(query, basis=None).all_reports():
            why = f"The survey's reports aren't {query.basis} pay, {unused}."
    return PayPage(why, (Paragraph(write_headline(query)),), figure_sources(query))


def _standing_sentence(query: PayQuery, ranks: Sequence[PercentileRank]) -> str:
    content, first = query.content, ranks[0].distribution
    amount = query.amount.format(first.group.currency) if query.amount else ""
    parts = []
    for rank in ranks[: len(query.roles)]:
        group = rank.distribution.group
        people = name_people(content, [group.role], group.level)
        parts.append(f"{rank.description} of {people}")
    where = in_place(first, content)
    source = content.sources[first.survey.source].short
    return f"{amount} is {' and '.join(parts)}{where}, by {first.survey.basis} pay ({source})."


def _rows(query: PayQuery, ranks: Sequence[PercentileRank]) -> Iterator[tuple[str, Prose]]:
    content, several = query.content, len(query.roles) > 1
    for rank in ranks:
        reports = rank.distribution
        whose = f", {plural(content.roles[reports.group.role])}" if several else ""
        short = content.sources[reports.survey.source].short
        yield short, describe_reports(reports, content) + whose
    for claim in _shown_claims(query):
        yield content.sources[claim.source].short, describe_claim(claim, content)


def _shown_claims(query: PayQuery) -> list[PayClaim]:
    """Return the pay claims that the page shows: those on one role at one level."""
    return query.claims() if query.level and len(query.roles) == 1 else []


def _notes(query: PayQuery, ranks: Sequence[PercentileRank]) -> Iterator[Prose]:
    """Yield how the amount was read, one caution, and what to do about a low percentile."""
    content, first = query.content, ranks[0].distribution
    yield from dict.fromkeys(each.conversion_note for each in ranks if each.conversion_note)
    if query.amount and (query.amount.currency is None or query.amount.is_currency_assumed):
        currency = query.amount.currency or first.group.currency
        yield f"You didn't name a currency, so this assumes {currency}."
    if query.country is None or query.is_country_assumed:
        country = name_country(content.countries[first.group.country])
        yield f"You didn't name a country, so these reports are from {country}."
    yield f"⚠ {_caution(query, ranks[0])}"
    has_enough = first.group.confidence is not Confidence.LOW
    if has_enough and all(each.is_below_median for each in ranks):
        yield "You can bring these figures to your next pay conversation."


def _caution(query: PayQuery, rank: PercentileRank) -> str:
    reports, content = rank.distribution, query.content
    survey = name_survey(reports.survey, content)
    if reports.group.confidence is Confidence.LOW:
        return few_reports_caution([reports])
    if reports.is_mostly_advertised:
        return advertised_caution(reports)
    return (
        f"{survey} counts {reports.survey.basis} pay, so compare your {reports.survey.basis} pay."
    )
