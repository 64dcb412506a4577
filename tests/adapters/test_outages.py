"""While the database is busy a quiz keeps its question, and every outage offers another try."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from quiz_member import ME, find_button, first_option, is_finished
from slack_server import crossroads_bot
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack

from bot.app import App
from bot.call import Call, Caller
from bot.reply import Outcome
from content import Content
from storage import Store

BUSY, AGAIN = "busy", "Try again"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crossroads.db"


@pytest.fixture
async def app(content: Content, file: Path) -> AsyncIterator[App]:
    """Yield an app that waits only briefly for a lock."""
    made = App(content, open_store=lambda: Store.open(f"sqlite:///{file}", wait=0.2))
    yield made
    await made.close()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


async def test_a_question_stays_while_the_database_is_busy_and_the_same_answer_goes_on(
    app: App, file: Path
) -> None:
    asked = await app.handle_line("quiz which-path", ME)
    call = first_option(asked).call
    with locked(file):
        busy = await app.handle(call, ME)
        assert busy.outcome is Outcome.OUTAGE
        assert BUSY in str(busy)
        assert busy.nodes[-len(asked.nodes) :] == asked.nodes
        assert find_button(busy, AGAIN).call == call
        still = await app.handle(find_button(busy, AGAIN).call, ME)
        assert still == busy
    assert is_finished(await app.handle(find_button(busy, AGAIN).call, ME)) == 1


async def test_the_last_question_stays_too(app: App, file: Path) -> None:
    reply = await app.handle_line("quiz hire", ME)
    for _ in range(9):
        reply = await app.handle(first_option(reply).call, ME)
    with locked(file):
        busy = await app.handle(first_option(reply).call, ME)
        assert is_finished(busy) == 9
    result = await app.handle(find_button(busy, AGAIN).call, ME)
    assert "What would change it" in str(result)


@pytest.mark.parametrize("pick", ["skip", "back", "double", "over-yes"])
async def test_a_move_can_be_tried_again(app: App, file: Path, pick: str) -> None:
    reply = await app.handle_line("quiz hire", ME)
    reply = await app.handle(first_option(reply).call, ME)
    call = Call("quiz-answer", {**first_option(reply).call.args, "pick": pick})
    with locked(file):
        busy = await app.handle(call, ME)
        assert (busy.outcome, is_finished(busy)) == (Outcome.OUTAGE, 1)
    again = await app.handle(find_button(busy, AGAIN).call, ME)
    assert again.outcome is Outcome.DONE


async def test_every_outage_offers_the_same_call_again(app: App, file: Path) -> None:
    await app.handle_line("tips", Caller(ME.id, moderator=True, community="test:1"))
    who = Caller("test:2", moderator=True, community="test:2")
    with locked(file):
        for line in (
            "quiz which-path",
            "tips",
            "tips starter",
            "settings-badges",
            "privacy delete",
        ):
            reply = await app.handle_line(line, who)
            if reply.outcome is Outcome.OUTAGE:
                assert find_button(reply, AGAIN).call == app.parse(line)
        assert (await app.handle_line("quiz which-path", who)).outcome is Outcome.OUTAGE
        assert (await app.handle_line("tips", who)).outcome is Outcome.OUTAGE


async def test_on_discord_the_question_stays_in_its_message(app: App, file: Path) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        shown = await (await discord.slash("quiz", {"name": "hire"})).answer()
        option = shown.buttons[0]["custom_id"]
        with locked(file):
            await discord.click(shown, custom_id=option)
            await discord.until(lambda: BUSY in shown.text, "the outage is told")
            assert "0 of 10 done" in shown.text
        again = next(each for each in shown.buttons if each["label"] == AGAIN)
        await discord.click(shown, custom_id=again["custom_id"])
        await discord.until(lambda: "1 of 10 done" in shown.text, "the quiz goes on")
        assert BUSY not in shown.text


@pytest.mark.parametrize("mode", crossroads_bot.MODES)
async def test_on_slack_the_question_stays_in_its_modal(app: App, file: Path, mode: str) -> None:
    async with LoopbackSlack() as slack, crossroads_bot.serve_slack(app, slack, mode):
        shown = await (await slack.slash("/quiz", "hire")).view()
        labels = [
            str(node["text"]["text"]) for node in walk(shown.blocks) if node.get("type") == "button"
        ]
        with locked(file):
            await (await slack.click(shown, text=labels[0])).answered()
            await slack.until(lambda: BUSY in visible_text(shown.blocks), "the outage is told")
            assert "0 of 10 done" in visible_text(shown.blocks)
        await (await slack.click(shown, text=AGAIN)).answered()
        await slack.until(lambda: "1 of 10 done" in visible_text(shown.blocks), "the quiz goes on")
        assert BUSY not in visible_text(shown.blocks)
