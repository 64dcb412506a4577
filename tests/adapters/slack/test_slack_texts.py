"""Texts of several lines on Slack: a command without its text opens a modal for it."""

from collections.abc import AsyncIterator

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.form_filling import elements
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack

from adapters.slack import SCOPES
from bot.app import App

LINES = "Read the posting twice.\n\nThe title lies; the tasks do not."
CSV = 'text,topic\n"First line\nsecond line",reading\nAnother tip,\n'


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform, serve_slack(keeping, platform, request.param):
        platform.grant(*SCOPES)
        yield platform
        assert not platform.missed


async def written(slack: LoopbackSlack, line: str, user: str, **texts: str) -> str:
    """Fill in the modal that *line* opens; return the answer."""
    asked = await slack.slash("/crossroads", line, user=user)
    form = await asked.view()
    fields = {each["action_id"]: each for each in elements(form)}
    assert fields["text"]["multiline"] is True
    await (await slack.submit_view(form, texts)).ack()
    return visible_text((await asked.message()).blocks)


async def texts(app: App) -> list[str]:
    store = await app.store()
    return [
        tip.text
        for tip in await store.tips.list_for_queue(await store.queues.get_or_create("slack:T1"))
    ]


async def test_a_tip_of_several_lines_is_written_in_a_form(
    keeping: App, slack: LoopbackSlack
) -> None:
    assert "Thank you" in await written(slack, "suggest", "U1", text=LINES)
    added = await written(slack, "tips add", "UADMIN", text=f"{LINES}\nMore.")
    assert "Added: " in added
    assert "Changed: " in await written(slack, "tips edit tip:2", "UADMIN", text="One.\nTwo.")
    assert await texts(keeping) == [LINES, "One.\nTwo."]


async def test_a_file_of_several_lines_is_written_in_a_form(
    keeping: App, slack: LoopbackSlack
) -> None:
    assert "2 new tips" in await written(slack, "tips import", "UADMIN", text=CSV)
    shown = slack.ephemeral("UADMIN")[-1]
    await (await slack.click(shown, text="Add 2 tips", user="UADMIN")).answered()
    assert await texts(keeping) == ["First line\nsecond line", "Another tip"]
