"""Collecting the facts about a role under one dimension (topic of comparison)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.command import truncate
from bot.formatting import format_claim
from bot.pay.survey import GroupFilter, best_groups
from bot.pay.tables import summarize_group
from bot.pay.wording import missing_term
from content import Content, Contrast, Dimension, FactOrigin, MarketFigure, Role, Statement

# How strongly a source says that a role needs a tool, strongest first.
NEED_LABELS = {
    "must-know": "Must know",
    "nice-to-have": "Nice to have",
    "used": "Also mentioned",
}
_BRIEF_TOOLS = 4  # names in the short form of a fact about tools
_MAX_TASK = 110  # characters of an interview task in its short form


@dataclass(frozen=True, slots=True)
class RoleFact:
    """A sentence about a role and the id of the source that supports it.

    *brief* is a shorter version for first screens. *credited* is the person or organization that
    the source itself cites.
    """

    says: str
    source: str
    brief: str = ""
    credited: str | None = None


def find_facts(content: Content, role: Role, dimension: Dimension) -> tuple[RoleFact, ...]:
    """Return all facts about *role* under *dimension*, most important first."""
    return tuple(_FACT_FINDERS[dimension.view](content, role, dimension))


def find_contrasts(content: Content, pair: Iterable[Role], *kinds: str) -> tuple[Contrast, ...]:
    """Return the statements that compare exactly these two roles; only of *kinds* if given."""
    wanted = {role.id for role in pair}
    return tuple(
        each
        for each in content.contrasts.values()
        if set(each.roles) == wanted and (not kinds or each.about in kinds)
    )


def facts_from_contrasts(contrasts: Iterable[Contrast]) -> Iterator[RoleFact]:
    """Yield a RoleFact for each statement about a pair of roles."""
    for each in contrasts:
        yield RoleFact(each.says, each.source, each.brief or "")


def facts_from_statements(statements: Iterable[Statement]) -> Iterator[RoleFact]:
    """Yield a RoleFact for each statement."""
    for each in statements:
        yield RoleFact(each.says, each.source, each.brief or "", each.credited)


def _statements(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del content  # the statements are in the role
    return facts_from_statements(role.dimensions.get(dimension.id, ()))


def _interview(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del content, dimension
    for probe in sorted(role.interview, key=lambda each: each.stage):  # asked, then screened
        shows = f" What it shows: {probe.shows}" if probe.shows else ""
        says = f"{probe.stage.capitalize()}: {probe.task}{shows}"
        yield RoleFact(says, probe.source, truncate(probe.task, _MAX_TASK))


def facts_from_market(figures: Iterable[MarketFigure]) -> Iterator[RoleFact]:
    """Yield a RoleFact for each figure about the job market."""
    for each in figures:
        period = f" ({each.period})" if each.period else ""
        says = f"{each.figure}{period}: {each.says}"
        brief = each.brief or f"{each.figure}{period}"
        yield RoleFact(says, each.source, brief, each.credited)


def _market(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del dimension
    return facts_from_market(each for each in content.market.values() if role.id in each.roles)


def _pay(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del dimension
    for claim in content.pay.values():
        if role.id in claim.roles:
            level = content.levels[claim.level].name if claim.level else missing_term("level")
            country = content.countries[claim.country].short if claim.country else None
            terms = {"basis": claim.basis, "country": country, "year": claim.year}
            about = ", ".join(stated or missing_term(term) for term, stated in terms.items())
            names = " and ".join(content.roles[each].name for each in claim.roles)
            whose = f"{names} together, " if len(claim.roles) > 1 else ""
            says = f"{whose}{level}: {format_claim(claim)}, {about}."
            yield RoleFact(says, claim.source, f"{level}: {format_claim(claim)}", claim.credited)
    yield from _reports(content, role)


def _reports(content: Content, role: Role) -> Iterator[RoleFact]:
    """Yield a fact for each level on its pay in the survey, from the country with most reports."""
    for home in best_groups(content, GroupFilter(role.id)):
        for level in (*content.levels.values(), None):
            cut = GroupFilter(
                role.id, level.id if level else None, home.group.country, home.group.currency
            )
            for found in best_groups(content, cut):
                name = level.name if level else "all levels"
                country = content.countries[found.group.country].short
                brief = f"{name}: {summarize_group(found)}"
                says = f"{brief} (duplicates removed), {found.survey.basis}, {country}, "
                yield RoleFact(f"{says}{found.group.years}.", found.survey.source, brief)


def _roadmaps(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del dimension
    for each in content.roadmaps.values():
        if each.role == role.id:
            start = content.backgrounds[each.start].name
            for line in facts_from_statements(each.time):
                named = start.casefold() in line.says.casefold()
                says = line.says if named else f"{start}: {line.says}"
                yield RoleFact(
                    says, line.source, f"{start}: {line.brief or line.says}", line.credited
                )


def _tools(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del dimension
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for tool in content.tools.values():
        for need in tool.needs:
            if need.role == role.id:
                named[need.need, need.source].append(tool.name)
    for grade, title in NEED_LABELS.items():
        for (given, source), tools in named.items():
            if given == grade:
                more = len(tools) - _BRIEF_TOOLS
                brief = f"{title}: {', '.join(tools[:_BRIEF_TOOLS])}" + f" +{more} more" * (
                    more > 0
                )
                yield RoleFact(f"{title}: {', '.join(tools)}.", source, brief)


def _pair_only(content: Content, role: Role, dimension: Dimension) -> Iterator[RoleFact]:
    del dimension
    yield from facts_from_contrasts(
        each for each in content.contrasts.values() if role.id in each.roles
    )


_FACT_FINDERS: dict[FactOrigin, Callable[[Content, Role, Dimension], Iterator[RoleFact]]] = {
    FactOrigin.STATEMENTS: _statements,
    FactOrigin.CONTRASTS: _pair_only,
    FactOrigin.INTERVIEW: _interview,
    FactOrigin.MARKET: _market,
    FactOrigin.PAY: _pay,
    FactOrigin.ROADMAPS: _roadmaps,
    FactOrigin.TOOLS: _tools,
}
