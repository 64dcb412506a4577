"""The types of arguments: each function returns a NameIndex, which finds values by their names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from bot.formatting import join_words
from bot.former_names import FORMER_NAMES
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.language.places import find_place, may_begin_place
from bot.pay.amount import EXAMPLES, Amount, may_begin_amount, parse_amount
from bot.pay.query import PayView
from content import (
    Background,
    Country,
    Dimension,
    DimensionGroup,
    Level,
    NamedEntry,
    PayBasis,
    Quiz,
    Role,
    Tool,
    ToolCategory,
)

Aspect = Dimension | DimensionGroup
MODERATORS = "moderators"  # the topic of help that lists their commands
DETAILS = "details"  # the part of help with all about a command
_MAX_PAGES = 20  # of the facts about one aspect
NONE_WORDS = frozenset({"none", "off", "no"})  # typed to remove an optional value
N = TypeVar("N", bound=NamedEntry)

# "4 years", "4y", "10+ yrs of experience", "2.5 yoe"
_NUMBER_OF_YEARS = r"(?P<years>\d{1,2})(?:\.\d+)?\s*\+?"
_YEARS = re.compile(
    rf"{_NUMBER_OF_YEARS}\s*(?:years?|yrs?|yoe|y)(?:\s+(?:of\s+)?(?:exp|experience))?",
    re.IGNORECASE,
)
_YEARS_OR_BEGINNING = re.compile(
    rf"{_NUMBER_OF_YEARS}\s*(?:(?:years?|yrs?|yoe|y)(?:\s+\D*)?)?", re.IGNORECASE
)
_BASES = {
    PayBasis.BASE: ("base pay", "base salary", "basic"),
    PayBasis.TOTAL: ("tc", "total comp", "total compensation", "total pay", "all-in"),
    PayBasis.GROSS: ("gross pay", "gross salary", "before tax"),
}

_CURRENCY_WORDS = {
    "USD": ("dollars", "dollar", "bucks"),
    "GBP": ("pounds", "pound", "sterling", "quid"),
    "EUR": ("euros", "euro"),
    "INR": ("rupees", "rupee"),
}
_VIEWS = {
    PayView.LEVELS: ("All levels", ("ladder", "by level", "rungs")),
    PayView.CHART: ("Chart", ("picture", "graph")),
    PayView.COUNTRIES: ("By country", ("everywhere", "worldwide")),
    PayView.ALL_COUNTRIES: ("All countries", ()),
    PayView.TREND: ("By year", ("trends", "over time", "history")),
    PayView.TREND_CHART: ("Chart by year", ()),
    PayView.CLAIMS: ("All figures", ("claim", "articles", "source by source")),
    PayView.VERDICTS: ("Every claim, judged", ("verdict", "agreement")),
    PayView.RANKING: ("Who earns more", ()),
    PayView.NOTES: ("Notes on the figures", ()),
    PayView.SURVEY: ("The survey in detail", ("reports", "percentiles")),
    PayView.REMARKS: ("What else is said", ("remark", "beyond")),
    PayView.EQUITY: ("Equity and outliers", ("bonus", "stock")),
    PayView.GAP: ("The gap between roles", ()),
    PayView.OUTLOOK: ("Where pay is going", ()),
    PayView.ADVICE: ("Advice", ()),
    PayView.OFFICIAL: ("Official and average pay", ()),
}


class ToolView(StrEnum):
    """A page on tools behind the list of their names."""

    DETAILS = "details"  # what each is for, and who names it
    DIFFERENCES = "differences"  # where sources rate one differently


class PlanPart(StrEnum):
    """A part of a plan from a background to a role; each is named like its field."""

    TIME = "time"
    BRINGS = "brings"
    STEPS = "steps"
    CAUTIONS = "cautions"


class InterviewSide(StrEnum):
    """All questions that candidates are asked, or all tasks with which interviewers screen."""

    CANDIDATES = "all"
    INTERVIEWERS = "tasks"


_INTERVIEW_SIDES = {
    InterviewSide.CANDIDATES: ("all questions", "candidates", "for candidates"),
    InterviewSide.INTERVIEWERS: (
        "screening tasks",
        "all tasks",
        "hiring",
        "interviewers",
        "for interviewers",
    ),
}
_PLAN_PARTS = {
    PlanPart.TIME: ("duration", "how long"),
    PlanPart.BRINGS: ("what i bring", "strengths"),
    PlanPart.STEPS: ("all steps", "what to do"),
    PlanPart.CAUTIONS: ("warnings", "watch out", "risks"),
}
_TOOL_VIEWS = {
    ToolView.DETAILS: ("purpose", "what for", "who says so"),
    ToolView.DIFFERENCES: ("disagreements", "where sources differ"),
}


def roles(registry: NameRegistry) -> NameIndex[Role]:
    """Return a NameIndex that finds roles by name."""
    return NameIndex("role", _to_named_values(registry.content.roles.values()))


def levels(registry: NameRegistry) -> NameIndex[Level]:
    """Return a NameIndex that finds career levels by name or years of experience ("4 years")."""
    ladder = tuple(registry.content.levels.values())
    return NameIndex(
        "level",
        _to_named_values(ladder),
        parse_extra=lambda text: _level_id_for_years(text, ladder),
        extra=_YEARS_OR_BEGINNING,
    )


def quizzes(registry: NameRegistry) -> NameIndex[Quiz]:
    """Return a NameIndex that finds quizzes by id or title."""
    found = registry.content.quiz.values()
    return NameIndex("quiz", (NamedValue(each.id, each.title, each) for each in found))


class _CountryNames(NameIndex[Country]):
    """A NameIndex that also finds the country of a city or a flag."""

    def may_begin(self, word: str) -> bool:
        """Return False if surely no country or city begins with *word*."""
        return super().may_begin(word) or may_begin_place(word)

    def lookup(self, text: str) -> NamedValue[Country] | None:
        """Return the country that *text* names, or the one of the city in *text*, or None.

        The id of a city is its name, so that the city isn't forgotten.
        """
        found = super().lookup(text)
        place = find_place(text) if found is None else None
        country = super().lookup(place.country) if place else None
        if place is None or country is None or place.is_country:
            return found or country
        caution = describe_cities([place.name])
        return NamedValue(place.name, country.label, country.value, caution=caution)


def describe_cities(names: Iterable[str]) -> str:
    """Return a sentence that there are no figures for the cities or regions *names*."""
    return f"I have no figures for {join_words(names, 'or')}, only for whole countries."


def countries(registry: NameRegistry) -> NameIndex[Country]:
    """Return a NameIndex that finds the countries for which we have pay figures."""
    return _CountryNames("country", _to_named_values(registry.content.countries.values()))


def bases(registry: NameRegistry) -> NameIndex[PayBasis]:
    """Return a NameIndex that finds the kinds of pay by name: base, total and gross."""
    del registry
    return NameIndex("basis", (NamedValue(base, base, base, also) for base, also in _BASES.items()))


def currencies(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds the currencies of the countries by code or name: "euros"."""
    from babel.numbers import get_currency_name  # noqa: PLC0415  # few lines name a currency

    codes = dict.fromkeys(each.currency for each in registry.content.countries.values())
    return NameIndex(
        "currency",
        (
            NamedValue(
                code,
                get_currency_name(code, count=2, locale="en_US"),
                code,
                (get_currency_name(code, count=1, locale="en_US"), *_CURRENCY_WORDS.get(code, ())),
            )
            for code in codes
        ),
    )


