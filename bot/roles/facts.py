"""What there is to say of a role under a dimension, wherever in the content it stands."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.formatting import UNSTATED, format_claim
from bot.pay.reports import in_short
from bot.pay.survey import Cut, recent
from bot.reply import Emphasis, Prose
from content import Content, Contrast, Dimension, MarketFigure, Role, Statement, View

# How much a source says that a role needs a tool, strongest first.
GRADES = {
    "must-know": "Must know",
    "nice-to-have": "Nice to have",
    "used": "Named, without a grade",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One attributed thing to say; *brief* is the same for a table's cell."""

    says: str
    source: str
    brief: str = ""
    credited: str | None = None


def lines(content: Content, role: Role, dimension: Dimension) -> tuple[Line, ...]:
    """Give every line for *role* under *dimension*, the most telling first."""
    return tuple(_VIEWS[dimension.view](content, role, dimension))


def contrasts(content: Content, pair: Iterable[Role], *about: str) -> tuple[Contrast, ...]:
    """Give what is said of just this pair of roles, in either order."""
    wanted = {role.id for role in pair}
    return tuple(
        each
        for each in content.contrasts.values()
        if set(each.roles) == wanted and (not about or each.about in about)
    )


def cell(found: tuple[Line, ...], content: Content) -> Prose:
    """Write the leading line into a table's cell, and how many more there are."""
    if not found:
        return UNSTATED
    first = found[0]
    source = content.sources[first.source].short
    more = f", {len(found) - 1} more" if len(found) > 1 else ""
    return (f"{first.brief or first.says} ", Emphasis(f"({source}{more})"))


def stated(statements: Iterable[Statement]) -> Iterator[Line]:
    """Turn statements of the content into lines."""
    for each in statements:
        yield Line(each.says, each.source, each.brief or "", each.credited)


def _statements(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del content  # the role holds them itself
    return stated(role.dimensions.get(dimension.id, ()))


def _interview(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del content, dimension
    for probe in role.interview:
        shows = f" What it shows: {probe.shows}" if probe.shows else ""
        yield Line(f"{probe.stage.capitalize()}: {probe.task}{shows}", probe.source)


def market(figures: Iterable[MarketFigure]) -> Iterator[Line]:
    """Turn market figures into lines."""
    for each in figures:
        period = f" ({each.period})" if each.period else ""
        says = f"{each.figure}{period}: {each.says}"
        yield Line(says, each.source, f"{each.figure}{period}", each.credited)


def _market(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del dimension
    return market(each for each in content.market.values() if role.id in each.roles)


def _pay(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del dimension
    for claim in content.pay.values():
        if role.id in claim.roles:
            level = content.levels[claim.level].name if claim.level else f"level {UNSTATED}"
            where = (
                content.countries[claim.country].short if claim.country else f"country {UNSTATED}"
            )
            basis = claim.basis or f"basis {UNSTATED}"
            year = claim.year or f"year {UNSTATED}"
            names = " and ".join(content.roles[each].name for each in claim.roles)
            whose = f"{names} together, " if len(claim.roles) > 1 else ""
            says = f"{whose}{level}: {format_claim(claim)}, {basis}, {where}, {year}."
            yield Line(says, claim.source, f"{level}: {format_claim(claim)}", claim.credited)
    yield from _reports(content, role)


def _reports(content: Content, role: Role) -> Iterator[Line]:
    """Give what a survey's reports say of each level, where there are most of them."""
    for home in recent(content, Cut(role.id)):
        for level in (*content.levels.values(), None):
            cut = Cut(role.id, level.id if level else None, home.group.country, home.group.currency)
            for found in recent(content, cut):
                name = level.name if level else "all levels"
                country = content.countries[found.group.country].short
                brief = f"{name}: {in_short(found)}"
                says = f"{brief} (duplicates removed), {found.survey.basis}, {country}, "
                yield Line(f"{says}{found.group.years}.", found.survey.source, brief)


def _roadmaps(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del dimension
    for each in content.roadmaps.values():
        if each.role == role.id:
            start = content.backgrounds[each.start].name
            for line in stated(each.time):
                named = start.casefold() in line.says.casefold()
                says = line.says if named else f"{start}: {line.says}"
                yield Line(says, line.source, f"{start}: {line.brief or line.says}", line.credited)


def _tools(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del dimension
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for tool in content.tools.values():
        for need in tool.needs:
            if need.role == role.id:
                named[need.need, need.source].append(tool.name)
    for grade, title in GRADES.items():
        for (given, source), tools in named.items():
            if given == grade:
                yield Line(f"{title}: {', '.join(tools)}.", source)


def _pair_only(content: Content, role: Role, dimension: Dimension) -> Iterator[Line]:
    del dimension
    for each in content.contrasts.values():
        if role.id in each.roles:
            yield Line(each.says, each.source)


_VIEWS: dict[View, Callable[[Content, Role, Dimension], Iterator[Line]]] = {
    View.STATEMENTS: _statements,
    View.CONTRASTS: _pair_only,
    View.INTERVIEW: _interview,
    View.MARKET: _market,
    View.PAY: _pay,
    View.ROADMAPS: _roadmaps,
    View.TOOLS: _tools,
}
