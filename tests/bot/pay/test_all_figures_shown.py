"""Every pay and market figure is in the answers to the questions that include it."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from random_replies import strings_in

from bot.app import App
from bot.call import Caller
from bot.formatting import format_claim
from bot.reply import Outcome
from content import Content, MarketFigure, PayClaim, load

WHO = Caller("test:1")
CONTENT = load()
PAY = list(CONTENT.pay.values())
MARKET = list(CONTENT.market.values())


async def answer(app: App, line: str) -> str:
    reply = await app.handle_line(line, WHO)
    assert reply.outcome is Outcome.DONE, line
    return "\n".join(strings_in(reply))


async def pages_about(app: App, line: str, aspect: str) -> str:
    """Return the text of all pages on *aspect* that the buttons below the answer lead to."""
    reply = await app.handle_line(line, WHO)
    calls = [each.call for each in reply.actions() if each.call.args.get("aspect") == aspect]
    pages = [await app.handle(call, WHO) for call in calls if "page" in call.args]
    assert pages, line
    return "\n".join(text for page in pages for text in strings_in(page))


def subsets(words: Sequence[str]) -> Iterator[str]:
    for many in range(len(words) + 1):
        yield from (" ".join(each) for each in combinations(words, many))


def lines(claim: PayClaim, content: Content) -> Iterator[str]:
    """Return lines with any of the roles, the level, the country and the basis of *claim*."""
    level = content.levels[claim.level].name if claim.level else ""
    stated = list(filter(None, (level, claim.country or "", claim.basis or "")))
    for roles in ("", *claim.roles, "ai-engineer ml-engineer"):
        yield from (f"salary {roles} {said}" for said in subsets(stated))


@pytest.mark.parametrize("claim", PAY, ids=lambda claim: claim.id)
async def test_pay_figure_is_in_every_answer_that_includes_it(app: App, claim: PayClaim) -> None:
    short = app.content.sources[claim.source].short
    for line in lines(claim, app.content):
        shown = await answer(app, line)
        assert format_claim(claim) in shown, line
        assert short in shown, line


@pytest.mark.parametrize("claim", PAY, ids=lambda claim: claim.id)
async def test_pay_figure_is_in_the_comparison_of_its_roles(app: App, claim: PayClaim) -> None:
    for line in ("compare ai ml pay", "compare ai ml money"):
        shown = await pages_about(app, line, "pay")
        assert format_claim(claim) in shown, line
        assert app.content.sources[claim.source].short in shown, line


async def test_total_pay_of_one_role_includes_figures_for_both_roles(app: App) -> None:
    shown = await answer(app, "salary ml total")
    assert "mean $244K, total, US" in shown
    assert "citing Levels.fyi" in shown
    assert "None of our sources" not in shown


@pytest.mark.parametrize("each", MARKET, ids=lambda each: each.id)
async def test_market_figure_is_in_the_comparison_of_its_roles(
    app: App, each: MarketFigure
) -> None:
    for line in ("compare market", "compare ai ml market figures", "compare ai ml money"):
        shown = await pages_about(app, line, "market")
        assert each.figure in shown, line
        assert each.says in shown, line
    lines = ["salary remarks", *(f"salary {role} remarks" for role in each.roles)] * each.pay
    for line in lines:
        shown = await answer(app, line)
        assert each.figure in shown, line
        assert each.says in shown, line


def test_salary_shows_all_market_figures_in_money() -> None:
    money = {each.id for each in MARKET if "$" in each.figure or " pay" in each.figure}
    assert money == {each.id for each in MARKET if each.pay}


async def test_broader_questions_are_offered_if_a_level_has_no_figure(app: App) -> None:
    reply = await app.handle_line("salary ml mid total", WHO)
    assert reply.outcome is Outcome.REFUSED
    assert "salary ml-engineer total" in [choice.label for choice in reply.actions()]
    for choice in reply.actions():
        assert (await app.handle(choice.call, WHO)).outcome is Outcome.DONE
