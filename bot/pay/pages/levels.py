"""The first answer on pay at all levels: a line for each level."""

from collections.abc import Iterator, Sequence

from bot.formatting import format_claim
from bot.pay.pages.headline import find_ladder, write_headline
from bot.pay.pages.level import claim_rows, hidden_claims, survey_cautions, survey_only
from bot.pay.pages.page import PayPage
from bot.pay.query import PayQuery
from bot.pay.ranking import RankingLine, summarize_survey_order
from bot.pay.survey import Distribution, level_name
from bot.pay.tables import common_years
from bot.pay.wording import (
    capitalize,
    describe_claim,
    missing_terms_sentence,
    name_place,
    unstated_terms,
)
from bot.reply import Bullets, Column, Fields, Node, Prose, Table
from content import Content, PayClaim, Role

_MAX_FIELDS = 7
_MAX_ROWS = 3  # of sources' figures above a table
_MAX_FIGURES, _MANY_FIGURES = 3, 10  # at one level, in all
_PAIR = 2


def build_levels_page(query: PayQuery) -> PayPage:
    """Return the page with the figures at all levels: for one role with every source's."""
    nodes = list(_one_role(query) if len(query.roles) == 1 else _several_roles(query))
    notes = tuple(_notes(query))
    nodes += [Bullets(notes)] if notes else []
    return PayPage(write_headline(query), tuple(nodes), tuple(_shown_sources(query)))


def _one_role(query: PayQuery) -> Iterator[Node]:
    content, [role] = query.content, query.roles
    own = [each for each in query.claims() if each.roles == (role.id,)]
    lines: list[tuple[str, Prose]] = []
    for level in content.levels:
        at_level = [each for each in own if each.level == level]
        if at_level:
            shown = at_level[: _figures_per_level(own)]
            figures = "; ".join(_brief_figure(each, own, content) for each in shown)
            figures += f"; {len(at_level) - len(shown)} more" if len(at_level) > len(shown) else ""
            lines.append((capitalize(content.levels[level].name), figures))
    lines += [
        (content.sources[each.source].short, describe_claim(each, content))
        for each in own
        if each.level is None
    ]
    medians = list(_medians(query))
    if not lines and not medians:
        lines += claim_rows(query, query.claims())
    if lines or medians:
        yield Fields((*lines[:_MAX_FIELDS], *medians))


def _shown_at_levels(query: PayQuery) -> list[PayClaim]:
    """Return the pay claims on the one role of *query* that its page shows."""
    [role] = query.roles
    own = [each for each in query.claims() if each.roles == (role.id,)]
    at_levels = ([c for c in own if c.level == level] for level in (*query.content.levels, None))
    return [each for at_level in at_levels for each in at_level[: _figures_per_level(own)]]


def _figures_per_level(claims: Sequence[PayClaim]) -> int:
    """Return how many of a role's pay claims the screen has room for at each level."""
    return _MAX_FIGURES if len(claims) <= _MANY_FIGURES else 1


def _brief_figure(claim: PayClaim, own: Sequence[PayClaim], content: Content) -> str:
    """Return a figure and its source: "$180K–$240K base (KORE1)"; the country if figures differ."""
    countries = {each.country for each in own if each.level and each.country}
    where = content.countries[claim.country].short if claim.country else None
    terms = [content.sources[claim.source].short]
    terms += [where] if where and len(countries) > 1 else []
    basis = f" {claim.basis}" if claim.basis else ""
    return f"{format_claim(claim)}{basis} ({', '.join(terms)})"


def _medians(query: PayQuery) -> Iterator[tuple[str, Prose]]:
    """Yield a line for each survey with the medians of each role by level."""
    every = [each for found in _reports_by_role(query).values() for each in found]
    surveys = {each.survey.id: each.survey for each in every}
    for survey in surveys.values():
        own = [each for each in every if each.survey is survey]
        medians = "; ".join(filter(None, (_medians_of(role, own, query) for role in query.roles)))
        short = query.content.sources[survey.source].short
        yield short, f"median {survey.basis} pay: {medians} ({_sample(own, query)})"


def _medians_of(role: Role, reports: Sequence[Distribution], query: PayQuery) -> str:
    own = [each for each in reports if each.group.role == role.id]
    medians = ", ".join(
        f"{level_name(query.content, each.group.level)} {each.format_percentile(50)}"
        for each in own
    )
    return f"{role.name} {medians}" if own and len(query.roles) > 1 else medians


def _reports_by_role(query: PayQuery) -> dict[str, list[Distribution]]:
    """Return the reports on each role by level, or on all levels together if there are no more."""
    by_level = [each for _, reports in query.reports_by_level() for each in reports]
    found = {
        role.id: [each for each in by_level if each.group.role == role.id] for role in query.roles
    }
    return {role.id: found[role.id] or query.reports(role, None)[:1] for role in query.roles}


