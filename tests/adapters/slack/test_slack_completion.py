"""Suggestions in the selects of Slack modals: real items, labeled with their content."""

from collections.abc import AsyncIterator

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.form_filling import elements
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Json, View

from adapters.slack import SCOPES
from bot.app import App
from bot.call import Caller


@pytest.fixture(params=MODES[:1])
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform, serve_slack(keeping, platform, request.param):
        platform.grant(*SCOPES)
        platform.add_channel("CTIPS", BOT, called="tips")
        me = Caller("slack:T1/U1", community="slack:T1")
        moderator = Caller("slack:T1/UADMIN", moderator=True, community="slack:T1")
        await keeping.handle_line("suggest Read the posting twice: the title lies.", me)
        await keeping.handle_line("tips starter", moderator)
        schedule = "schedule start channel:slack:T1/CTIPS time:9:00 zone:Europe/Berlin"
        await keeping.handle_line(f"{schedule} day:monday", moderator)
        await keeping.handle_line(f"{schedule} day:friday", moderator)
        await keeping.handle_line("schedule pause 2", moderator)
        yield platform
        assert not platform.missed


async def form(slack: LoopbackSlack, line: str) -> View:
    return await (await slack.slash("/crossroads", line, user="UADMIN")).view()


def selects(view: View) -> list[Json]:
    return [each for each in elements(view) if each["type"] == "external_select"]


async def labels(slack: LoopbackSlack, view: View, name: str, typed: str = "") -> list[str]:
    found = await slack.options(view, typed, action_id=name, user="UADMIN")
    return [each["text"]["text"] for each in found]


async def test_no_select_of_any_form_is_empty_before_something_is_typed(
    keeping: App, slack: LoopbackSlack
) -> None:
    looked = 0
    for command in keeping.visible_commands():
        is_asked = command.required or command.name == "schedule-new"
        if not is_asked or command.name in {"suggest", "tips-share"} or "item" in command.required:
            continue  # a question of the queue is chosen before its form opens
        view = await form(slack, command.words)
        for select in selects(view):
            assert await labels(slack, view, select["action_id"]), (command.name, select)
            looked += 1
        await slack.close_view(view)
    assert looked >= 3


async def test_tips_and_schedules_are_offered_by_what_they_hold(slack: LoopbackSlack) -> None:
    view = await form(slack, "tips approve")
    assert await labels(slack, view, "tip") == [
        "1 · Read the posting twice: the title lies. (suggested)"
    ]
    await slack.close_view(view)
    view = await form(slack, "schedule notify")
    assert "1 · Mondays at 09:00 in #tips" in await labels(slack, view, "schedule")


async def test_nobody_but_a_moderator_is_offered_what_is_in_the_queue(
    slack: LoopbackSlack,
) -> None:
    view = await form(slack, "tips approve")
    assert await slack.options(view, "", action_id="tip", user="U1") == []
    slack.fail("users.info", status=503, times=None)
    view.user = "U2"
    assert await slack.options(view, "", action_id="tip", user="U2") == []
