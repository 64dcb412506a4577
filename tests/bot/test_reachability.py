"""Every fact of the content is at most two clicks from a first answer, on pages of two screens."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pytest
from exploration import (
    AllTexts,
    Fact,
    Page,
    ShownText,
    VisitedReply,
    explore_discord,
    explore_replies,
    slack_screens,
)
from screens.measure import PHONE_PAGE

from bot.app import App
from bot.formatting import format_claim, format_estimate
from content import Content, Survey, load
from content.models import Statement

CLICKS = 2
CONTENT = load()


def facts(content: Content) -> Iterator[Fact]:
    """Yield the facts of all kinds of content that commands show."""
    for source in content.sources.values():
        for text in filter(None, (source.about, source.caution)):
            yield Fact("source", f"{source.id}: {text}", (text,))
    for role in content.roles.values():
        for dimension, statements in role.dimensions.items():
            yield from _stated("statement", f"{role.id}/{dimension}", statements, content)
        for number, task in enumerate(role.interview):
            shown = tuple(filter(None, (task.task, task.shows)))
            yield Fact("interview", f"{role.id}/{number}", shown)
    for contrast in content.contrasts.values():
        yield Fact("contrast", contrast.id, (contrast.says,))
    for remark in content.remarks.values():
        yield Fact("remark", remark.id, (remark.says,))
    for figure in content.market.values():
        yield Fact("market", figure.id, (figure.figure, figure.says))
    for entry in content.faq.values():
        yield Fact("question", entry.id, (entry.question,))
        yield from _stated("answer", entry.id, entry.answer, content)
    yield from _pay_facts(content)
    yield from _tool_facts(content)
    yield from _plan_facts(content)


def _stated(
    kind: str, name: str, statements: Iterable[Statement], content: Content
) -> Iterator[Fact]:
    for number, each in enumerate(statements):
        yield Fact(kind, f"{name}/{number}", (each.says, content.sources[each.source].short))


def _pay_facts(content: Content) -> Iterator[Fact]:
    for claim in content.pay.values():
        texts = (format_claim(claim), content.sources[claim.source].short)
        yield Fact("pay", claim.id, texts, belong_together=True)
    for survey in content.surveys.values():
        yield from _group_facts(survey)


def _group_facts(survey: Survey) -> Iterator[Fact]:
    for group in survey.groups:
        amounts = (group.p25, group.p50, group.p75)
        texts = (
            *(format_estimate(each, group.currency) for each in amounts),
            f"{group.distinct:,}",
        )
        yield Fact("group", group.to_row(), texts, belong_together=True)


def _tool_facts(content: Content) -> Iterator[Fact]:
    for tool in content.tools.values():
        yield Fact("tool", tool.id, (tool.name, tool.purpose))
        for need in tool.needs:
            texts = (tool.name, content.roles[need.role].name, content.sources[need.source].short)
            yield Fact("need", f"{tool.id}/{need.role}/{need.source}", texts)


def _plan_facts(content: Content) -> Iterator[Fact]:
    for plan in content.roadmaps.values():
        for field in ("time", "brings", "cautions"):
            yield from _stated("plan", f"{plan.id}/{field}", getattr(plan, field), content)
        for number, step in enumerate(plan.steps):
            yield Fact("step", f"{plan.id}/{number}", tuple(filter(None, (step.when, step.do))))


FACTS = list(facts(CONTENT))


@pytest.fixture(scope="module")
def replies(content: Content) -> list[VisitedReply]:
    return asyncio.run(explore_replies(App(content, record_answers=False), CLICKS))


@pytest.fixture(scope="module")
def pages(content: Content) -> list[Page]:
    return asyncio.run(explore_discord(App(content, record_answers=False), CLICKS))


def missing(everything: Sequence[VisitedReply | Page]) -> dict[str, list[str]]:
    """Return the ids of the facts that are shown nowhere, by kind."""
    texts = AllTexts([each.text for each in everything])
    found: dict[str, list[str]] = defaultdict(list)
    for fact in FACTS:
        if not texts.show(fact):
            found[fact.kind].append(fact.id)
    return found


def test_replies_show_every_fact_within_two_clicks(replies: list[VisitedReply]) -> None:
    assert missing(replies) == {}


def test_discord_shows_every_fact_within_two_clicks(pages: list[Page]) -> None:
    assert missing(pages) == {}


def test_pages_on_discord_are_at_most_two_screens(pages: list[Page]) -> None:
    too_long = {str(page): PHONE_PAGE.excess(page.screen) for page in pages}
    assert {page: excess for page, excess in too_long.items() if excess} == {}


def test_pages_on_slack_are_at_most_two_screens(app: App, replies: list[VisitedReply]) -> None:
    too_long = {
        f"{visited.call.to_line()}, page {number}": PHONE_PAGE.excess(screen)
        for visited in replies
        for number, screen in enumerate(slack_screens(app, visited), 1)
    }
    assert {page: excess for page, excess in too_long.items() if excess} == {}


def test_facts_are_of_every_kind_and_distinct() -> None:
    kinds = Counter(fact.kind for fact in FACTS)
    content = CONTENT
    assert kinds["group"] == sum(len(survey.groups) for survey in content.surveys.values())
    assert kinds["question"] == len(content.faq)
    assert kinds["pay"] == len(content.pay)
    assert kinds["tool"] == len(content.tools)
    assert len({(fact.kind, fact.id) for fact in FACTS}) == len(FACTS)


def test_texts_that_belong_together_must_be_close() -> None:
    row = Fact("group", "x", ("$151K", "785"), belong_together=True)
    assert ShownText(("senior", "$151K", "785")).shows(row)
    assert not ShownText(("$151K", *["-"] * 20, "785")).shows(row)
    assert ShownText(("$151K", *["-"] * 20, "785")).shows(Fact("x", "x", row.texts))
    assert not ShownText(("senior", "$151K")).shows(row)


def test_a_facts_texts_must_be_on_one_page() -> None:
    pages = AllTexts([ShownText(("long one", "a")), ShownText(("long one", "b")), ShownText(())])
    assert pages.show(Fact("x", "x", ("long one", "a")))
    assert pages.show(Fact("x", "x", ("long one", "b")))
    assert not pages.show(Fact("x", "x", ("a", "b")))
