"""Buttons, forms and slash commands of the previous release do what they did."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_server.crossroads_bot import serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.view_methods import make_view
from slack_server.world import BOT, View

from bot.app import App
from bot.call import Caller

LED_ON = (
    "r|salary|role=ai-engineer|other=ml-engineer",
    "r|tools|role=ai-engineer",
    "p2|compare",
    "r|faq|question=Do I need a university degree or a master's?",
    "r|faq|page=2",
    "r|privacy|deed=export",
    "r|quiz|name=hire",
    "r|results",
)
FOR_MODERATORS = (
    ("r|tips", "The next tip comes"),
    ("r|tips|page=2", "page 2"),
    ("r|tips-schedules", "Mondays"),
    ("r|tips-calendar", ""),
    ("r|tips-posts", ""),
    ("r|tips-audit|page=1", "actions are logged"),
    ("r|tips-tell", "Notices go to"),
    ("r|tips-skip|schedule=1", ""),
    ("r|tips-pause|schedule=1", "Paused"),
    ("r|tips-resume|schedule=1", "Resumed"),
    ("r|badges", "settings badges only works on Discord."),
    ("r|doctor", ""),
)
SLASH = (
    ("/tips-schedules", "", "Mondays"),
    ("/tips-audit", "", "actions are logged"),
    ("/doctor", "", ""),
    ("/faq", "do I need a degree", "degree"),
    ("/tips", "", "The next tip comes"),
    ("/tips", "queue", "52 tips"),
    ("/schedule", "list", "Mondays"),
    ("/settings", "", "whole workspace"),
    ("/badges", "", "only works on Discord"),
)
UNDONE = re.compile("don't know this button|Incident|no command|no option")


@pytest.fixture
async def slack(keeping: App) -> AsyncIterator[LoopbackSlack]:
    await keeping.handle_line("do I need a degree?", Caller("test:1"))  # builds the search index
    async with LoopbackSlack() as platform, serve_slack(keeping, platform):
        platform.add_channel("CTIPS", BOT, called="tips")
        for line in ("tips starter", "schedule start <#CTIPS|tips> monday 9:00 UTC"):
            await (await platform.slash("/crossroads", line, user="UADMIN")).answered()
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


def button(code: str) -> dict[str, Any]:
    made = {"type": "button", "action_id": "choice1", "text": {"text": "x"}, "value": code}
    return {"type": "actions", "block_id": "old", "elements": [made]}


async def clicked(slack: LoopbackSlack, code: str, user: str) -> str:
    """Click a button with *code* on a private message; return what stands there then."""
    shown = await (await slack.slash("/crossroads", "help", user=user)).message()
    shown.blocks = [button(code)]
    await (await slack.click(shown, action_id="choice1", user=user)).answered()
    modal = slack.modal(user)
    surface = shown if modal is None else modal
    return visible_text(surface.blocks)


@pytest.mark.parametrize("code", LED_ON)
async def test_a_members_button_leads_on(slack: LoopbackSlack, code: str) -> None:
    shown = await clicked(slack, code, "U1")
    assert shown != "x"
    assert not UNDONE.search(shown)


async def test_moderators_buttons_act_under_their_new_names(slack: LoopbackSlack) -> None:
    for code, says in FOR_MODERATORS:
        shown = await clicked(slack, code, "UADMIN")
        assert shown != "x", code
        assert not UNDONE.search(shown), code
        assert says in shown, code


@pytest.mark.parametrize(("name", "text", "says"), SLASH)
async def test_a_slash_command_that_is_still_declared_works(
    slack: LoopbackSlack, name: str, text: str, says: str
) -> None:
    asked = await slack.slash(name, text, user="UADMIN")
    shown = visible_text((await asked.message()).blocks)
    assert not UNDONE.search(shown)
    assert says.casefold() in shown.casefold()


def old_form(slack: LoopbackSlack, press: str, *inputs: dict[str, Any], user: str) -> View:
    """Open a form as the previous release made it."""
    blocks = [
        {
            "type": "input",
            "block_id": each["action_id"],
            "label": {"type": "plain_text", "text": each["action_id"].capitalize()},
            "hint": {"type": "plain_text", "text": "the words"},
            "optional": False,
            "element": each,
        }
        for each in inputs
    ]
    view = make_view(
        slack.world,
        user,
        {
            "type": "modal",
            "callback_id": "form",
            "title": {"type": "plain_text", "text": "Tips add"},
            "submit": {"type": "plain_text", "text": "Submit"},
            "close": {"type": "plain_text", "text": "Cancel"},
            "private_metadata": json.dumps({"press": press, "url": ""}),
            "blocks": blocks,
        },
    )
    slack.world.stacks[user].append(view)
    return view


async def test_a_form_that_was_open_during_the_upgrade_is_accepted(slack: LoopbackSlack) -> None:
    field = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 500}
    form = old_form(slack, "m|tip-suggest", field, user="U1")
    await (await slack.submit_view(form, {"text": "Read the posting twice."})).ack()
    assert "Thank you" in visible_text(form.blocks)
    menu = {"type": "external_select", "action_id": "zone", "min_query_length": 0}
    form = old_form(slack, "m|tips-change|schedule=1", menu, user="UADMIN")
    await (await slack.submit_view(form, {"zone": "Europe/Berlin"})).ack()
    assert "Europe/Berlin" in visible_text(form.blocks)


async def test_nothing_that_only_discord_has_is_offered(slack: LoopbackSlack) -> None:
    for line in ("settings", "help settings", "help schedule-edit"):
        asked = await slack.slash("/crossroads", line, user="UADMIN")
        shown = visible_text((await asked.message()).blocks).casefold()
        assert "badge" not in shown, line
        assert "quiz roles" not in shown, line
        assert "thread" not in shown, line
    asked = await slack.slash("/crossroads", "schedule edit 1 thread:yes", user="UADMIN")
    shown = visible_text((await asked.message()).blocks)
    assert "“thread” in schedule edit only works on Discord. Leave it out here." in shown
