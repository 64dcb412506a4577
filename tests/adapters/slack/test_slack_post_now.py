"""Posting at once on Slack: the tip is there within two seconds, and the answer links to it."""

import time

import pytest
from running_scheduler import running_scheduler
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from bot.app import App

SECONDS = 2.0
SCHEDULE = "schedule start channel:<#CTIPS|tips> monday 9:00 Europe/Berlin starter:yes"


async def moderate(slack: LoopbackSlack, line: str) -> Message:
    return await (await slack.slash("/crossroads", line, user="UADMIN")).message()


@pytest.mark.parametrize("mode", MODES)
async def test_a_tip_is_out_within_two_seconds_and_the_answer_links_to_it(
    keeping: App, mode: str
) -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        slack.add_channel("CTIPS", BOT, called="tips")
        async with serve_slack(keeping, slack, mode), running_scheduler(keeping):
            await moderate(slack, SCHEDULE)
            asked = await moderate(slack, "schedule post-now")
            began = time.monotonic()
            await (await slack.click(asked, text="Post it now", user="UADMIN")).answered()
            took = time.monotonic() - began
            [tip] = slack.messages("CTIPS")
    assert "Posted in" in visible_text(asked.blocks)
    assert f"/archives/CTIPS/p{tip.ts.replace('.', '')}" in str(asked.blocks)
    assert took < SECONDS
