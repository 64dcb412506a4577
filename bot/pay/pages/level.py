"""The first answer on pay at one level: who says what, and one caution."""

from collections.abc import Iterator, Sequence

from bot.formatting import format_range, join_words, pluralize
from bot.pay.claims import compare_all
from bot.pay.pages.headline import write_headline
from bot.pay.pages.page import PayPage
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution
from bot.pay.verdict import (
    agreement_sentences,
    brief_conflicts,
    conflict_sentences,
    find_agreeing,
)
from bot.pay.wording import (
    advertised_caution,
    capitalize,
    describe_claim,
    describe_reports,
    few_reports_caution,
    join_few,
    name_people,
    name_place,
    name_survey,
)
from bot.reply import Bullets, Column, Fields, Node, Prose, Table
from content import Confidence, Content, PayClaim

_MAX_ROWS = 5
_MAX_SOURCES = 4  # in a table
_AMONG_MARK = "†"  # on a figure in a table that holds only among some employers


def build_level_page(query: PayQuery) -> PayPage:
    """Return the page with the figures at one level: a row for each source, and one caution."""
    nodes = _side_by_side(query) if len(query.roles) > 1 else _rows(query)
    notes = tuple(_notes(query))
    shown = (*nodes, Bullets(notes)) if notes else tuple(nodes)
    return PayPage(write_headline(query), shown, tuple(_shown_sources(query)))


def _shown_sources(query: PayQuery) -> Iterator[str]:
    claims = query.claims()[:_MAX_ROWS] if len(query.roles) == 1 else _shown_claims(query)
    yield from (each.source for each in claims)
    yield from (each.survey.source for each in query.all_reports())


def figure_sources(query: PayQuery) -> tuple[str, ...]:
    """Return the ids of the sources of the pay claims and of the reports that match *query*."""
    surveys = (each.survey.source for each in query.all_reports())
    return (*(claim.source for claim in query.claims()), *surveys)


def claim_rows(query: PayQuery, claims: Sequence[PayClaim]) -> list[tuple[str, Prose]]:
    """Return a row for each of *claims*: the source, and the figure with its terms.

    Figures for several roles together come after those for one.
    """
    content = query.content
    rows: list[tuple[str, Prose]] = []
    for claim in sorted(claims, key=lambda each: len(each.roles)):
        together = " together" if len(claim.roles) > 1 else ""
        is_shared = len(claim.roles) > 1 or len(query.roles) > 1
        whose = f", {name_people(content, claim.roles)}{together}" if is_shared else ""
        rows.append((content.sources[claim.source].short, describe_claim(claim, content) + whose))
    return rows


def _report_rows(query: PayQuery) -> list[tuple[str, Prose]]:
    """Return a row for each survey's reports at the query's level: the source and the figures."""
    content = query.content
    return [
        (content.sources[each.survey.source].short, describe_reports(each, content))
        for role in query.roles
        for each in query.reports(role, query.level_id)
    ]


def _rows(query: PayQuery) -> tuple[Node, ...]:
    rows = [*claim_rows(query, query.claims()), *_report_rows(query)]
    return (Fields(limit_rows(rows)),) if rows else ()


def limit_rows(rows: Sequence[tuple[str, Prose]]) -> tuple[tuple[str, Prose], ...]:
    """Return at most five of *rows*: the first ones, how many more there are, and the last."""
    if len(rows) <= _MAX_ROWS:
        return tuple(rows)
    more = pluralize(len(rows) - _MAX_ROWS + 1, "more figure")
    return (*rows[: _MAX_ROWS - 2], ("Also", f"{more} under “All figures”"), rows[-1])


def _side_by_side(query: PayQuery) -> tuple[Node, ...]:
    """Return a table with a row for each source and a column for each role."""
    content, roles = query.content, query.roles
    own = {role.id: [c for c in _shown_claims(query) if c.roles == (role.id,)] for role in roles}
    reports = {role.id: query.reports(role, query.level_id) for role in roles}
    sources = dict.fromkeys(c.source for each in own.values() for c in each)
    surveys = dict.fromkeys(r.survey.source for each in reports.values() for r in each)
    rows_of_cells: list[tuple[Prose, ...]] = []
    for source in sources:
        cells = (_figures_of(own[role.id], source) for role in roles)
        rows_of_cells.append((content.sources[source].short, *cells))
    for source in surveys:
        cells = (_middle_half_of(reports[role.id], source) for role in roles)
        rows_of_cells.append((content.sources[source].short, *cells))
    columns = (Column("", nowrap=True), *(Column(role.name, nowrap=True) for role in roles))
    return (Table(columns, tuple(rows_of_cells)),)


def _shown_claims(query: PayQuery) -> list[PayClaim]:
    """Return the pay claims on one role from the first sources, as many as a screen has room for.

    Of the claims of one source on one role, only the first is shown.
    """
    on_one_role = {(c.source, c.roles): c for c in reversed(query.claims()) if len(c.roles) == 1}
    claims = list(reversed(on_one_role.values()))
    sources = list(dict.fromkeys(each.source for each in claims))[:_MAX_SOURCES]
    return [each for each in claims if each.source in sources]


def _figures_of(claims: Sequence[PayClaim], source: str) -> str:
    own = (each for each in claims if each.source == source)
    return "; ".join(format_range(each) + _AMONG_MARK * bool(each.among) for each in own) or "–"


