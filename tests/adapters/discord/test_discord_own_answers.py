"""A server's own answers and hidden statements on the loopback Discord."""

from collections.abc import AsyncIterator

import pytest
from community_editor import CommunityEditor
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import Guild
from hostile_input import HOSTILE_ANSWERS

from bot.app import App
from bot.community.statements import statements_of
from content import Content

QUESTION, WORDING = "Where can I post job ads?", "job ads"
OTHER_WORDS = "which channel is for job postings"
TEXT = "Post them in the jobs channel, with the pay."
MARK = "Community answer, by the moderators, 2026-11"
SHIPPED = "Do I need a PhD to become an ML engineer?"


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.unsafe_mentions


@pytest.fixture
def editor(keeping: App, discord: LoopbackDiscord) -> CommunityEditor:
    return CommunityEditor(keeping, f"discord:{discord.guild.id}")


def text_of(message: Message) -> str:
    return " ".join(message.text.replace("*", "").replace("\\", "").split())


async def ask(discord: LoopbackDiscord, question: str) -> Message:
    return await (await discord.slash("ask", {"question": question})).answer()


async def test_it_is_found_by_command_mention_and_list(
    discord: LoopbackDiscord, editor: CommunityEditor
) -> None:
    await editor.answer(QUESTION, TEXT, WORDING, link="https://example.org/jobs")
    asked = await ask(discord, QUESTION)
    assert asked.ephemeral
    mentioned = await discord.reply_to(await discord.say(WORDING, guild=discord.guild))
    for shown in (asked, mentioned):
        assert TEXT in text_of(shown)
        assert MARK in text_of(shown)
        assert "https://example.org/jobs" in text_of(shown)
    listed = await (await discord.slash("ask")).answer()
    assert QUESTION in str(listed.components)
    typed = await discord.autocomplete("ask", {"question": "job"})
    assert (await typed.choices())[0]["value"] == QUESTION


async def test_it_is_found_by_other_words(
    discord: LoopbackDiscord, editor: CommunityEditor
) -> None:
    await editor.answer(QUESTION, TEXT)
    mentioned = await discord.say(OTHER_WORDS, guild=discord.guild)
    for shown in (await ask(discord, OTHER_WORDS), await discord.reply_to(mentioned)):
        assert TEXT in text_of(shown)
        assert MARK in text_of(shown)


async def test_neither_another_server_nor_a_direct_message_shows_it(
    discord: LoopbackDiscord, editor: CommunityEditor
) -> None:
    await editor.answer(SHIPPED, TEXT)
    other = await discord.join(Guild())
    played = await discord.slash("ask", {"question": SHIPPED}, guild=other)
    assert TEXT not in text_of(await played.answer())
    direct = await discord.reply_to(await discord.say(SHIPPED))
    assert TEXT not in text_of(direct)
    assert "Wrong or missing?" not in str(direct.components)
    assert TEXT in text_of(await ask(discord, SHIPPED))


async def test_a_hidden_statement_is_gone_also_from_what_is_shared(
    discord: LoopbackDiscord, editor: CommunityEditor, content: Content
) -> None:
    first = content.faq["phd"].answer[0].says
    before = await ask(discord, SHIPPED)
    assert " ".join(first.split()) in text_of(before)
    await editor.hide(statements_of(content, "faq/phd")[0])
    await editor.forget()
    shared = await (await discord.click(before, "Share")).answer()
    asked = await ask(discord, SHIPPED)
    mentioned = await discord.reply_to(await discord.say(SHIPPED, guild=discord.guild))
    for shown in (shared, asked, mentioned):
        assert " ".join(first.split()) not in text_of(shown)
    other = await discord.join(Guild())
    played = await discord.slash("ask", {"question": SHIPPED}, guild=other)
    assert " ".join(first.split()) in text_of(await played.answer())


@pytest.mark.parametrize("number", range(len(HOSTILE_ANSWERS)))
async def test_hostile_texts_stay_text(
    discord: LoopbackDiscord, editor: CommunityEditor, number: int
) -> None:
    text = HOSTILE_ANSWERS[number]
    await editor.answer(QUESTION, text, text[:90], link="https://example.org/?a=(b)|<c>")
    shown = await ask(discord, QUESTION)
    assert MARK in text_of(shown)
    for mark in ("[a](", "**bold**", "```block```", "||x||"):
        assert mark not in shown.text
    mentioned = await discord.reply_to(await discord.say(QUESTION, guild=discord.guild))
    assert MARK in text_of(mentioned)


async def test_every_answer_leads_to_a_report(discord: LoopbackDiscord) -> None:
    shown = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    assert "Wrong or missing?" in str(shown.components)
