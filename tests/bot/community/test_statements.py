"""The shipped statements, and those that occur in a reply."""

import pytest

from bot.app import App
from bot.call import Caller
from bot.community.statements import (
    ShippedStatement,
    find_statement,
    find_statements,
    shipped_statements,
    statements_of,
)
from bot.reply import Bullets, Emphasis, Outcome, Reply
from content import Content

MEMBER = Caller("test:5", community="test:1")


async def shown(app: App, line: str) -> dict[str, ShippedStatement]:
    reply = await app.handle_line(line, MEMBER)
    assert reply.outcome is Outcome.DONE
    return {each.label: each for each in find_statements(reply, app.content)}


async def test_the_statements_of_an_answer_are_found(app: App) -> None:
    found = await shown(app, "ask do I need a PhD for ML?")
    own = [each.label for each in statements_of(app.content, "faq/phd")]
    assert set(own[:2]) <= found.keys()
    assert "faq/phd" in {each.entry for each in found.values()}


async def test_a_pay_figure_is_found_beside_the_name_of_its_source(app: App) -> None:
    found = await shown(app, "salary ml senior")
    assert found["KORE1: $180K–$240K"].entry == "pay/kore1-ml-senior"
    elsewhere = Reply(("Somebody says $180K–$240K.",))
    assert find_statements(elsewhere, app.content) == ()


@pytest.mark.parametrize(
    "line",
    [
        "compare ai-engineer ml-engineer",
        "compare ml ai education",
        "roadmap backend ml",
        "interview ml",
    ],
)
async def test_answers_of_all_kinds_have_statements(app: App, line: str) -> None:
    assert await shown(app, line)


def test_a_short_wording_counts_only_where_it_is_all_that_is_said() -> None:
    brief = ShippedStatement("roles/x", "It takes a technical degree.", ("degree",))
    assert brief.occurs_in("Degree (KORE1)")
    assert not brief.occurs_in("No degree is needed")


def test_each_statement_is_found_by_its_entry_and_text(content: Content) -> None:
    every = shipped_statements(content)
    assert len(every) > 500
    for each in every:
        again = find_statement(content, each.entry, each.text)
        assert again is not None
        assert again.text == each.text
        assert each.occurs_in(f"{each.beside} {each.text}")
    assert find_statement(content, "faq/nothing", "x") is None
    assert find_statement(content, "nonsense", "x") is None
    assert find_statement(content, "faq/phd", "It never said this.") is None


def test_the_same_text_of_two_entries_is_listed_once(content: Content) -> None:
    text = statements_of(content, "faq/phd")[0].text
    reply = Reply("Two bullets:", (Bullets((text, (f"{text} ", Emphasis("(van Riel)")))),))
    assert [each.text for each in find_statements(reply, content)].count(text) == 1
