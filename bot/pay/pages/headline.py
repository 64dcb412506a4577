"""The sentence that answers a question about pay."""

from collections import defaultdict
from collections.abc import Sequence

from bot.formatting import format_claim
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution
from bot.pay.wording import (
    capitalize,
    in_country,
    in_place,
    missing_term,
    name_people,
    name_source,
    unstated_terms,
)
from content import Content, PayClaim, Role

_MAX_LENGTH = 130  # characters; a second source is named only if the sentence stays shorter


def write_headline(query: PayQuery) -> str:
    """Return the sentence that answers *query*.

    It names the figure of one source for each role, never a range over figures that differ in
    basis, country or year. Without a figure of a source, it names the survey's.
    """
    return (
        _describe_ladder(query)
        or _describe_claims(query)
        or _describe_joint_claim(query)
        or write_report_headline(query)
        or "None of our sources has a figure for that."
    )


def find_lead(claims: Sequence[PayClaim]) -> PayClaim | None:
    """Return the pay claim to begin with: the first that states the most, or None without any.

    Figures that hold only among some employers come last.
    """
    return min(claims, key=lambda each: (bool(each.among), len(unstated_terms(each))), default=None)


def find_ladder(claims: Sequence[PayClaim], roles: Sequence[Role]) -> list[PayClaim]:
    """Return the pay claims of the one source that covers the most levels of *roles*.

    All of them count the same pay in the same country and year. Return an empty list if no source
    covers two levels of one role.
    """
    ids = {(role.id,) for role in roles}
    groups: dict[tuple[object, ...], list[PayClaim]] = defaultdict(list)
    for each in claims:
        if each.level and not each.among and each.roles in ids:
            key = (each.source, each.country, each.basis, each.year, each.currency)
            groups[key].append(each)
    best: list[PayClaim] = max(groups.values(), key=len, default=[])
    levels = [{each.level for each in best if each.roles == role} for role in ids]
    return best if max(map(len, levels), default=0) > 1 else []


def _describe_ladder(query: PayQuery) -> str:
    """Return the sentence on the lowest and the highest level of one source's figures."""
    if query.level is not None:
        return ""
    content = query.content
    ladder = find_ladder(query.claims(), query.roles)
    parts: list[str] = []
    for role in query.roles:
        order = list(content.levels)
        own = [each for each in ladder if each.roles == (role.id,)]
        own = sorted(own, key=lambda each: order.index(each.level or ""))
        if own:
            low, high = own[0], own[-1]
            where = "" if parts else in_country(content, low.country)
            people = f"{name_people(content, [role.id])}{where}"
            if parts:
                parts.append(f"{people}: {format_claim(low)} to {format_claim(high)}")
                continue
            span = f"{_figure(low)} ({_level(low, content)})"
            span += f" to {format_claim(high)} ({_level(high, content)})" * (high is not low)
            parts.append(f"{people}: {span}, says {name_source(low, content)}")
    return f"{'; '.join(parts)}." if parts else ""


def _level(claim: PayClaim, content: Content) -> str:
    return content.levels[claim.level].name if claim.level else missing_term("level")


def _describe_claims(query: PayQuery) -> str:
    """Return the sentence on the leading figure for each role, and a second one if it is short."""
    content, claims = query.content, query.claims()
    leads = [find_lead([each for each in claims if each.roles == (r.id,)]) for r in query.roles]
    found = [each for each in leads if each is not None]
    if not found:
        return ""
    first = found[0]
    sentence = (
        f"{capitalize(name_people(content, first.roles, first.level))}"
        f"{in_country(content, first.country)}: {_figure(first)}, says "
        f"{name_source(first, content)}"
    )
    for other in found[1:]:
        sentence += f"; {name_people(content, other.roles)}: {_add_figure(other, first, content)}"
    if len(found) == 1:
        own = (each for each in claims if each.roles == first.roles)
        second = next((each for each in own if each.source != first.source), None)
        longer = f"{sentence}; {_add_claim(second, content)}." if second else ""
        sentence = longer[:-1] if longer and len(longer) <= _MAX_LENGTH else sentence
    return f"{sentence}."


def _figure(claim: PayClaim) -> str:
    basis = f" {claim.basis}" if claim.basis else f" ({missing_term('basis')})"
    return format_claim(claim) + basis


def _add_figure(claim: PayClaim, first: PayClaim, content: Content) -> str:
    """Return another role's figure, with its terms and source where they differ from *first*."""
    if (claim.source, claim.country, claim.basis) == (first.source, first.country, first.basis):
        return format_claim(claim)
    return f"{_figure(claim)}{in_country(content, claim.country)} ({name_source(claim, content)})"


def _add_claim(claim: PayClaim, content: Content) -> str:
    """Return a second source's figure: "Samadov says $185K–$230K base (no country given)"."""
    basis = f" {claim.basis}" if claim.basis else ""
    left_out = ", ".join(map(missing_term, unstated_terms(claim)))
    terms = f" ({left_out})" if left_out else ""
    where = in_country(content, claim.country)
    return f"{content.sources[claim.source].short} says {format_claim(claim)}{basis}{where}{terms}"


def _describe_joint_claim(query: PayQuery) -> str:
    content = query.content
    claim = find_lead(query.claims())
    if claim is None:
        return ""
    people = capitalize(name_people(content, claim.roles, claim.level))
    where = in_country(content, claim.country)
    return (
        f"{people} combined{where}: {_figure(claim)}, according to {name_source(claim, content)}."
    )


def write_report_headline(query: PayQuery) -> str:
    """Return the sentence on the survey's median at the query's level, or "" without reports."""
    content = query.content
    found = [each for role in query.roles for each in query.reports(role, query.level_id)[:1]]
    if not found:
        found = [each for _, own in query.reports_by_level() for each in own][:1]
    if not found:
        return ""
    first = found[0]
    group, source = first.group, content.sources[first.survey.source].short
    people = capitalize(name_people(content, [group.role], group.level))
    parts = [f"{people}{in_place(first, content)}: {_report_figure(first)}"]
    parts += [
        f"{name_people(content, [each.group.role])}: {_report_figure(each)}" for each in found[1:]
    ]
    counted = {each.group.role for each in found}
    missing = [role.id for role in query.roles if role.id not in counted]
    parts += [f"no figures for {name_people(content, missing)}"] if missing else []
    return f"{'; '.join(parts)} ({source}, {group.years})."


def _report_figure(reports: Distribution) -> str:
    return (
        f"median {reports.format_percentile(50)} {reports.survey.basis} in "
        f"{reports.group.distinct:,} reports"
    )
