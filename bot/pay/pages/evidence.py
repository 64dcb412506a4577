"""Pages with every source's figure, how it was made, and whether the figures agree."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.formatting import format_claim, join_words, pluralize
from bot.pay.claims import Verdict, compare_all, compare_with_survey
from bot.pay.pages.level import figure_sources, hidden_claims
from bot.pay.pages.page import PayPage
from bot.pay.query import PayQuery
from bot.pay.ranking import RankingLine, rank_by_claims, rank_by_survey
from bot.pay.verdict import claim_verdicts, survey_verdicts
from bot.pay.wording import capitalize, name_people
from bot.reply import Bold, Bullets, Emphasis, Node, Paragraph, Prose
from content import Content, PayClaim

_VERDICT_VERBS = {
    Verdict.AGREE: ("agrees", "agree"),
    Verdict.CONFLICT: ("conflicts", "conflict"),
    Verdict.INCOMPARABLE: ("can't be compared", "can't be compared"),
}


def build_claims_page(query: PayQuery) -> PayPage:
    """Return the page with every figure of every source that matches *query*, at least one."""
    content, claims = query.content, query.claims()
    by_roles: dict[tuple[str, ...], list[PayClaim]] = defaultdict(list)
    for each in claims:
        by_roles[each.roles].append(each)
    nodes: list[Node] = []
    for roles, own in sorted(by_roles.items(), key=lambda item: len(item[0])):
        together = " together" if len(roles) > 1 else ""
        if len(roles) > 1 or len(query.roles) > 1:
            nodes.append(Paragraph((Bold(name_people(content, roles) + together),)))
        nodes.append(Bullets(tuple(_claim_line(each, content) for each in _by_level(own, content))))
    notes = tuple(hidden_claims(query))
    if not all(each.basis and each.country and each.year for each in claims):
        notes += ("If the country, year or kind of pay is missing, the source doesn't give it.",)
    nodes += [Bullets(notes)] if notes else []
    sources = join_words(dict.fromkeys(content.sources[each.source].short for each in claims))
    people = name_people(content, [role.id for role in query.roles], query.level_id)
    count = pluralize(len(claims), "published figure")
    answer = f"{sources} have {count} for {people}."
    if len({each.source for each in claims}) == 1:
        answer = f"{sources} has {count} for {people}."
    return PayPage(answer, tuple(nodes), tuple(each.source for each in claims))


def _by_level(claims: Sequence[PayClaim], content: Content) -> list[PayClaim]:
    levels = [*content.levels, None]
    return sorted(claims, key=lambda claim: levels.index(claim.level))


def _claim_line(claim: PayClaim, content: Content) -> str:
    """Return a pay claim with all that its source states: "Mid: $160K–$215K base, US, 2026 …"."""
    level = capitalize(content.levels[claim.level].name) if claim.level else "No level given"
    country = content.countries[claim.country].short if claim.country else None
    basis = f" {claim.basis}" if claim.basis else ""
    terms = ", ".join(filter(None, (format_claim(claim) + basis, country, claim.year)))
    return f"{level}: {terms} ({content.sources[claim.source].short})"


def build_notes_page(query: PayQuery) -> PayPage:
    """Return the page with the sources' and our notes on how each figure was made."""
    content = query.content
    noted = [each for each in query.claims() if _note(each)]
    if not noted:
        return PayPage("None of these figures comes with a note.", (), ())
    by_source: dict[str, dict[str, list[PayClaim]]] = {}
    for each in noted:
        by_source.setdefault(each.source, {}).setdefault(_note(each), []).append(each)
    nodes = []
    for source, by_note in by_source.items():
        short = content.sources[source].short
        lines = (
            (Bold(f"{short}: "), f"{note} ", Emphasis(_whose(own, query)))
            for note, own in by_note.items()
        )
        nodes.append(Bullets(tuple(lines)))
    names = join_words(content.sources[each].short for each in by_source)
    answer = f"How {names} arrived at their figures, as far as they say."
    return PayPage(answer, tuple(nodes), tuple(by_source))


