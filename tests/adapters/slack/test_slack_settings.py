"""The settings on Slack: who may choose moderators, and forms behind the panel's buttons."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from moderator_cases import refusals
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import users
from bot.app import App
from bot.community.moderators import change_moderators, listed_moderators

TEAM, ADMIN = "slack:T1", "UADMIN"
ONLY = "Only a workspace admin can choose moderators. Nothing was changed."
CHOOSE = "Choose moderators"


@pytest.fixture
async def slack(keeping: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(users, "CACHE_SECONDS", 0.0)
    async with LoopbackSlack() as platform, serve_slack(keeping, platform, MODES[0]):
        platform.add_channel("CSTAFF", BOT, called="staff")
        platform.add_user("U3")
        platform.add_usergroup("S1", "U3")
        yield platform
        assert not platform.missed


def labels(message: Message) -> list[str]:
    parts = [each for each in walk(message.blocks) if each.get("type") == "button"]
    return [each["text"]["text"] for each in parts]


def forged(value: str) -> dict[str, Any]:
    made = {"type": "button", "action_id": "forged", "text": {"text": "x"}, "value": value}
    return {"type": "actions", "block_id": "forged", "elements": [made]}


async def say(slack: LoopbackSlack, line: str, user: str) -> Message:
    return await (await slack.slash("/crossroads", line, user=user)).message()


async def test_an_admin_chooses_people_and_groups_in_a_form(
    keeping: App, slack: LoopbackSlack
) -> None:
    shown = await say(slack, "settings moderators", ADMIN)
    assert "workspace admins and owners." in visible_text(shown.blocks)
    form = await (await slack.click(shown, text=CHOOSE, user=ADMIN)).view()
    given = {"people": ["U2"], "people groups": ["slack:T1/S1"]}
    await (await slack.submit_view(form, given)).answered()
    assert await listed_moderators(keeping, TEAM) == {"slack:T1/U2", "slack:T1/S1"}
    for user in ("U2", "U3"):  # chosen, and in the group that was chosen
        assert "Audit log" in labels(await say(slack, "settings", user))
    assert "is for moderators" in visible_text((await say(slack, "settings", "U1")).blocks)


async def test_a_chosen_moderator_can_not_choose_others(keeping: App, slack: LoopbackSlack) -> None:
    await change_moderators(keeping, TEAM, {"slack:T1/U2"})
    shown = await say(slack, "settings moderators", "U2")
    assert not {CHOOSE, "Remove"} & {*labels(shown)}
    assert "Only a workspace admin can change this list." in visible_text(shown.blocks)
    for code in (
        "r|settings-moderators-change",
        "r|settings-moderators-change|people=slack:T1/U1",
        "r|settings-moderators-remove|who=slack:T1/U2",
    ):
        shown.blocks = [forged(code)]
        await (await slack.click(shown, action_id="forged", user="U2")).answered()
        assert ONLY in visible_text(shown.blocks), code
    assert slack.modal() is None
    assert await listed_moderators(keeping, TEAM) == {"slack:T1/U2"}
    assert "settings-moderators-change" in await refusals(keeping, TEAM, "slack:T1/U2")


async def test_the_channel_for_notices_is_chosen_in_a_form_and_the_panel_shows_it(
    slack: LoopbackSlack,
) -> None:
    shown = await say(slack, "settings notifications", ADMIN)
    form = await (await slack.click(shown, text="Choose a channel", user=ADMIN)).view()
    await (await slack.submit_view(form, {"channel": "CSTAFF"})).answered()
    assert "Moderators get notices in" in visible_text(shown.blocks), "in place"
    assert "Moderators" in labels(shown)


async def test_nothing_that_slack_does_not_have_is_offered(slack: LoopbackSlack) -> None:
    panel = await say(slack, "settings", ADMIN)
    shown = [each for each in labels(panel) if each != "Set up weekly tips"]
    assert shown[:4] == ["Moderators", "Notices", "Public answers", "Audit log"]
    for line in ("help", "help settings", "help schedule"):
        helped = visible_text((await say(slack, line, ADMIN)).blocks)
        assert "badges" not in helped
    refused = await say(slack, "settings badges", ADMIN)
    assert "only works on Discord" in visible_text(refused.blocks)
