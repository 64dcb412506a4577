"""The commands `salary` and `percentile`: pay figures, and where an amount stands among them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Annotated, TypeVar

from bot.app import CommandContext
from bot.command import Arg, Example, command
from bot.language.argument_types import (
    amounts,
    bases,
    countries,
    currencies,
    levels,
    roles,
    views,
)
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.pay.amount import EXAMPLES, Amount, parse_amount
from bot.pay.answer import answer_pay
from bot.pay.pages.currency import answer_in_currency
from bot.pay.query import PayQuery, PayView
from bot.registry import ContentContext
from bot.reply import Reply
from content import Country, Level, PayBasis, Role

T = TypeVar("T")


async def _complete(context: CommandContext, text: str) -> Iterable[NamedValue[Amount]]:
    """Return suggestions that show how the amount in *text* is read: "150k → USD 150,000 a year".

    An amount without a currency is read in the currency of the answer first, then in others.
    """
    currency = _query_so_far(context).country_and_currency[1] or "USD"
    if not text.strip():
        return _completions((each.text for each in EXAMPLES), currency)
    completions = _completions((text, f"{text}k"), currency)
    if not completions or completions[0].value.currency:
        return completions[:1]
    first = completions[0].value.text
    currencies = dict.fromkeys(each.currency for each in context.content.countries.values())
    others = [f"{first} {each}" for each in currencies if each != currency]
    return completions[:1] + _completions(others, currency)


def _completions(texts: Iterable[str], currency: str) -> list[NamedValue[Amount]]:
    amounts = filter(None, map(parse_amount, texts))
    return [
        NamedValue(each.text, each.describe(currency), each)
        for each in amounts
        if each.is_plausible
    ]


def _query_so_far(context: CommandContext) -> PayQuery:
    """Return the pay query of the call's other arguments, while the amount is being typed."""
    known, given = context.app.name_registry, context.call.args

    def value_of(names_of: Callable[[NameRegistry], NameIndex[T]], argument: str) -> T | None:
        found = known.index_for(names_of).lookup(given.get(argument, ""))
        return found.value if found else None

    both = (value_of(roles, "role"), value_of(roles, "other"))
    country, basis = value_of(countries, "country"), value_of(bases, "basis")
    return PayQuery(context.content, tuple(filter(None, both)), None, country, basis)


@command(
    Example("salary mid", shows=("$160K–$215K", "$120K–$160K", "KORE1", "conflict")),
    Example("salary ml senior", shows=("$180K–$240K", "$185K–$230K", "mostly agree", "aijobs")),
    Example("salary ml country:uk", shows=("£105K", "Howell", "£111K")),
    Example("salary ai-engineer", shows=("Staff", "$290K–$420K+", "specify base or total pay")),
    Example("salary ai ml", shows=("junior", "executive", "median", "say the opposite")),
    Example("salary ai senior us 180k", shows=("at about the 50th percentile", "distinct")),
    Example("salary data engineer trend", shows=("2023", "2024", "median")),
    aliases=("pay", "salaries", "compensation", "wage"),
    keywords=("pay", "income", "cost"),
)
async def salary(
    context: ContentContext,
    role: Annotated[
        Role | None, Arg("the role; two roles by default", roles, resets=("other",))
    ] = None,
    level: Annotated[
        Level | None, Arg("the level, or years of experience: 4y", levels, resets=("view",))
    ] = None,
    country: Annotated[
        Country | None, Arg("only figures for this country", countries, resets=("view", "amount"))
    ] = None,
    amount: Annotated[
        Amount | None,
        Arg(
            "your yearly pay, to see where it stands",
            amounts,
            autocomplete=_complete,
            resets=("view",),
        ),
    ] = None,
    view: Annotated[PayView | None, Arg("another page, such as the chart", views)] = None,
    basis: Annotated[PayBasis | None, Arg("only this kind of pay", bases)] = None,
    other: Annotated[Role | None, Arg("a second role to show next to the first", roles)] = None,
) -> Reply:
    """Look up pay by role.

    Each figure is shown with its source, its year and what it counts, next to the reports of a
    survey. You also see whether the sources agree: two ranges agree if they share at least half of
    their combined span. Figures are never averaged. Type an amount to see where it falls among the
    reports. Without a level, you see all levels.
    """
    level = None if view is PayView.LEVELS else level
    query = PayQuery(context.content, tuple(filter(None, (role, other))), level, country, basis)
    return _answer(replace(query, amount=amount), view)


@command(hidden=True)
async def percentile(
    context: ContentContext,
    amount: Annotated[Amount, Arg("your yearly pay, such as 180k or £95k", amounts)],
    role: Annotated[
        Role | None, Arg("the role; two roles by default", roles, resets=("other",))
    ] = None,
    level: Annotated[Level | None, Arg("your level, or years of experience: 4y", levels)] = None,
    country: Annotated[Country | None, Arg("where you work", countries, resets=("amount",))] = None,
    other: Annotated[Role | None, Arg("a second role to show next to the first", roles)] = None,
) -> Reply:
    """See where your pay stands among reports."""
    named_roles = tuple(filter(None, (role, other)))
    return _answer(PayQuery(context.content, named_roles, level, country, amount=amount), None)


@command(hidden=True)
async def currency(  # as many as filters
    context: ContentContext,
    currency_: Annotated[str, Arg("the currency, such as EUR", currencies)],
    role: Annotated[
        Role | None, Arg("the role; two roles by default", roles, resets=("other",))
    ] = None,
    level: Annotated[Level | None, Arg("the level, or years of experience: 4y", levels)] = None,
    country: Annotated[
        Country | None, Arg("where you work", countries, resets=("currency",))
    ] = None,
    other: Annotated[Role | None, Arg("a second role to show next to the first", roles)] = None,
) -> Reply:
    """See the pay figures in a currency, without conversion."""
    named_roles = tuple(filter(None, (role, other)))
    query = PayQuery(context.content, named_roles, level, country)
    name = context.registry.name_registry.label_for(currencies, currency_)
    return answer_in_currency(query, currency_, name, lambda each: _answer(each, None))


def _answer(query: PayQuery, view: PayView | None) -> Reply:
    """Return the reply; raise Refusal if the amount is implausible."""
    if query.amount:
        query.amount.require_plausible()
    return answer_pay(query.with_assumptions(), view)
