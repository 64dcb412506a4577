"""Follow-ups on Discord, by the command for questions and after clicks."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from follow_up_talk import ASKED_BACK, FOLLOW_UP_TALK

from bot.app import App


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform


async def ask(discord: LoopbackDiscord, question: str, **by: object) -> Message:
    return await (await discord.slash("ask", {"question": question}, **by)).answer()  # type: ignore[arg-type]


def text_of(message: Message) -> str:
    return " ".join(message.text.replace("*", "").split())


async def test_a_talk_by_the_command_for_questions(discord: LoopbackDiscord) -> None:
    asked = dict(FOLLOW_UP_TALK)
    says = asked.pop("salary ml senior")
    first = await discord.slash("salary", {"role": "ml-engineer", "level": "senior"})
    assert says in text_of(await first.answer())
    for line, says in asked.items():
        assert says in text_of(await ask(discord, line)), line


async def test_another_channel_is_asked_back(discord: LoopbackDiscord) -> None:
    await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    other = discord.guild.add_channel("random")
    answer = await ask(discord, "and in the UK?", channel=other)
    assert ASKED_BACK in text_of(answer)
    here = await ask(discord, "and in the UK?")
    assert "ML Engineers in the UK" in text_of(here)


async def test_a_click_is_a_question_that_a_follow_up_changes(discord: LoopbackDiscord) -> None:
    compared = await (await discord.slash("compare")).answer()
    await (await follow(discord, compared, "salary")).answer()
    answer = await ask(discord, "and in the UK?")
    assert "AI Engineers in the UK" in text_of(answer)


async def test_a_forgotten_question_is_asked_back(discord: LoopbackDiscord) -> None:
    assert ASKED_BACK in text_of(await ask(discord, "and in the UK?"))


async def test_back_and_share_show_the_answer_that_was_there(discord: LoopbackDiscord) -> None:
    answer = await ask(discord, "ai saas on the side of a job")
    shown = text_of(answer)
    assert "Closest" in shown
    await (await discord.click(answer, "Read more")).answer()
    await (await discord.slash("salary", {"role": "ml-engineer"})).answer()  # another question
    back = await (await discord.click(answer, "Back")).answer()
    assert text_of(back) == shown
    shared = await (await discord.click(answer, "Share")).answer()
    assert "Closest" in text_of(shared)


async def test_the_answer_to_a_follow_up_is_shared_as_it_is(discord: LoopbackDiscord) -> None:
    await (await discord.slash("salary", {"role": "ml-engineer", "level": "senior"})).answer()
    answer = await ask(discord, "and in the UK?")
    await (await discord.slash("tools", {"role": "ai-engineer"})).answer()  # another question
    shared = await (await discord.click(answer, "Share")).answer()
    assert "Senior ML Engineers in the UK" in text_of(shared)
    assert not shared.ephemeral
