"""The command `salary`: sources' pay figures, survey reports, and the percentile of an amount."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Annotated, TypeVar

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import join_words, list_sources
from bot.language.argument_types import amounts, bases, countries, levels, roles, views
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.pay.amount import EXAMPLES, Amount, parse_amount
from bot.pay.answer import REMARK_TOPICS, PayAnswer
from bot.pay.query import PayQuery, PayView
from bot.pay.survey import GroupFilter, groups_by_country
from bot.pay.tables import find_remarks
from bot.registry import CommandRegistry, ContentContext
from bot.reply import Action, Reply
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
            "your pay a year, to see where it stands among reports", amounts, autocomplete=_complete
        ),
    ] = None,
    view: Annotated[PayView | None, Arg("another way of looking at it", views)] = None,
    basis: Annotated[PayBasis | None, Arg("only figures that count this", bases)] = None,
    other: Annotated[Role | None, Arg("a second role to set beside the first", roles)] = None,
) -> Reply:
    """Look up pay by role.

    What sources claim stands beside the distribution of reports in a survey, each with its year,
    basis and number of reports, and a verdict says whether they agree, conflict (and by how much)
    or count different things. Two bands agree when at least half of what they span together is
    common to both. Nothing is averaged or blended. With an amount you learn where it stands among
    the reports, as far as their published percentiles tell. Without a level you get the whole
    ladder, without a role both roles.
    """
    amount = amount.require_plausible() if amount else None
    level = None if view is PayView.LADDER else level
    view = view or (None if level else PayView.LADDER)
    named_roles = tuple(filter(None, (role, other)))
    query = PayQuery(context.content, named_roles, level, country, basis, amount)
    if not query.has_data():
        raise _no_figures(context.registry, query)
    answer = PayAnswer(query, view)
    return Reply(
        query.title,
        (*answer.nodes(), list_sources(answer.sources(), context.content)),
        more=tuple(_next_steps(query, view)),
    )


def _no_figures(registry: CommandRegistry, query: PayQuery) -> Refusal:
    """Return the Refusal that says that no source has a figure for the query.

    Its buttons ask broader questions that have figures.
    """
    filters = [join_words(role.name for role in query.roles)]
    filters += [each.name for each in (query.level, query.country) if each]
    filters += [f"{query.basis} pay"] if query.basis else []
    broader = (
        replace(query, level=None),
        replace(query, country=None),
        replace(query, basis=None),
        replace(query, level=None, basis=None),
        replace(query, country=None, basis=None),
        PayQuery(query.content, query.named_roles),
        PayQuery(query.content, ()),
    )
    calls = (_call_for(each) for each in broader if each.has_data())
    lines = {registry.shortest_line(call): call for call in calls}
    message = f"None of our sources has a figure for {', '.join(filters)}. Ask more broadly:"
    return Refusal(message, *(Action(line, call) for line, call in lines.items()))


def _call_for(query: PayQuery) -> Call:
    args = {
        "role": query.named_roles[0].id if query.named_roles else None,
        "level": query.level_id,
        "country": query.country.id if query.country else None,
        "basis": str(query.basis) if query.basis else None,
    }
    return Call("salary", {name: value for name, value in args.items() if value})


def _next_steps(query: PayQuery, view: PayView | None) -> Iterator[Action]:
    """Yield buttons for the other roles, all levels, other views, tools and the comparison.

    *view* is the view of the current answer.
    """
    comparable = query.content.roles_with_claims()
    named = {
        name: role.id for name, role in zip(("role", "other"), query.named_roles, strict=False)
    }
    level = {"level": query.level.id} if query.level else {}
    country = {"country": query.country.id} if query.country else {}
    for each in comparable:
        if named != {"role": each.id}:
            label = f"{each.name}, {query.level.name}" if query.level else each.name
            yield Action(label, Call("salary", {"role": each.id, **level}))
    if query.level or view is not PayView.LADDER:
        yield Action("the whole ladder", Call("salary", {**named, **country}))
    yield from _other_views(query, view, {**named, **level, **country})
    if query.country or query.basis:
        yield Action("every country and basis", Call("salary", {**named, **level}))
    for role in query.named_roles[:1]:
        if role in query.content.roles_with_tools():
            yield Action(f"tools for {role.name}", Call("tools", {"role": role.id}))
    is_default = len(named) == 1 and query.named_roles[0] in comparable
    yield Action("compare the roles", Call("compare", {} if is_default else named))


def _other_views(query: PayQuery, view: PayView | None, args: dict[str, str]) -> Iterator[Action]:
    if view is not PayView.TREND and query.all_reports():
        yield Action("year by year", Call("salary", {**args, "view": PayView.TREND}))
    group_filter = GroupFilter(query.roles[0].id, query.level_id)
    countries_with_reports = list(groups_by_country(query.content, group_filter))
    if view is not PayView.COUNTRIES and len(countries_with_reports) > 1:
        anywhere = {name: value for name, value in args.items() if name != "country"}
        call = Call("salary", {**anywhere, "view": PayView.COUNTRIES})
        yield Action("country by country", call)
        args = anywhere
    if view not in {None, PayView.CLAIMS} and query.claims():
        yield Action("every claim, judged", Call("salary", {**args, "view": PayView.CLAIMS}))
    remarks = find_remarks(query.content, query.role_ids, REMARK_TOPICS)
    if view is not PayView.REMARKS and remarks:
        yield Action("what else is said", Call("salary", {**args, "view": PayView.REMARKS}))
