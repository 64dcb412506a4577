"""What an argument can name, and by which words."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from bot.language.name_index import Known, Name, Names
from bot.pay.amount import EXAMPLES, Amount, amount
from bot.pay.view import View
from content import (
    Background,
    Basis,
    Category,
    Country,
    Dimension,
    Group,
    Level,
    Named,
    Quiz,
    Role,
    Tool,
)

Aspect = Dimension | Group
N = TypeVar("N", bound=Named)

# "4 years", "4y", "10+ yrs of experience", "2.5 yoe"
_YEARS = re.compile(
    r"(?P<years>\d{1,2})(?:\.\d+)?\s*\+?\s*(?:years?|yrs?|yoe|y)(?:\s+(?:of\s+)?(?:exp|experience))?",
    re.IGNORECASE,
)
_BASES = {
    Basis.BASE: ("base pay", "base salary", "basic"),
    Basis.TOTAL: ("tc", "total comp", "total compensation", "total pay", "all-in"),
    Basis.GROSS: ("gross pay", "gross salary", "before tax"),
}

_VIEWS = {
    View.LADDER: ("levels", "by level", "rungs"),
    View.COUNTRIES: ("by country", "everywhere", "worldwide"),
    View.TREND: ("trends", "by year", "over time", "history"),
    View.CLAIMS: ("claim", "articles", "source by source", "verdicts"),
    View.REMARKS: ("equity", "bonus", "advice", "beyond"),
}


def roles(known: Known) -> Names[Role]:
    """Every role of the content."""
    return Names("role", _named(known.content.roles.values()))


def levels(known: Known) -> Names[Level]:
    """Every level, also by years of experience ("4 years") where a source gives years."""
    ladder = tuple(known.content.levels.values())
    return Names("level", _named(ladder), also=lambda text: _by_years(text, ladder))


def quizzes(known: Known) -> Names[Quiz]:
    """Every quiz, by its id or title."""
    found = known.content.quiz.values()
    return Names("quiz", (Name(each.id, each.title, each) for each in found))


def countries(known: Known) -> Names[Country]:
    """Every country for which there are figures."""
    return Names("country", _named(known.content.countries.values()))


def bases(known: Known) -> Names[Basis]:
    """What a pay figure can count."""
    del known  # the same for every content
    return Names("basis", (Name(base, base, base, also) for base, also in _BASES.items()))


class _Amounts(Names[Amount]):
    """Every way of writing an amount; the names are examples of it."""

    @property
    def open(self) -> bool:
        """Return True: there are too many to list."""
        return True

    def exact(self, text: str) -> Name[Amount] | None:
        """Read *text* as an amount; its own words are its id, so that it can be typed again."""
        found = amount(text)
        return Name(found.typed, found.typed, found) if found else None

    def near(self, text: str) -> None:
        """Guess nothing: no number is meant by another."""

    def unknown(self, shown: str) -> str:
        """Say how an amount is written."""
        return f"I can't read “{shown}” as yearly pay. Write it like {self.listing()}."


def amounts(known: Known) -> Names[Amount]:
    """Every amount of yearly pay."""
    del known  # the same for every content
    read = ((text, amount(text)) for text in EXAMPLES)
    return _Amounts("amount", (Name(text, text, found) for text, found in read if found))


def views(known: Known) -> Names[View]:
    """The ways in which pay can be looked at."""
    del known  # the same for every content
    return Names("view", (Name(view, view, view, also) for view, also in _VIEWS.items()))


def categories(known: Known) -> Names[Category]:
    """Every shelf of tools."""
    return Names("category", _named(known.content.categories.values()))


def tools(known: Known) -> Names[Tool]:
    """Every tool."""
    return Names("tool", _named(known.content.tools.values()))


def aspects(known: Known) -> Names[Aspect]:
    """Every dimension, and the groups in which they stand together."""
    everything: tuple[Aspect, ...] = (
        *known.content.dimensions.values(),
        *known.content.groups.values(),
    )
    return Names("aspect", _named(everything))


def backgrounds(known: Known) -> Names[Background]:
    """Where somebody can start from."""
    return Names("background", _named(known.content.backgrounds.values()))


def sources(known: Known) -> Names[str]:
    """Every source, by its id, tag or author."""
    found = known.content.sources.values()
    return Names(
        "source",
        (
            Name(each.id, each.short, each.id, tuple(filter(None, (each.author, each.publisher))))
            for each in found
        ),
    )


def commands(known: Known) -> Names[str]:
    """Every command."""
    found = known.commands.values()
    return Names("command", (Name(each.name, each.name, each.name, each.aliases) for each in found))


def _named(entries: Iterable[N]) -> Iterator[Name[N]]:
    return (Name(entry.id, entry.name, entry, entry.aliases) for entry in entries)


def _by_years(text: str, ladder: Iterable[Level]) -> str | None:
    """Give the id of the highest level that *text*'s years of experience reach."""
    found = _YEARS.fullmatch(text.strip())
    if found is None:
        return None
    reached = [
        level
        for level in ladder
        if level.years_from is not None and level.years_from <= int(found["years"])
    ]
    return max(reached, key=lambda level: level.years_from or 0).id if reached else None