def _note(claim: PayClaim) -> str:
    credited = f"Credited to {claim.credited}." if claim.credited else ""
    return " ".join(filter(None, (credited, claim.note)))


def _whose(claims: Sequence[PayClaim], query: PayQuery) -> str:
    """Return the roles and levels of pay claims: "(AI Engineer: junior, mid and senior)".

    The roles are left out if they are all that the query is about.
    """
    content = query.content
    levels = [each for each in content.levels if each in {claim.level for claim in claims}]
    names = join_words(content.levels[each].name for each in levels) if levels else ""
    ids = dict.fromkeys(role for claim in claims for role in claim.roles)
    is_all = query.role_ids <= set(ids)
    roles = "" if is_all and names else join_words(content.roles[each].name for each in ids)
    return f"({': '.join(filter(None, (roles, names)))})"


def build_verdicts_page(query: PayQuery) -> PayPage:
    """Return the page on whether the figures agree; at one level, also with the survey."""
    content, claims = query.content, query.claims()
    lines: list[tuple[Prose, ...]] = [tuple(claim_verdicts(claims, content))]
    lines += [compare_claims_with_survey(query)] if query.level else []
    nodes = tuple(Bullets(each) for each in lines if each)
    sources = figure_sources(query) if query.level else tuple(each.source for each in claims)
    return PayPage(_verdict_sentence(query, claims), nodes, sources)


def compare_claims_with_survey(query: PayQuery) -> tuple[Prose, ...]:
    """Return sentences on whether the pay claims that match *query* agree with the survey."""
    content, (country, _) = query.content, query.country_and_currency
    compared = list(compare_with_survey(query.claims(), content, country, query.basis))
    has_level = query.level is not None
    return tuple(survey_verdicts(compared, content, show_percentiles=has_level))


def build_ranking_page(query: PayQuery) -> PayPage:
    """Return the page on which role earns more, by sources' figures and by the survey."""
    found = list(ranking_lines(query))
    if not found:
        return PayPage(
            "None of our sources has comparable figures for any two of these roles.", (), ()
        )
    first, *others = (line.text for line in found)
    nodes = (Bullets(tuple(others)),) if others else ()
    return PayPage(first, nodes, tuple(each for line in found for each in line.sources))


def _verdict_sentence(query: PayQuery, claims: Sequence[PayClaim]) -> str:
    """Return the sentence on how many pairs of figures agree, conflict or aren't comparable."""
    pairs = list(compare_all(claims))
    people = name_people(query.content, [role.id for role in query.roles], query.level_id)
    if not pairs:
        return f"No two figures for {people} are for the same level, so they can't be compared."
    parts: list[str] = []
    for verdict, (one, several) in _VERDICT_VERBS.items():
        count = sum(each.verdict is verdict for each in pairs)
        of = "" if parts else " of figures"
        if count:
            parts.append(f"{pluralize(count, 'pair')}{of} {one if count == 1 else several}")
    return f"{capitalize(people)}: {join_words(parts)}."


def ranking_lines(query: PayQuery) -> Iterator[RankingLine]:
    """Yield sentences on which role pays more: by sources' figures, then by the survey.

    The query's roles are compared with each other, a single role with all others.
    """
    content = query.content
    role_ids = [role.id for role in query.roles]
    first, pairs = role_ids[0], list(combinations(role_ids, 2))
    claims, all_claims = query.filtered_claims(), content.pay.values()
    others = (role for role in content.roles if role not in role_ids)
    for pair in pairs or [(first, other) for other in others]:
        yield from rank_by_claims(claims, all_claims, pair, content)
    if query.basis is not None:
        return
    with_claim = [role.id for role in content.roles_with_claims()]
    others = (role for role in with_claim if first in with_claim and role != first)
    levels = [query.level.id] if query.level else list(content.levels)
    for pair in pairs or [(first, other) for other in others]:
        yield from rank_by_survey(content, pair, levels, query.country_and_currency[0])