def _middle_half_of(reports: Sequence[Distribution], source: str) -> str:
    found = (each.middle_half for each in reports if each.survey.source == source)
    return "; ".join(found) or "–"


def _describe_sides(query: PayQuery) -> str:
    """Return for each source what its figures count: "KORE1: base, US, 2026. Samadov: …"."""
    content = query.content
    known: dict[str, dict[str, list[str]]] = {}
    claims = _shown_claims(query)
    for claim in claims:
        country = content.countries[claim.country].short if claim.country else None
        among = f"{_AMONG_MARK} {claim.among} only" if claim.among else None
        stated = ", ".join(filter(None, (claim.basis, country, claim.year, among)))
        by_terms = known.setdefault(content.sources[claim.source].short, {})
        by_terms.setdefault(stated, []).append(content.roles[claim.roles[0]].name)
    parts = [f"{source}: {_join_terms(by_terms)}." for source, by_terms in known.items()]
    parts += _report_terms(query)
    if not all(claim.basis and claim.country and claim.year for claim in claims):
        parts.append("The sources don't say more.")
    more = sum(len(each.roles) == 1 for each in query.claims()) - len(claims)
    parts += [f"{pluralize(more, 'more figure')} under “All figures”."] if more else []
    return " ".join(parts)


def _join_terms(by_terms: dict[str, list[str]]) -> str:
    """Return the terms of a source's figures, with the roles if the terms aren't the same."""
    if len(by_terms) == 1:
        return next(iter(by_terms)) or "no details"
    named = (f"{terms} ({join_words(roles)})" for terms, roles in by_terms.items() if terms)
    return ", ".join(named)


def _report_terms(query: PayQuery) -> Iterator[str]:
    content = query.content
    found = [query.reports(role, query.level_id) for role in query.roles]
    groups = [own[0] for own in found if own]
    if not groups:
        return
    first, last = groups[0], groups[-1]
    numbers = join_words([*(f"{each.group.distinct:,}" for each in groups[:-1]), last.size])
    yield (
        f"{content.sources[first.survey.source].short}: {first.survey.basis}, "
        f"{name_place(first, content)}, {first.group.years}, middle half of {numbers}."
    )


def _notes(query: PayQuery) -> Iterator[Prose]:
    """Yield whether the sources agree, what is left out, and one caution."""
    content, claims, several = query.content, query.claims(), len(query.roles) > 1
    by_role = [[each for each in claims if each.roles == (role.id,)] for role in query.roles]
    if several:
        yield _describe_sides(query)
        yield from _agreements(by_role, content)
        conflicts = [each for own in by_role for each in brief_conflicts(own, content)]
    else:
        yield from agreement_sentences(by_role[0], content)
        conflicts = list(conflict_sentences(by_role[0], content))
    yield from survey_only(query)
    yield from hidden_claims(query)
    reports = [each for role in query.roles for each in query.reports(role, query.level_id)]
    for caution in [*conflicts, *survey_cautions(query, reports)][:1]:
        yield f"⚠ {capitalize(caution)}"


def _agreements(by_role: Sequence[Sequence[PayClaim]], content: Content) -> Iterator[str]:
    """Yield a sentence on which sources agree on which role; nothing if none do."""
    parts: list[str] = []
    for own in by_role:
        best = find_agreeing(own, compare_all(own))
        if best:
            shorts = join_few(content.sources[each.source].short for each in best)
            agree = "" if parts else " mostly agree"
            parts.append(f"{shorts}{agree} on {name_people(content, best[0].roles)}")
    if parts:
        yield f"{', '.join(parts)}."


def survey_only(query: PayQuery) -> Iterator[Prose]:
    """Yield what there isn't if only the survey has figures, and where to look instead."""
    content = query.content
    known = content.roles_with_claims()
    unknown = [role.id for role in query.roles if role not in known]
    if unknown:
        others = join_words((role.name for role in known), "or")
        people = name_people(content, unknown)
        see = f" For other sources, tools and plans, see {others}." if others else ""
        yield f"Only the survey covers {people}.{see}"
    elif not query.claims():
        yield "Only the survey has figures for this."
    elif query.content.surveys and query.basis is None and not query.all_reports():
        yield "The survey has too few reports on this, or none."


def hidden_claims(query: PayQuery) -> Iterator[Prose]:
    """Yield a sentence on the sources whose figures are left out as they give no country."""
    content = query.content
    hidden = {each.source for each in query.in_any_country().claims() if each.country is None}
    if query.country and hidden:
        names = join_words(content.sources[each].short for each in sorted(hidden))
        yield f"Not shown: {names} (no country given)."


def survey_cautions(query: PayQuery, reports: Sequence[Distribution]) -> Iterator[str]:
    """Yield cautions about *reports*, which a page shows with pay claims, the weightiest first."""
    if reports and all(each.group.confidence is Confidence.LOW for each in reports):
        yield few_reports_caution(reports)
    for each in reports:
        survey = name_survey(each.survey, query.content)
        bases = {claim.basis for claim in query.claims() if claim.basis} - {each.survey.basis}
        if bases:
            named = join_words(sorted(bases), "or")
            yield f"{survey} counts {each.survey.basis} pay, so don't compare it with {named} pay."
    yield from (advertised_caution(each) for each in reports if each.is_mostly_advertised)