class _AmountNames(NameIndex[Amount]):
    """A NameIndex that parses any amount of pay; the amounts it lists are only examples."""

    @property
    def accepts_unlisted(self) -> bool:
        """Always True, because the amounts are too many to list."""
        return True

    def may_begin(self, word: str) -> bool:
        """Return False if surely no amount begins with *word*, one or a few of its words."""
        return may_begin_amount(word)

    def lookup(self, text: str) -> NamedValue[Amount] | None:
        """Return the amount in *text*, or None. The amount's id is text that can be typed again."""
        found = parse_amount(text) if any(map(str.isnumeric, text)) else None
        if found is None:
            return None
        yearly = f"{found.currency or ''} {found.value:,}".strip()
        caution = f"I read “{found.text}” as {yearly} a year." if found.is_converted else ""
        return NamedValue(found.text, found.text, found, caution=caution)

    def fuzzy_match(self, text: str) -> None:
        """Return None, because a wrong number isn't a typo of another."""

    def unknown_message(self, text: str) -> str:
        """Return the error message for text that isn't an amount."""
        return f"I can't read “{text}” as yearly pay. Write it like {self.describe_values()}."


def amounts(registry: NameRegistry) -> NameIndex[Amount]:
    """Return a NameIndex that parses any amount of yearly pay."""
    del registry
    return _AmountNames("amount", (NamedValue(each.text, each.text, each) for each in EXAMPLES))


def views(registry: NameRegistry) -> NameIndex[PayView]:
    """Return a NameIndex that finds the views of pay: by level, by country, over time and so on."""
    years = {PayView.TREND: _survey_years(registry)}
    return NameIndex(
        "view",
        (
            NamedValue(view, label, view, (*also, *years.get(view, ())))
            for view, (label, also) in _VIEWS.items()
        ),
    )


