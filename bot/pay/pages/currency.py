"""The answer to a question for pay in a currency: the figures in it. None is converted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.formatting import list_sources
from bot.pay.pages.navigation import pay_call
from bot.pay.pages.survey import country_line, sample_note
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution, GroupFilter, groups_by_country
from bot.pay.wording import name_country, name_people
from bot.reply import Action, Bold, Fields, Node, Paragraph, Reply
from content import Country, Role

_MAX_COUNTRIES = 8  # on the first screen
_MAX_BUTTONS = 3
_NO_CONVERSION = "I don't convert pay between currencies."


def answer_in_currency(
    query: PayQuery, currency: str, name: str, answer: Callable[[PayQuery], Reply]
) -> Reply:
    """Return the reply with the figures of *query* that are in *currency*, which *name* names.

    *answer* returns the reply to a query; a country that uses the currency gets that reply.
    """
    countries = query.content.countries.values()
    using = [each for each in countries if each.currency == currency]
    if query.country not in using:
        query = replace(query, country=None)
    found = [each for each in using if replace(query, country=each).has_data()]
    if query.country or len(found) == 1:
        query = query if query.country else replace(query, country=found[0])
        reply = answer(query)
        note = Paragraph(f"{_NO_CONVERSION} These figures are in {name}.")
        return replace(reply, nodes=(note, *reply.nodes))
    people = name_people(query.content, [each.id for each in query.roles], query.level_id)
    if not found:
        return Reply(
            f"{_NO_CONVERSION} None of our sources has a figure for {people} in {name}.",
            buttons=(Action("Show the figures", pay_call(query)),),
        )
    return _list_countries(query, currency, f"{_NO_CONVERSION} In {name}, for {people}:", found)


def _list_countries(
    query: PayQuery, currency: str, answer: str, countries: Sequence[Country]
) -> Reply:
    """Return the reply with the reports of each country that uses the currency, most first."""
    nodes: list[Node] = []
    shown: list[Distribution] = []
    limit = max(1, _MAX_COUNTRIES // len(query.roles))
    for role in query.roles:
        reports = _reports(query, role, currency)[:limit]
        if reports and len(query.roles) > 1:
            nodes.append(Paragraph((Bold(role.name),)))
        if reports:
            nodes.append(Fields(tuple(country_line(each, query.content) for each in reports)))
        shown += reports
    nodes += sample_note(shown, has_percentiles=False)
    nodes.append(list_sources((each.survey.source for each in shown), query.content))
    order = [each.group.country for each in shown]
    ranked = sorted(
        countries, key=lambda each: order.index(each.id) if each.id in order else len(order)
    )
    actions = [
        Action(f"In {name_country(each)}", pay_call(replace(query, country=each)))
        for each in ranked
    ]
    return Reply(answer, tuple(nodes), tuple(actions[:_MAX_BUTTONS]), tuple(actions[_MAX_BUTTONS:]))


def _reports(query: PayQuery, role: Role, currency: str) -> list[Distribution]:
    group_filter = GroupFilter(role.id, query.level_id, None, currency)
    own = (
        each
        for each in groups_by_country(query.content, group_filter)
        if query.content.countries[each.group.country].currency == currency
    )
    return list(own)
