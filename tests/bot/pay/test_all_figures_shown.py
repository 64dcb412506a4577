"""Every pay and market figure is at most two clicks from the answers that include it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from random_replies import strings_in
from screens.inputs import LIMITS, first_screens

from bot.app import App
from bot.call import Call, Caller
from bot.formatting import format_claim
from bot.reply import Outcome, Reply
from bot.roles.wording import plain_words
from content import Content, MarketFigure, PayClaim, load

WHO = Caller("test:1")
CONTENT = load()
PAY = list(CONTENT.pay.values())
MARKET = list(CONTENT.market.values())
PAGES: dict[str, Reply] = {}  # of pay, by the line to type


async def page(app: App, call: Call) -> Reply:
    if call.to_line() not in PAGES:
        PAGES[call.to_line()] = await app.handle(call, WHO)
    return PAGES[call.to_line()]


async def within(app: App, call: Call, clicks: int) -> str:
    """Return the text of the reply to *call* and of its pages of pay within *clicks* clicks."""
    reply = await page(app, call)
    assert reply.outcome is Outcome.DONE, call
    texts = list(strings_in((reply.answer, reply.nodes)))
    calls = [each.call for each in reply.actions() if clicks and each.call.command == "salary"]
    return "\n".join([*texts, *[await within(app, each, clicks - 1) for each in calls]])


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
async def test_pay_figure_is_within_a_click_of_every_answer_that_includes_it(
    app: App, claim: PayClaim
) -> None:
    short = app.content.sources[claim.source].short
    for line in lines(claim, app.content):
        call = app.parse(line)
        shown = await within(app, call, 1 if call.args else 2)
        assert format_claim(claim) in shown, line
        assert short in shown, line


@pytest.mark.parametrize("claim", PAY, ids=lambda claim: claim.id)
async def test_every_claim_is_on_the_page_of_all_figures_with_its_terms(
    app: App, claim: PayClaim
) -> None:
    short = app.content.sources[claim.source].short
    country = app.content.countries[claim.country].short if claim.country else ""
    terms = (format_claim(claim), claim.level, claim.basis or "", country, claim.year, short)
    stated = list(filter(None, terms))
    for line in ("salary claims", *(f"salary {role} claims" for role in claim.roles)):
        reply = await app.handle_line(line, WHO)
        rows = map(str.casefold, strings_in(reply.nodes))
        assert any(all(each.casefold() in row for each in stated) for row in rows), line


@pytest.mark.parametrize("claim", PAY, ids=lambda claim: claim.id)
async def test_note_of_a_figure_is_on_the_page_of_notes(app: App, claim: PayClaim) -> None:
    for role in claim.roles:
        shown = await answer(app, f"salary {role} notes")
        assert (claim.note or "") in shown
        assert (claim.credited or "") in shown


@pytest.mark.parametrize("claim", PAY, ids=lambda claim: claim.id)
async def test_pay_figure_is_in_the_comparison_of_its_roles(app: App, claim: PayClaim) -> None:
    for line in ("compare ai ml pay", "compare ai ml money"):
        shown = await pages_about(app, line, "pay")
        assert format_claim(claim) in shown, line
        assert app.content.sources[claim.source].short in shown, line


async def test_total_pay_of_one_role_includes_figures_for_both_roles(app: App) -> None:
    shown = await answer(app, "salary ml total")
    assert "mean $244K total" in shown
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


@pytest.mark.parametrize("each", [each for each in MARKET if each.pay], ids=lambda each: each.id)
async def test_market_figure_on_pay_is_two_clicks_from_the_pay_of_its_roles(
    app: App, each: MarketFigure
) -> None:
    for line in ("salary", *(f"salary {role}" for role in each.roles)):
        shown = await within(app, app.parse(line), 2)
        assert each.figure in shown, line
        assert each.says in shown, line


async def test_every_remark_is_two_clicks_from_the_pay_of_its_roles(app: App) -> None:
    for each in app.content.remarks.values():
        for line in ("salary", *(f"salary {role} senior" for role in each.roles)):
            assert each.says in await within(app, app.parse(line), 2), line


def test_salary_shows_all_market_figures_in_money() -> None:
    money = {each.id for each in MARKET if "$" in each.figure or " pay" in each.figure}
    assert money == {each.id for each in MARKET if each.pay}


async def test_a_broader_question_is_answered_if_a_level_has_no_figure(app: App) -> None:
    reply = await app.handle_line("salary ml mid total", WHO)
    assert plain_words(reply.answer).startswith(
        "None of our sources has total pay for mid-level ML"
    )
    assert "$145K–$185K base" in plain_words(reply.answer)
    broader = reply.more[:3]
    assert "ML Engineer, total pay" in [choice.label for choice in broader]
    for choice in broader:
        assert (await app.handle(choice.call, WHO)).outcome is Outcome.DONE


def with_more_figures(content: Content, sources: int) -> Content:
    """Return *content* with each pay claim of KORE1 also from *sources* further sources."""
    kore1 = content.sources["kore1"]
    ids = [f"s{number}" for number in range(sources)]
    more = {each: kore1.model_copy(update={"id": each, "short": each.upper()}) for each in ids}
    pay = {
        f"{source}-{claim.id}": claim.model_copy(
            update={"id": f"{source}-{claim.id}", "source": source}
        )
        for source in ids
        for claim in content.pay.values()
        if claim.source == "kore1"
    }
    return replace(content, sources={**content.sources, **more}, pay={**content.pay, **pay})


@pytest.mark.parametrize("line", ["salary", "salary ai ml", "salary ml", "salary ml senior"])
async def test_first_answer_fits_a_screen_with_many_sources(content: Content, line: str) -> None:
    app = App(with_more_figures(content, 12), record_answers=False)
    reply = await app.handle_line(line, WHO)
    for platform, screen in first_screens(app, line, reply).items():
        assert LIMITS[platform].excess(screen) == "", platform
    [call] = [each.call for each in reply.actions() if each.label == "All figures"]
    assert "S11" in "".join(strings_in((await app.handle(call, WHO)).nodes))
