"""Reports of a survey as tables and facts, always with how many there are."""

from collections.abc import Iterator, Sequence

from bot.formatting import UNSTATED
from bot.pay.query import Scope
from bot.pay.survey import Cut, Distribution, by_country, by_year
from bot.reply import Bold, Column, Emphasis, Fields, Heading, Node, Paragraph, Prose, Table
from content import Content, Role

_QUANTILES = (Column("p25", nowrap=True), Column("median", nowrap=True), Column("p75", nowrap=True))


def in_full(found: Distribution, content: Content) -> Fields:
    """Give one group with all that is known of it."""
    group = found.group
    percentiles = (
        f"{'median' if percent == 50 else f'p{percent}'} {found.at(percent)}"  # noqa: PLR2004
        for percent, _ in group.quantiles()
    )
    rests = (
        f"{found.rests_on} ({group.records:,} with repeats), {place(found, content)}; "
        f"confidence {group.confidence}; {group.remote}% fully remote"
    )
    return Fields(
        (
            (content.sources[found.survey.source].short, " · ".join(percentiles)),
            ("rests on", rests),
        )
    )


def place(found: Distribution, content: Content) -> str:
    """Name a group's country, and its currency where that is not the country's own."""
    country, currency = content.countries[found.group.country], found.group.currency
    return country.name if currency == country.currency else f"{country.name} in {currency}"


def caution(found: Distribution) -> Paragraph:
    """Say what the percentiles rest on, and what the reports are."""
    survey = found.survey
    says = "n: distinct reports, on which the percentiles rest; repeats are left out. "
    if found.banded:
        says += (
            f"{survey.paired}% of the rows read like an end of an advertised band, so they spread "
            "wider than what people are paid. "
        )
    says += f"Pay is {survey.basis}; p25 to p75 is the middle half, p10 to p90 four fifths."
    return Paragraph((Emphasis(says),))


def by_level(scope: Scope) -> Iterator[Node]:
    """Give the ladder of one role, or those of several side by side; years where they differ."""
    rows = list(scope.ladder())
    every = [each for _, found in rows for each in found]
    common = common_years(every)
    if len(scope.roles) == 1:
        names = [
            level.name if common else f"{level.name}, {each.group.years}"
            for level, found in rows
            for each in found
        ]
        yield _table("level", names, every)
        return
    columns = (Column("level"), *(Column(role.name) for role in scope.roles))
    cells: list[tuple[Prose, ...]] = [
        ((Bold(level.name),), *(_cell(found, role, dated=not common) for role in scope.roles))
        for level, found in rows
    ]
    yield Table(columns, tuple(cells))


def _cell(found: Sequence[Distribution], role: Role, *, dated: bool) -> str:
    own = (each for each in found if each.group.role == role.id)
    words = (in_short(each) + f", {each.group.years}" * dated for each in own)
    return "; ".join(words) or UNSTATED


def where(scope: Scope) -> str:
    """Say where and when the ladder's reports are from: "United States, 2024–25"."""
    every = [each for _, found in scope.ladder() for each in found]
    return ", ".join(filter(None, (place(every[0], scope.content), common_years(every))))


def in_short(found: Distribution) -> str:
    """Write a group into a table's cell."""
    return f"{found.middle}, median {found.at(50)}, n {found.group.distinct:,}"


def common_years(found: Sequence[Distribution]) -> str:
    """Give the years that all of *found* are from; empty where they differ."""
    years = {each.group.years for each in found}
    return years.pop() if len(years) == 1 else ""


def _table(first: str, names: Sequence[str], found: Sequence[Distribution]) -> Table:
    rows = (
        (
            name,
            *(each.at(percent) for percent in (25, 50, 75)),
            f"{each.group.distinct:,} {each.group.confidence}",
        )
        for name, each in zip(names, found, strict=True)
    )
    return Table((Column(first, nowrap=True), *_QUANTILES, Column("n", nowrap=True)), tuple(rows))


def countries(scope: Scope) -> Iterator[Node]:
    """Give each role's reports country by country, each in its own currency."""
    level = scope.level.id if scope.level else None
    for role in scope.roles:
        found = list(by_country(scope.content, Cut(role.id, level)))
        yield Heading(role.name)
        if found:
            yield _table("country", [place(each, scope.content) for each in found], found)
        else:
            yield Paragraph("No country has enough reports.")


def trend(scope: Scope, role: Role) -> list[Distribution]:
    """Give *role*'s reports year by year, where they are shown."""
    level = scope.level.id if scope.level else None
    return list(by_year(scope.content, Cut(role.id, level, *scope.place)))


def years(scope: Scope) -> Iterator[Node]:
    """Give each role's reports year by year."""
    for role in scope.roles:
        found = trend(scope, role)
        yield Heading(role.name)
        if found:
            yield _table("year", [each.group.years for each in found], found)
        else:
            yield Paragraph("No year has enough reports.")