def _sample(reports: Sequence[Distribution], query: PayQuery) -> str:
    """Return the country, years and number of reports: "US, 2024–25, n 20–785"."""
    place = name_place(reports[0], query.content)
    fewest = min(reports, key=lambda each: each.group.distinct)
    most = max(reports, key=lambda each: each.group.distinct)
    n = most.size if fewest is most else f"{fewest.group.distinct:,}–{most.size}"
    return ", ".join(filter(None, (place, common_years(reports), n)))


def _several_roles(query: PayQuery) -> Iterator[Node]:
    """Yield a table of one source's figures by level and role, then the survey's medians.

    Without a source that has figures for all of the roles, the figures at no level come first.
    """
    ladder = _common_ladder(query)
    if ladder:
        yield _ladder_table(query, ladder)
    rows = claim_rows(query, [] if ladder else _claims_without_level(query))
    lines = (*rows[:_MAX_ROWS], *_medians(query))
    if lines:
        yield Fields(lines)


def _claims_without_level(query: PayQuery) -> list[PayClaim]:
    return [each for each in query.claims() if each.level is None and len(each.roles) == 1]


def _ladder_table(query: PayQuery, ladder: Sequence[PayClaim]) -> Table:
    columns = (Column("", nowrap=True), *(Column(r.name, nowrap=True) for r in query.roles))
    rows: list[tuple[Prose, ...]] = []
    for level in query.content.levels:
        cells = [_cell(ladder, role, level) for role in query.roles]
        if any(cells):
            rows.append((level_name(query.content, level), *(each or "–" for each in cells)))
    return Table(columns, tuple(rows))


def _common_ladder(query: PayQuery) -> list[PayClaim]:
    """Return one source's pay claims by level, if it has some for each of the query's roles."""
    ladder = find_ladder(query.claims(), query.roles)
    return ladder if {(role.id,) for role in query.roles} <= {each.roles for each in ladder} else []


def _cell(ladder: Sequence[PayClaim], role: Role, level: str) -> str:
    own = (each for each in ladder if each.roles == (role.id,) and each.level == level)
    return "; ".join(map(format_claim, own))


def _notes(query: PayQuery) -> Iterator[Prose]:
    """Yield what the figures have in common, who is paid more, what is left out, and a caution."""
    if len(query.roles) > 1:
        yield from _table_note(query, _common_ladder(query))
    else:
        yield from _left_out_terms(query)
        yield from hidden_claims(query)
    yield from survey_only(query)
    for caution in list(survey_cautions(query, query.all_reports()))[:1]:
        yield f"⚠ {capitalize(caution)}"


def _table_note(query: PayQuery, ladder: Sequence[PayClaim]) -> Iterator[Prose]:
    """Yield which source the table is from, and which role the survey's medians put first."""
    first, parts = ladder[0] if ladder else None, []
    if first:
        terms = describe_claim(first, query.content).removeprefix(format_claim(first)).strip(" ,")
        parts.append(f"Table: {query.content.sources[first.source].short}, {terms}.")
    parts += [line.text for line in _survey_order(query)]
    if parts:
        yield " ".join(parts)


def _survey_order(query: PayQuery) -> Iterator[RankingLine]:
    """Yield a sentence on which of two roles the survey's medians put first."""
    pair = [role.id for role in query.roles]
    if len(pair) == _PAIR and query.basis is None:
        country, levels = query.country_and_currency[0], list(query.content.levels)
        yield from summarize_survey_order(query.content, (pair[0], pair[1]), levels, country)


def _shown_sources(query: PayQuery) -> Iterator[str]:
    """Yield the ids of the sources of the figures that the page shows or names."""
    if len(query.roles) > 1:
        shown = find_ladder(query.claims(), query.roles)
        shown += [] if _common_ladder(query) else _claims_without_level(query)[:_MAX_ROWS]
        shown = shown or query.claims()
        for line in _survey_order(query):
            yield from line.sources
    else:
        shown = _shown_at_levels(query) or query.claims()[:_MAX_FIELDS]
    yield from (each.source for each in shown)
    yield from (each.survey.source for each in query.all_reports())


def _left_out_terms(query: PayQuery) -> Iterator[Prose]:
    """Yield a sentence on the sources whose figures at a level lack a basis or a country."""
    content = query.content
    lacking: dict[str, dict[str, None]] = {}
    for each in query.claims():
        for term in unstated_terms(each) if each.level else ():
            lacking.setdefault(term, {})[content.sources[each.source].short] = None
    if lacking:
        yield " ".join(missing_terms_sentence(names, [term]) for term, names in lacking.items())
