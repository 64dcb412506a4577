"""A member who isn't a moderator tries every moderators' command on Slack, in every way."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from moderator_cases import COMMANDS, arguments_for, refusals, snapshot
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import BOT

from adapters.slack import users
from bot.app import App

NO = "is for moderators"
TEAM, MEMBER = "slack:T1", "slack:T1/U1"


@pytest.fixture(params=MODES)
async def slack(
    keeping: App, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(users, "CACHE_SECONDS", 0.0)
    async with LoopbackSlack() as platform, serve_slack(keeping, platform, request.param):
        platform.add_channel("CTIPS", BOT, called="tips")
        lines = ("tips starter", "schedule start #tips monday 9:00 UTC", "tips add A tip of mine.")
        for line in lines:
            await (await platform.slash("/crossroads", line, user="UADMIN")).answered()
        yield platform
        assert not platform.missed


def button(value: str) -> dict[str, Any]:
    made = {"type": "button", "action_id": "forged", "text": {"text": "x"}, "value": value}
    return {"type": "actions", "block_id": "forged", "elements": [made]}


async def test_typing_it_is_refused_and_written_down(keeping: App, slack: LoopbackSlack) -> None:
    before = await snapshot(keeping, TEAM)
    for name, command in COMMANDS.items():
        for args in ({}, arguments_for(keeping, command, "slack:T1/CTIPS")):
            typed = " ".join([name, *(f'{key}:"{value}"' for key, value in args.items())])
            answer = await (await slack.slash("/crossroads", typed)).message()
            assert NO in visible_text(answer.blocks), typed
    assert slack.modal() is None  # no modal opens that would be refused
    assert await snapshot(keeping, TEAM) == before
    assert await refusals(keeping, TEAM, MEMBER) == set(COMMANDS)


async def test_a_forged_button_or_form_is_refused_and_written_down(
    keeping: App, slack: LoopbackSlack
) -> None:
    before = await snapshot(keeping, TEAM)
    for name, command in COMMANDS.items():
        args = arguments_for(keeping, command, "slack:T1/CTIPS")
        for code in (f"r|{name}", "|".join([f"r|{name}", *(f"{k}={v}" for k, v in args.items())])):
            shown = await (await slack.slash("/crossroads", "help")).message()
            shown.blocks = [button(code)]
            await (await slack.click(shown, action_id="forged")).answered()
            assert NO in visible_text(slack.ephemeral()[-1].blocks), code
    assert await snapshot(keeping, TEAM) == before
    assert await refusals(keeping, TEAM, MEMBER) == set(COMMANDS)


async def test_a_button_of_a_time_as_moderator_is_refused_and_written_down(
    keeping: App, slack: LoopbackSlack
) -> None:
    shown = [
        await (await slack.slash("/crossroads", line, user="UADMIN")).message()
        for line in ("tips", "schedule list", "tips preview")
    ]
    form = await (await slack.slash("/crossroads", "tips edit 1", user="UADMIN")).view()
    slack.world.users["UADMIN"].admin = False
    before, tried = await snapshot(keeping, TEAM), 0
    for message in shown:
        blocks = message.blocks
        for node in [each for each in walk(blocks) if each.get("type") == "button"]:
            message.blocks = blocks  # the refusal has taken their place
            await (
                await slack.click(message, action_id=node["action_id"], user="UADMIN")
            ).answered()
            assert NO in visible_text(message.blocks)
            tried += 1
    assert tried > len(shown)
    await (await slack.submit_view(form, {"text": "Mine."})).answered()
    assert await snapshot(keeping, TEAM) == before
    assert {"tips-add", "schedule-calendar", "tips-edit"} <= await refusals(
        keeping, TEAM, "slack:T1/UADMIN"
    )
