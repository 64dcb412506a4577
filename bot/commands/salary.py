"""What a role earns: what sources claim, and what people and ads reported."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import join_words, list_sources
from bot.language.argument_types import amounts, bases, countries, levels, roles, views
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.pay.amount import EXAMPLES, Amount
from bot.pay.amount import amount as read_amount
from bot.pay.answer import EVERYTHING, Answer
from bot.pay.query import Scope
from bot.pay.survey import Cut, by_country
from bot.pay.tables import remarks
from bot.pay.view import View
from bot.registry import CommandRegistry, ContentContext
from bot.reply import Action, Actions, Reply
from content import Country, Level, PayBasis, Role

_PAIR = 2
_DOLLARS = "USD"
T = TypeVar("T")


async def _understood(context: CommandContext, typed: str) -> Iterable[NamedValue[Amount]]:
    """Return how an amount is understood, in the currency that the answer will use."""
    currency = _scope(context).place[1] or _DOLLARS
    tries = (typed, f"{typed}k") if typed.strip() else EXAMPLES
    read = [found for each in tries if (found := read_amount(each)) and found.fits]
    if not typed.strip():
        return [_offer(each, currency) for each in read]
    if not read:
        return ()
    first, others = read[0], () if read[0].currency else _currencies(context, currency)
    other = (read_amount(f"{first.typed} {each}") for each in others)
    return [_offer(each, currency) for each in (first, *filter(None, other))]


def _offer(found: Amount, currency: str) -> NamedValue[Amount]:
    return NamedValue(found.typed, found.understood(currency), found)


def _currencies(context: CommandContext, said: str) -> Iterable[str]:
    """Return the other currencies that have figures."""
    found = (each.currency for each in context.content.countries.values())
    return [each for each in dict.fromkeys(found) if each != said]


def _scope(context: CommandContext) -> Scope:
    """Return the scope that the arguments so far describe."""
    known, given = context.app.name_registry, context.call.args

    def named(names_of: Callable[[NameRegistry], NameIndex[T]], name: str) -> T | None:
        found = known.index_for(names_of).lookup(given.get(name, ""))
        return found.value if found else None

    both = (named(roles, "role"), named(roles, "other"))
    country, basis = named(countries, "country"), named(bases, "basis")
    return Scope(context.content, tuple(filter(None, both)), None, country, basis)


@command(
    Example("salary mid", shows=("$160K–$215K", "$120K–$160K", "KORE1", "conflict")),
    Example("salary ml senior", shows=("$180K–$240K", "$185K–$230K", "base", "agree", "aijobs")),
    Example("salary ml country:uk", shows=("£105K", "£75K", "reverse of the US figures")),
    Example("salary ai-engineer", shows=("staff", "$290K–$420K+", "not stated")),
    Example("salary ai ml", shows=("junior", "executive", "median", "the reverse of KORE1")),
    Example("salary ai senior us 180k", shows=("at about the 50th percentile", "distinct")),
    Example("salary data engineer trend", shows=("2023", "2024", "median")),
    aliases=("pay", "salaries", "compensation", "wage"),
    keywords=("pay", "income", "cost"),
)
async def salary(
    context: ContentContext,
    role: Annotated[Role | None, Arg("whose pay; both roles without it", roles)] = None,
    level: Annotated[Level | None, Arg("the rung, or years of experience: 4y", levels)] = None,
    country: Annotated[Country | None, Arg("only figures for this country", countries)] = None,
    amount: Annotated[
        Amount | None,
        Arg(
            "your pay a year, to see where it stands among reports",
            amounts,
            autocomplete=_understood,
        ),
    ] = None,
    view: Annotated[View | None, Arg("another way of looking at it", views)] = None,
    basis: Annotated[PayBasis | None, Arg("only figures that count this", bases)] = None,
    other: Annotated[Role | None, Arg("a second role to set beside the first", roles)] = None,
) -> Reply:
    """Look up what a role earns, source by source.

    What sources claim stands beside the distribution of reports in a survey, each with its year,
    basis and number of reports, and a verdict says whether they agree, conflict (and by how much)
    or count different things. Two bands agree when at least half of what they span together is
    common to both. Nothing is averaged or blended. With an amount you learn where it stands among
    the reports, as far as their published percentiles tell. Without a level you get the whole
    ladder, without a role both roles.
    """
    named = tuple(filter(None, (role, other)))
    amount = amount.checked() if amount else None
    level = None if view is View.LADDER else level
    scope = Scope(context.content, named, level, country, basis, amount)
    answer = Answer(scope, view or (None if level else View.LADDER))
    if not scope.known():
        raise _nothing(context.registry, scope)
    return Reply(
        (
            *answer.nodes(),
            Actions(tuple(_Next(scope, answer.view).choices())),
            list_sources(answer.sources(), context.content),
        )
    )


def _nothing(catalog: CommandRegistry, scope: Scope) -> Refusal:
    """Return the refusal when no source has a figure, with broader questions to choose."""
    names = join_words(role.name for role in scope.roles)
    at = f", {scope.level.name}" if scope.level else ""
    where = f", {scope.country.name}" if scope.country else ""
    counted = f", {scope.basis} pay" if scope.basis else ""
    tries = (
        replace(scope, level=None),
        replace(scope, country=None),
        replace(scope, basis=None),
        replace(scope, level=None, basis=None),
        replace(scope, country=None, basis=None),
        Scope(scope.content, scope.named),
        Scope(scope.content, ()),
    )
    calls = [_call(each) for each in tries if each.known()]
    wider = {catalog.shortest_line(call): call for call in calls}
    says = f"None of our sources has a figure for {names}{at}{where}{counted}. Ask more broadly:"
    return Refusal(says, *(Action(typed, call) for typed, call in wider.items()))


def _call(scope: Scope) -> Call:
    """Return the call that asks for *scope*."""
    given = {
        "role": scope.named[0].id if scope.named else None,
        "level": scope.level.id if scope.level else None,
        "country": scope.country.id if scope.country else None,
        "basis": str(scope.basis) if scope.basis else None,
    }
    return Call("salary", {name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class _Next:
    """Where an answer leads on to."""

    scope: Scope
    view: View | None

    def choices(self) -> Iterator[Action]:
        """Lead to the other role, the ladder, the other views, tools."""
        scope = self.scope
        role, level, country = self._role(), self._level(), self._country()
        for each in scope.content.roles_with_claims():
            if role != {"role": each.id}:
                label = ", ".join([each.name, *([scope.level.name] if scope.level else [])])
                yield Action(label, Call("salary", {"role": each.id, **level}))
        if scope.level or self.view is not View.LADDER:
            yield Action("the whole ladder", Call("salary", {**role, **country}))
        yield from self._views({**role, **level, **country})
        if scope.country or scope.basis:
            yield Action("every country and basis", Call("salary", {**role, **level}))
        for named in scope.named[:1]:
            if named in scope.content.roles_with_tools():
                yield Action(f"tools for {named.name}", Call("tools", {"role": named.id}))
        yield Action("compare the roles", Call("compare", self._pair()))

    def _views(self, kept: dict[str, str]) -> Iterator[Action]:
        scope = self.scope
        level = scope.level.id if scope.level else None
        if self.view is not View.TREND and scope.all_reports():
            yield Action("year by year", Call("salary", {**kept, "view": View.TREND}))
        elsewhere = [
            each
            for role in scope.roles[:1]
            for each in by_country(scope.content, Cut(role.id, level))
        ]
        if self.view is not View.COUNTRIES and len(elsewhere) > 1:
            kept = {key: value for key, value in kept.items() if key != "country"}
            yield Action("country by country", Call("salary", {**kept, "view": View.COUNTRIES}))
        if self.view not in {None, View.CLAIMS} and scope.claims():
            yield Action("every claim, judged", Call("salary", {**kept, "view": View.CLAIMS}))
        if self.view is not View.REMARKS and remarks(scope.content, scope.ids, EVERYTHING):
            yield Action("what else is said", Call("salary", {**kept, "view": View.REMARKS}))

    def _role(self) -> dict[str, str]:
        named = self.scope.named
        both = {"other": named[1].id} if len(named) == _PAIR else {}
        return {"role": named[0].id, **both} if named else {}

    def _pair(self) -> dict[str, str]:
        named = self.scope.named
        if len(named) == _PAIR:
            return {"role": named[0].id, "other": named[1].id}
        known = self.scope.content.roles_with_claims()
        return {"role": named[0].id} if named and named[0] not in known else {}

    def _level(self) -> dict[str, str]:
        return {"level": self.scope.level.id} if self.scope.level else {}

    def _country(self) -> dict[str, str]:
        return {"country": self.scope.country.id} if self.scope.country else {}
