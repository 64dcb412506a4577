"""The page of a community answer: its text on each platform."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from answers_session import answers_session, run
from moderator_session import HOME, ModeratorSession, words
from screens.inputs import LIMITS, first_screens

from bot.call import Call, Caller
from bot.reply import CodeBlock, Heading
from content import Content


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


async def test_a_preview_shows_the_text_on_each_other_platform(talk: ModeratorSession) -> None:
    text = "2 * 3, <@1> & _this_\n\n- `no` tie"
    await run(talk, "answers-add", question="Dress?", text=text, link="https://example.org/wear")
    there = {}
    for platform in ("terminal", "discord", "slack"):
        moderator = Caller(f"{platform}:7", moderator=True, community=HOME)
        reply = await talk.app.handle(Call("answers-preview", {"answer": "1"}), moderator)
        titles = [each.text for each in reply.nodes if isinstance(each, Heading)]
        blocks = [each.text for each in reply.nodes if isinstance(each, CodeBlock)]
        there[platform] = dict(zip(titles, blocks, strict=True))
        assert "2 * 3, <@1> & _this_" in words(reply)
    on_discord = (
        "### 2 \\* 3, \\<@1\\> & \\_this\\_\n\n\\- \\`no\\` tie\n\nhttps://example.org/wear\n\n"
        "*Community answer, by the moderators, 2026-11*"
    )
    on_slack = (
        "*2 * 3, <@1> & _this_*\n\n- `no` tie\n\nhttps://example.org/wear\n\n"
        "_Community answer, by the moderators, 2026-11_"
    )
    assert there == {
        "terminal": {"On Discord:": on_discord, "On Slack:": on_slack},
        "discord": {"On Slack:": on_slack},
        "slack": {"On Discord:": on_discord},
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hours:\nMonday 9\nTuesday 10", "### Hours:\n\nMonday 9\nTuesday 10\n\n"),
        ("One. Two.\n\nThree.", "### One. Two.\n\nThree.\n\n"),
        (f"{'w' * 200}\n- a", f"### {'w' * 200}\n\n\\- a\n\n"),
    ],
)
async def test_the_lines_of_an_answer_are_kept(
    talk: ModeratorSession, text: str, shown: str
) -> None:
    await run(talk, "answers-add", question="When?", text=text)
    reply = await run(talk, "answers-preview", answer="1")
    on_discord = next(each.text for each in reply.nodes if isinstance(each, CodeBlock))
    assert on_discord.startswith(shown)


async def test_a_preview_of_the_longest_answer_fits_the_first_screen(
    talk: ModeratorSession,
) -> None:
    text = " ".join(["Sentences such as this one fill it."] * 16)
    await run(talk, "answers-add", question="Long?", text=text, link="https://example.org/wear")
    reply = await run(talk, "answers-preview", answer="1")
    for platform, screen in first_screens(talk.app, "answers preview 1", reply).items():
        assert LIMITS[platform].excess(screen) == "", platform


async def test_a_preview_loads_no_platform_that_is_not_served() -> None:
    code = (
        "import sys; from bot.cli.main import PREVIEWS; from bot.reply import Reply; "
        "print([each(Reply('Yes')) for each in PREVIEWS.values()], "
        "{'discord', 'slack_sdk', 'slack_bolt', 'aiohttp'} & {*sys.modules})"
    )
    found = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await found.communicate()
    assert printed.decode() == "['### Yes', '*Yes*'] set()\n"
