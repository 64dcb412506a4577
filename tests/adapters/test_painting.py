"""Pictures are painted off the event loop on every platform."""

import asyncio
import threading

import pytest
from discord_server.crossroads_bot import serving
from discord_server.server import LoopbackDiscord
from quiz_member import ME
from slack_server import crossroads_bot
from slack_server.server import LoopbackSlack
from slack_server.world import Timing

from adapters.discord.rendering.render import render as on_discord
from adapters.slack.rendering.render import render as on_slack
from bot.app import App
from bot.charts import Chart
from bot.charts import png_renderer as paint
from bot.charts.painting import painted
from bot.reply import Image, Reply

LINE = "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1"


@pytest.fixture
def painters(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the painting threads, in order."""
    names: list[str] = []
    original = paint.png

    def png(chart: Chart) -> bytes:
        names.append(threading.current_thread().name)
        return original(chart)

    monkeypatch.setattr(paint, "png", png)
    return names


def pictures(reply: Reply) -> list[Image]:
    return [node for node in reply.nodes if isinstance(node, Image)]


async def test_drawing_a_reply_paints_nothing(app: App, painters: list[str]) -> None:
    for line in (LINE, "salary ml senior", "compare"):
        reply = await app.handle_line(line, ME)
        assert pictures(reply)
        on_discord(reply, app.parse(line), share=True)
        on_slack(reply, app.parse(line), share=True)
    assert painters == []


async def test_pictures_are_painted_one_after_the_other_in_a_thread(
    app: App, painters: list[str]
) -> None:
    [picture] = pictures(await app.handle_line(LINE, ME))
    made = await asyncio.gather(*(painted(picture) for _ in range(4)))
    assert made[0].startswith(b"\x89PNG")
    assert len(set(made)) == 1
    assert len(set(painters)) == 1
    assert threading.current_thread().name not in painters


async def test_discord_is_given_a_picture_that_no_answer_waited_for(
    app: App, painters: list[str]
) -> None:
    async with LoopbackDiscord() as discord, serving(app, discord):
        answer = await (await discord.slash("salary")).answer()
        assert answer.attachments
    assert painters
    assert threading.current_thread().name not in painters


async def test_slack_is_given_a_picture_that_no_answer_waited_for(
    app: App, painters: list[str]
) -> None:
    async with (
        LoopbackSlack(Timing()) as slack,
        crossroads_bot.serving(app, slack, crossroads_bot.MODES[0]),
    ):
        await (await slack.slash("/salary")).message(2)  # the first one describes the picture
    assert painters
    assert threading.current_thread().name not in painters
