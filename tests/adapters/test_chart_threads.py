"""Charts are drawn in a thread, off the event loop, on every platform."""

import asyncio
import threading

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from quiz_member import ME, find_button
from slack_server import crossroads_bot
from slack_server.server import LoopbackSlack
from slack_server.world import Timing

from adapters.discord.rendering.render import render as on_discord
from adapters.slack.rendering.render import render as on_slack
from bot.app import App
from bot.charts import png_renderer
from bot.charts.model import Chart
from bot.presentation import Presentation
from bot.reply import Image, Reply

LINE = "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1"


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the threads that draw charts, in order."""
    names: list[str] = []
    original = png_renderer.render_png

    def render_png(chart: Chart) -> bytes:
        names.append(threading.current_thread().name)
        return original(chart)

    monkeypatch.setattr(png_renderer, "render_png", render_png)
    return names


def pictures(reply: Reply) -> list[Image]:
    return [node for node in reply.nodes if isinstance(node, Image)]


async def chart_of(app: App, line: str) -> Reply:
    """Return the reply to the Chart button of the reply to *line*."""
    reply = await app.handle_line(line, ME)
    return await app.handle(find_button(reply, "Chart").call, ME)


async def test_rendering_a_reply_draws_no_chart(app: App, threads: list[str]) -> None:
    for line in (LINE, "salary ml senior", "salary"):
        reply = await chart_of(app, line)
        assert pictures(reply)
        shown = Presentation(call=app.parse(line), is_shareable=True)
        on_discord(reply, shown)
        on_slack(reply, shown)
    assert threads == []


async def test_charts_are_drawn_one_at_a_time_in_a_thread(app: App, threads: list[str]) -> None:
    picture, *_ = pictures(await chart_of(app, LINE))
    made = await asyncio.gather(*(picture.png() for _ in range(4)))
    assert made[0].startswith(b"\x89PNG")
    assert len(set(made)) == 1
    assert len(set(threads)) == 1
    assert threading.current_thread().name not in threads


async def test_discord_charts_are_drawn_in_a_thread(app: App, threads: list[str]) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        answer = await (await discord.slash("salary")).answer()
        await discord.click(answer, "Chart")
        await discord.until(lambda: bool(answer.attachments), "the picture")
    assert threads
    assert threading.current_thread().name not in threads


async def test_slack_charts_are_drawn_in_a_thread(app: App, threads: list[str]) -> None:
    async with (
        LoopbackSlack(Timing()) as slack,
        crossroads_bot.serve_slack(app, slack, crossroads_bot.MODES[0]),
    ):
        answer = await (await slack.slash("/salary")).message()
        await (await slack.click(answer, text="Chart")).answered()
        await slack.until(
            lambda: any(block["type"] == "image" for block in answer.blocks), "the picture"
        )
    assert threads
    assert threading.current_thread().name not in threads
