"""Pages with sources' remarks on pay: on equity, the gap between roles, trends and advice."""

from collections.abc import Sequence
from typing import Literal

from bot.formatting import SourcedStatement, format_attributed
from bot.pay.pages.page import PayPage
from bot.pay.query import PayQuery, PayView
from bot.reply import Bullets
from bot.roles.facts import facts_from_market

Topic = Literal["equity", "gap", "trend", "outlier", "advice"]
TOPICS: dict[PayView, tuple[Topic, ...]] = {
    PayView.EQUITY: ("equity", "outlier"),
    PayView.GAP: ("gap",),
    PayView.OUTLOOK: ("trend",),
    PayView.ADVICE: ("advice",),
    PayView.OFFICIAL: (),  # market figures on pay
}
"""The views that show remarks, and the topics of the remarks in each."""
_MAX_FIRST = 4  # remarks that fit a screen
TOPIC_NAMES = {
    PayView.EQUITY: "Equity and outliers",
    PayView.GAP: "The gap between roles",
    PayView.OUTLOOK: "Where pay is going",
    PayView.ADVICE: "Advice",
    PayView.OFFICIAL: "Official and average pay",
}


def find_remarks(query: PayQuery, view: PayView) -> list[SourcedStatement]:
    """Return the statements of *view* that are on the query's roles, most important first."""
    content, ids = query.content, query.role_ids
    if view is PayView.OFFICIAL:
        figures = (each for each in content.market.values() if each.pay and ids & {*each.roles})
        return list(facts_from_market(figures))
    topics = TOPICS.get(view, ())
    return [
        each for each in content.remarks.values() if each.about in topics and ids & set(each.roles)
    ]


def has_remarks(query: PayQuery) -> bool:
    """Return True if any source says more on the pay of the query's roles than figures."""
    return any(find_remarks(query, view) for view in TOPICS)


def build_remarks_page(query: PayQuery) -> PayPage:
    """Return the page with the first remark on each of the first topics."""
    found = (find_remarks(query, view) for view in TOPICS)
    return _page(query, [each[0] for each in found if each][:_MAX_FIRST])


def build_topic_page(query: PayQuery, view: PayView) -> PayPage:
    """Return the page with all remarks on the topic of *view*."""
    return _page(query, find_remarks(query, view))


def _page(query: PayQuery, remarks: Sequence[SourcedStatement]) -> PayPage:
    """Return the page that begins with the first of *remarks* and lists the others."""
    if not remarks:
        return PayPage("None of our sources says anything about that.", (), ())
    first, *others = (format_attributed(each, query.content) for each in remarks)
    nodes = (Bullets(tuple(others)),) if others else ()
    return PayPage(first, nodes, tuple(each.source for each in remarks))