def _survey_years(registry: NameRegistry) -> tuple[str, ...]:
    """Return the years that pay is shown for: "2024" is a name of the trend."""
    groups = (each for survey in registry.content.surveys.values() for each in survey.groups)
    return tuple(map(str, sorted({year for each in groups for year in (each.first, each.last)})))


def categories(registry: NameRegistry) -> NameIndex[ToolCategory]:
    """Return a NameIndex that finds categories of tools by name."""
    return NameIndex("category", _to_named_values(registry.content.categories.values()))


def tool_views(registry: NameRegistry) -> NameIndex[ToolView]:
    """Return a NameIndex that finds the pages on tools: their purpose, and the differences."""
    del registry
    entries = (NamedValue(view, view, view, also) for view, also in _TOOL_VIEWS.items())
    return NameIndex("view", entries)


def plan_parts(registry: NameRegistry) -> NameIndex[PlanPart]:
    """Return a NameIndex that finds the parts of a plan: time, steps and so on."""
    del registry
    entries = (NamedValue(part, part, part, also) for part, also in _PLAN_PARTS.items())
    return NameIndex("part", entries)


def interview_sides(registry: NameRegistry) -> NameIndex[InterviewSide]:
    """Return a NameIndex that finds the sides of an interview: candidates and interviewers."""
    del registry
    entries = (NamedValue(side, side, side, also) for side, also in _INTERVIEW_SIDES.items())
    return NameIndex("side", entries)


def tools(registry: NameRegistry) -> NameIndex[Tool]:
    """Return a NameIndex that finds tools by name."""
    return NameIndex("tool", _to_named_values(registry.content.tools.values()))


def aspects(registry: NameRegistry) -> NameIndex[Aspect]:
    """Return a NameIndex that finds the aspects that roles are compared by, and aspect groups."""
    everything: tuple[Aspect, ...] = (
        *registry.content.dimensions.values(),
        *registry.content.groups.values(),
    )
    return NameIndex("aspect", _to_named_values(everything))


def pages(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that finds a page of all facts: "all" is the first, "all 2" the next."""
    del registry
    return NameIndex("page", (_page(number) for number in range(1, _MAX_PAGES + 1)))


def _page(number: int) -> NamedValue[int]:
    name = f"all {number}" if number > 1 else "all"
    return NamedValue(name.replace(" ", "-"), name, number, () if number > 1 else ("in full",))


def backgrounds(registry: NameRegistry) -> NameIndex[Background]:
    """Return a NameIndex that finds the backgrounds that a learning roadmap can start from."""
    return NameIndex("background", _to_named_values(registry.content.backgrounds.values()))


def sources(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds sources by id, short name, author or publisher."""
    found = registry.content.sources.values()
    return NameIndex(
        "source",
        (
            NamedValue(
                each.id, each.short, each.id, tuple(filter(None, (each.author, each.publisher)))
            )
            for each in found
        ),
    )


def commands(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds commands by name, alias or former name."""
    former = defaultdict[str, list[str]](list)
    for old, new in FORMER_NAMES.items():
        former[new].append(old)
    return NameIndex(
        "command",
        (
            NamedValue(each.name, each.words, each.name, (*each.aliases, *former[each.name]))
            for each in registry.commands.values()
        ),
    )


def _to_named_values(entries: Iterable[N]) -> Iterator[NamedValue[N]]:
    return (NamedValue(entry.id, entry.name, entry, entry.aliases) for entry in entries)


def _level_id_for_years(text: str, ladder: Iterable[Level]) -> str | None:
    """Return the id of the highest level that the years in *text* ("4 years") are enough for.

    Return None if the text isn't a number of years, or the years aren't enough for any level.
    """
    found = _YEARS.fullmatch(text.strip())
    if found is None:
        return None
    reached = [
        level
        for level in ladder
        if level.years_from is not None and level.years_from <= int(found["years"])
    ]
    return max(reached, key=lambda level: level.years_from or 0).id if reached else None


def help_topics(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds commands, groups such as "tips", and "moderators": all groups.

    A group precedes the command that has its name as an alias.
    """
    groups = dict.fromkeys(
        each.words.partition(" ")[0] for each in registry.commands.values() if " " in each.words
    )
    moderators = NamedValue(MODERATORS, MODERATORS, MODERATORS, ("moderator", "mods", "admin"))
    named = (NamedValue(each, each, each) for each in groups)
    return NameIndex("command", (*named, *commands(registry).entries, moderators))


def help_parts(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds the part of help that is not on its first page: details."""
    del registry
    return NameIndex("part", (NamedValue(DETAILS, DETAILS, DETAILS, ("values", "all")),))
