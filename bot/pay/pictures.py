"""Pay as charts: what the tables say, to be seen at once."""

from collections.abc import Iterator, Sequence

from bot.charts import Mark, Panel, Ranges, Span, Trait, alt
from bot.formatting import UNSTATED, format_claim, format_estimate, join_words
from bot.pay.claims import point
from bot.pay.percentile import Standing
from bot.pay.query import Scope
from bot.pay.reports import common_years, trend
from bot.pay.survey import Distribution
from bot.reply import Image
from content import Confidence, Content, PayClaim

_TRAITS = (Trait.FIRST, Trait.SECOND)
_PAIR = 2  # roles that one picture can hold apart


def ladder(scope: Scope, standings: Sequence[Standing]) -> Iterator[Image]:
    """Draw the levels of one role, or of two side by side."""
    rows = list(scope.ladder())
    if not rows or len(scope.roles) > _PAIR:
        return
    every = [each for _, found in rows for each in found]
    if len(scope.roles) == 1:
        spans = (_span(each, level.name, every) for level, found in rows for each in found)
        panels: tuple[Panel, ...] = (Panel("", tuple(spans)),)
    else:
        panels = tuple(
            Panel(level.name.capitalize(), _by_role(scope, found, every)) for level, found in rows
        )
    title = f"{join_words(role.name for role in scope.roles)} by level"
    yield _picture(title, every, scope.content, panels, _mark(scope, standings, every[0]))


def level(
    scope: Scope, claims: Sequence[PayClaim], standings: Sequence[Standing]
) -> Iterator[Image]:
    """Draw the reports on one level and the claims that count in the same currency."""
    found = [each for role in scope.roles for each in scope.reports(role, _level(scope))]
    every = [each for each in found if each.group.currency == found[0].group.currency]
    if not every or len(scope.roles) > _PAIR:
        return
    panels = []
    for role in scope.roles:
        spans = [
            _span(each, scope.content.sources[each.survey.source].short, every, _trait(scope, each))
            for each in every
            if each.group.role == role.id
        ]
        own = (claim for claim in claims if claim.roles == (role.id,))
        spans += [_claimed(each, scope.content) for each in own if _drawn(each, every[0])]
        panels.append(Panel(role.name if len(scope.roles) > 1 else "", tuple(spans)))
    mark = _mark(scope, standings, every[0])
    title = join_words(role.name for role in scope.roles)
    title += f", {scope.level.name}" if scope.level else ""
    shown = tuple(panel for panel in panels if panel.spans)
    yield _picture(title, every, scope.content, shown, mark)


def years(scope: Scope) -> Iterator[Image]:
    """Draw the years of each role."""
    panels = []
    every: list[Distribution] = []
    for role in scope.roles:
        found = trend(scope, role)
        every += found
        spans = tuple(_span(each, each.group.years, every, _trait(scope, each)) for each in found)
        panels += [Panel(role.name if len(scope.roles) > 1 else "", spans)] if spans else []
    if panels and len(scope.roles) <= _PAIR:
        title = f"{join_words(role.name for role in scope.roles)} by year"
        yield _picture(title, every, scope.content, tuple(panels))


def _picture(
    title: str,
    every: Sequence[Distribution],
    content: Content,
    panels: tuple[Panel, ...],
    mark: Mark | None = None,
) -> Image:
    first = every[0]
    when = f", {common_years(every)}" if common_years(every) else ""
    country = content.countries[first.group.country].name
    chart = Ranges(
        title, f"{country}, pay a year in {first.group.currency}{when}", panels, mark,
        _foot(every, panels, content),
    )  # fmt: skip
    return Image("pay.png", chart, alt(chart))


def _foot(every: Sequence[Distribution], panels: tuple[Panel, ...], content: Content) -> str:
    surveys = {each.survey.id: each.survey for each in every}
    parts = []
    for survey in surveys.values():
        source = content.sources[survey.source]
        dated = f", {source.published}" if source.published else ""
        parts.append(f"{source.short}{dated}, {survey.basis} pay")
    claimed = [s.label for each in panels for s in each.spans if s.trait is Trait.CLAIM]
    sources = "; ".join([*parts, *dict.fromkeys(claimed)])
    mostly = ", mostly ends of advertised bands" if any(each.banded for each in every) else ""
    return f"n: distinct reports{mostly}. Sources: {sources}."


def _by_role(
    scope: Scope, found: Sequence[Distribution], every: Sequence[Distribution]
) -> tuple[Span, ...]:
    return tuple(
        _span(each, scope.content.roles[each.group.role].name, every, _trait(scope, each))
        for each in found
    )


def _trait(scope: Scope, found: Distribution) -> Trait:
    """Give each role its own colour, the same in every picture of an answer."""
    places = [role.id for role in scope.roles]
    return _TRAITS[places.index(found.group.role) % _PAIR]


def _span(
    found: Distribution, label: str, every: Sequence[Distribution], trait: Trait = Trait.FIRST
) -> Span:
    group = found.group
    when = f", {group.years}" if not common_years(every) and label != group.years else ""
    few = ", low confidence" if group.confidence is Confidence.LOW else ""
    return Span(
        label,
        f"n {group.distinct:,}{when}{few}",
        found.middle,
        found.at(50),
        group.p10,
        group.p90,
        (group.p25, group.p75),
        group.p50,
        trait,
    )


def _drawn(claim: PayClaim, beside: Distribution) -> bool:
    """Tell whether a claim can stand on the same scale: same currency, no other country."""
    group = beside.group
    return claim.currency == group.currency and claim.country in {None, group.country}


def _claimed(claim: PayClaim, content: Content) -> Span:
    low, high = claim.low or point(claim), claim.high or point(claim)
    counted = claim.basis or f"basis {UNSTATED}"
    where = None if claim.country else f"country {UNSTATED}"
    note = ", ".join(filter(None, (counted, where, claim.year)))
    short = content.sources[claim.source].short
    return Span(short, note, format_claim(claim), "", low, high, (low, high), None, Trait.CLAIM)


def _mark(scope: Scope, standings: Sequence[Standing], beside: Distribution) -> Mark | None:
    """Mark the amount that was named, in the currency of the scale."""
    for each in standings:
        if each.distribution.group.currency == beside.group.currency:
            shown = format_estimate(each.value, beside.group.currency)
            exact = scope.amount.shown(beside.group.currency) if scope.amount else shown
            label = f"{exact}, about {shown}" if each.converted else exact
            return Mark(each.value, f"{label}: the amount you named")
    return None


def _level(scope: Scope) -> str | None:
    return scope.level.id if scope.level else None
