"""The reply to a question about pay."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.formatting import list_sources
from bot.pay.pages.evidence import (
    build_claims_page,
    build_notes_page,
    build_ranking_page,
    build_verdicts_page,
)
from bot.pay.pages.level import build_level_page
from bot.pay.pages.levels import build_levels_page
from bot.pay.pages.navigation import PayNavigation, pay_call
from bot.pay.pages.page import PayPage
from bot.pay.pages.remarks import TOPICS, build_remarks_page, build_topic_page
from bot.pay.pages.standing import build_standing_page, rank_in_query
from bot.pay.pages.survey import build_countries_page, build_survey_page, build_trend_page
from bot.pay.pictures import build_chart_page, build_trend_chart_page
from bot.pay.query import PayQuery, PayView
from bot.pay.wording import in_country, name_people
from bot.reply import Action, Reply

_MAX_ROLES = 2  # whose pay is shown side by side; the menu leads to others
_MAX_BROADER = 3  # lines of the menu


def answer_pay(query: PayQuery, view: PayView | None) -> Reply:
    """Return the reply that shows *view* of *query*; None is the first answer.

    The first answer to a question that names nothing is about the level with the most figures.
    Without a figure, the reply says so and answers a broader question.
    """
    if not query.has_data():
        return _answer_broader(query, view)
    if view is None and query == PayQuery(query.content, ()):
        query = query.at_usual_level()
    if view in {None, PayView.LEVELS} and len(query.roles) > _MAX_ROLES:
        query = replace(query, named_roles=query.roles[:_MAX_ROLES])
    page = _build_page(query, view)
    controls = PayNavigation(query, view)
    nodes = (*page.nodes, list_sources(page.sources, query.content))
    return Reply(
        page.answer,
        nodes,
        buttons=controls.buttons(),
        more=controls.more(),
        why=controls.why(),
    )


def _answer_broader(query: PayQuery, view: PayView | None) -> Reply:
    """Return the reply to a broader question, which says that there are no figures for *query*.

    Its menu leads to other broader questions, among them those for other roles in the country.
    """
    first, *others = _list_broader(query)
    people = name_people(query.content, [each.id for each in query.roles], query.level_id)
    what = f"{query.basis} pay" if query.basis else "figures"
    where = in_country(query.content, query.country.id if query.country else None)
    unused = ""
    if query.amount and not first.amount:
        unused = f", so I can't say where {query.amount.text} stands"
    missing = f"None of our sources has {what} for {people}{where}{unused}. "
    reply = answer_pay(first, view)
    answer = (missing, reply.answer) if isinstance(reply.answer, str) else (missing, *reply.answer)
    actions = (Action(each.subject, pay_call(each)) for each in others[:_MAX_BROADER])
    return replace(reply, answer=answer, more=(*actions, *reply.more))


def _list_broader(query: PayQuery) -> list[PayQuery]:
    """Return broader queries that have figures, the most similar first; the last one always has.

    The country is given up last. An amount can only be compared with reports.
    """
    content, anywhere = query.content, replace(query, country=None, amount=None)
    other_roles = [
        PayQuery(content, (role,), country=query.country)
        for role in (content.roles.values() if query.country else ())
    ]
    broader = (
        *_drop_details(query),
        *_drop_details(replace(query, amount=None)),
        anywhere,
        *_drop_details(anywhere),
        *other_roles,
        PayQuery(content, query.named_roles),
        PayQuery(content, ()),
    )
    found: dict[str, PayQuery] = {}
    for each in broader:
        if each.all_reports() or (not each.amount and each.has_data()):
            found.setdefault(each.subject, each)
    return [*found.values()]


def _drop_details(query: PayQuery) -> tuple[PayQuery, ...]:
    """Return *query* without its basis, its level, and both."""
    whole = replace(query, basis=None)
    return whole, replace(query, level=None), replace(whole, level=None)


def _build_page(query: PayQuery, view: PayView | None) -> PayPage:
    if view in TOPICS:
        return build_topic_page(query, view)
    if view in _BUILDERS:
        return _BUILDERS[view](query)
    if query.amount:
        return build_standing_page(query)
    return build_level_page(query) if query.level else build_levels_page(query)


_BUILDERS: dict[PayView | None, Callable[[PayQuery], PayPage]] = {
    PayView.CHART: lambda query: build_chart_page(query, rank_in_query(query)),
    PayView.COUNTRIES: build_countries_page,
    PayView.ALL_COUNTRIES: partial(build_countries_page, shows_all=True),
    PayView.TREND: build_trend_page,
    PayView.TREND_CHART: build_trend_chart_page,
    PayView.CLAIMS: lambda query: (
        build_claims_page(query) if query.claims() else build_survey_page(query)
    ),
    PayView.VERDICTS: build_verdicts_page,
    PayView.RANKING: build_ranking_page,
    PayView.NOTES: build_notes_page,
    PayView.SURVEY: build_survey_page,
    PayView.REMARKS: build_remarks_page,
}
