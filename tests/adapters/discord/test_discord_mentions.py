"""Mentions and shared answers on the loopback Discord: who sees them, and who can remove them."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import structlog
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import (
    ANNOUNCEMENT,
    MANAGE_GUILD,
    READ_HISTORY,
    SEND_IN_THREADS,
    THREAD,
    THREADS,
    VOICE,
    Channel,
)

from bot.app import App, CommandContext
from bot.command import Example, command
from bot.community.public_answers import (
    CHANNELS,
    DEFAULT_LIMIT,
    LIMIT,
    MENTIONS,
    Limit,
    MentionAnswers,
)
from bot.errors import Outage
from bot.reply import Reply
from content import Content
from storage import Store

FIGURE = "$180K–$240K"
QUESTION = "salary ml senior"
ADA, BEA, MOD = User("ada"), User("bea"), User("mod")
NO_DMS = ApiError(403, 50007, "Cannot send messages to this user")


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.unsafe_mentions


async def prefer(app: App, discord: LoopbackDiscord, name: str, value: str) -> None:
    store = await app.store()
    await store.preferences.set(f"discord:{discord.guild.id}", name, value)


def text_of(message: Message) -> str:
    return " ".join(message.text.replace("*", "").split())


async def mention(
    discord: LoopbackDiscord, text: str, user: User = ADA, channel: Channel | None = None
) -> Message:
    """Mention the bot and return its reply in the thread or the channel."""
    place = channel or discord.guild.channel
    return await discord.reply_to(await discord.say(text, user=user, channel=place))


async def answer_in_chat(discord: LoopbackDiscord, user: User, number: int = 1) -> Message:
    """Wait for the bot's message with this number in a user's chat, and return it."""
    await discord.until(lambda: len(discord.chat(user)) >= number, "a direct message")
    return discord.chat(user)[number - 1]


async def test_a_mention_is_answered_for_everybody_in_a_thread_of_it(
    discord: LoopbackDiscord,
) -> None:
    said = await discord.say(QUESTION, guild=discord.guild, user=ADA)
    card = await discord.reply_to(said)
    thread = discord.thread_of(said)
    assert thread is not None
    assert (thread.id, thread.name) == (card.channel_id, "Salary: ML Engineer, senior")
    assert not card.ephemeral
    assert FIGURE in text_of(card)
    assert "KORE1" in text_of(card)
    assert "Shared by" not in text_of(card)
    assert card.labels == ["Get this privately", "Remove"]
    clicked = await discord.click(card, "Get this privately", user=BEA, channel=thread)
    own = await clicked.answer()
    assert own.ephemeral
    assert "Share" in own.labels


async def test_a_mention_in_a_thread_is_answered_there_and_goes_on_with_the_conversation(
    discord: LoopbackDiscord,
) -> None:
    said = await discord.say(QUESTION, guild=discord.guild, user=ADA)
    await discord.reply_to(said)
    thread = discord.thread_of(said)
    assert thread is not None
    again = await discord.say("and in the UK?", user=ADA, channel=thread)
    answer = await discord.reply_to(again)
    assert (answer.channel_id, answer.reference) == (thread.id, again.id)
    assert "Senior ML Engineers in the UK" in text_of(answer)
    assert discord.thread_of(again) is None


async def test_the_name_of_a_thread_mentions_nobody(discord: LoopbackDiscord) -> None:
    said = await discord.say("is <@123456789012345678> paid well? " * 9, guild=discord.guild)
    await discord.reply_to(said)
    thread = discord.thread_of(said)
    assert thread is not None
    assert "123456789012345678" not in thread.name


@pytest.mark.parametrize("line", ["\u200b\u200b", "sallary", "x" * 1_900, "\n# *a* `b` @everyone"])
async def test_every_line_gets_a_thread_with_a_name(discord: LoopbackDiscord, line: str) -> None:
    said = await discord.say(line, guild=discord.guild)
    await discord.reply_to(said)
    thread = discord.thread_of(said)
    assert thread is not None
    assert thread.name.strip()


@pytest.mark.parametrize("line", ["quiz hire", "results", "privacy", "help salary", ""])
async def test_a_private_command_is_answered_by_direct_message_with_a_line_in_the_thread(
    discord: LoopbackDiscord, line: str
) -> None:
    told = await mention(discord, line)
    name = discord.platform.channel(told.channel_id).name
    assert name == (line.split(maxsplit=1)[0].capitalize() if line else "Help")
    assert text_of(told) == "### I've sent you that privately."
    assert not told.buttons
    (answer,) = discord.chat(ADA)
    assert "Share" not in answer.labels
    assert "privately" not in answer.text


async def test_a_quiz_goes_on_in_direct_messages(discord: LoopbackDiscord) -> None:
    await mention(discord, "quiz hire")
    (question,) = discord.chat(ADA)
    code = question.buttons[0]["custom_id"]
    clicked = await discord.click(question, custom_id=code, user=ADA, guild=None)
    assert "1 of 10" in (await clicked.answer()).text


async def test_who_takes_no_direct_messages_is_told_what_to_type(discord: LoopbackDiscord) -> None:
    discord.platform.conversation(ADA).refuses = NO_DMS
    told = await mention(discord, "results")
    assert "I can't send you direct messages. Type </results:" in told.text
    assert "only you'll see it." in told.text


async def test_moderators_commands_are_not_run_in_public(discord: LoopbackDiscord) -> None:
    told = await mention(discord, "tips add Buy this")
    assert "That's for moderators. Type </tips add:" in told.text
    assert not discord.chat(ADA)


async def test_moderators_make_the_answers_to_mentions_private(
    discord: LoopbackDiscord, keeping: App
) -> None:
    await prefer(keeping, discord, MENTIONS, MentionAnswers.PRIVATE)
    said = await discord.say(QUESTION, guild=discord.guild, user=ADA)
    answer = await answer_in_chat(discord, ADA)
    assert FIGURE in text_of(answer)
    assert "The moderators keep answers to mentions private here" in text_of(answer)
    await discord.say("and in the UK?", user=ADA)
    assert "Senior ML Engineers in the UK" in text_of(await answer_in_chat(discord, ADA, 3))
    assert not discord.replies_to(said)
    shared = await (await discord.slash("salary", {"role": "ml-engineer"}, user=ADA)).answer()
    posted = await (await discord.click(shared, "Share")).answer()
    assert not posted.ephemeral  # members may still share


async def test_where_answers_may_not_be_public_they_are_private_and_say_why(
    discord: LoopbackDiscord, keeping: App
) -> None:
    allowed = discord.guild.add_channel("jobs")
    await prefer(keeping, discord, CHANNELS, f"discord:{allowed.id}")
    said = await discord.say(QUESTION, guild=discord.guild, user=ADA)
    answer = await answer_in_chat(discord, ADA)
    assert "The moderators keep answers private in this channel" in text_of(answer)
    assert not discord.replies_to(said)
    shown = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    refused = await (await discord.click(shown, "Share")).answer()
    assert refused.ephemeral
    assert "so nothing was posted." in text_of(refused)
    assert not (await mention(discord, QUESTION, BEA, allowed)).ephemeral
    thread = discord.guild.add_channel("a thread", THREAD, allowed.id)
    there = await discord.slash("salary", {"role": "ml-engineer"}, channel=thread)
    shared = await discord.click(await there.answer(), "Share", channel=thread)
    assert not (await shared.answer()).ephemeral
    assert (await mention(discord, "tools ml", BEA, thread)).channel_id == thread.id


async def test_who_takes_no_direct_messages_learns_it_even_in_a_private_channel(
    discord: LoopbackDiscord, keeping: App
) -> None:
    await prefer(keeping, discord, CHANNELS, "discord:1")
    discord.platform.conversation(ADA).refuses = NO_DMS
    told = await mention(discord, QUESTION)
    assert "I can't send you direct messages. Type </salary:" in told.text
    assert FIGURE not in told.text


async def test_moderators_choose_the_channels_with_a_picker(discord: LoopbackDiscord) -> None:
    by: Invoker = {"user": MOD, "permissions": MANAGE_GUILD}
    general, jobs = discord.guild.channel, discord.guild.add_channel("jobs")
    panel = await (await discord.slash("settings answers", **by)).answer()
    opened = await discord.click(panel, "Choose channels", **by)
    await (await discord.submit_modal(opened, {"channels": [str(jobs.id)]}, **by)).answer()
    assert f"only be public in <#{jobs.id}>" in text_of(panel)
    again = await discord.click(panel, "Choose channels", **by)
    assert str(jobs.id) in str((await again.modal())["components"])
    both = {"channels": [str(jobs.id), str(general.id)]}
    await (await discord.submit_modal(again, both, **by)).answer()
    assert f"<#{general.id}>" in text_of(panel)
    await (await discord.click(panel, "Allow all channels", **by)).answer()
    assert "public in all channels" in text_of(panel)
    refused = await discord.send_component(panel, "r|settings-answers|mentions=private", user=BEA)
    assert "is for moderators" in text_of(await refused.answer())


async def test_shared_answers_count_like_mentions(discord: LoopbackDiscord, keeping: App) -> None:
    await prefer(keeping, discord, LIMIT, Limit.ONE_IN_FIVE_MINUTES)
    answers = [
        await (await discord.slash("salary", {"role": f"{role}-engineer"})).answer()
        for role in ("ml", "ai")
    ]
    first, second = [await (await discord.click(each, "Share")).answer() for each in answers]
    assert (first.ephemeral, second.ephemeral) == (False, True)
    assert "Share again in 5 minutes." in text_of(second)


async def test_a_warning_is_posted_once(discord: LoopbackDiscord) -> None:
    for _ in range(DEFAULT_LIMIT.answers):
        await mention(discord, "tools ml")
    warned = await mention(discord, "tools ml")
    assert "Ask again in 30 seconds." in text_of(warned)
    assert warned.channel_id == discord.guild.channel.id  # no thread for it


@pytest.mark.parametrize("kind", [ANNOUNCEMENT, VOICE])
async def test_a_thread_is_opened_only_where_there_can_be_one(
    discord: LoopbackDiscord, kind: int
) -> None:
    channel = discord.guild.add_channel("place", kind)
    said = await discord.say(QUESTION, user=ADA, channel=channel)
    card = await discord.reply_to(said)
    assert (card.channel_id == channel.id) is (kind == VOICE)
    assert FIGURE in text_of(card)


@pytest.mark.parametrize("forbidden", [THREADS, SEND_IN_THREADS, THREADS | READ_HISTORY])
async def test_without_permission_for_threads_the_answer_is_in_the_channel(
    discord: LoopbackDiscord, forbidden: int
) -> None:
    channel = discord.guild.add_channel("flat")
    channel.forbids = forbidden
    with structlog.testing.capture_logs() as lines:
        for number in range(3):
            said = await discord.say(QUESTION, user=User(f"m{number}"), channel=channel)
            card = await discord.reply_to(said)
            assert FIGURE in text_of(card)
            assert card.channel_id == channel.id
            assert card.reference == (None if forbidden & READ_HISTORY else said.id)
    assert {line["log_level"] for line in lines} == {"info"}
    assert not discord.counters["thread_create"]
    assert not discord.counters["message_create 403"]


async def test_permissions_that_were_just_taken_away_do_not_lose_the_answer(
    discord: LoopbackDiscord,
) -> None:
    channel = discord.guild.add_channel("flat")
    for forbidden in (0, THREADS, 0, SEND_IN_THREADS):
        channel.forbids = forbidden
        card = await mention(discord, QUESTION, User(f"member {forbidden}"), channel)
        assert FIGURE in text_of(card)
        assert (card.channel_id == channel.id) is bool(forbidden)


async def test_where_the_bot_may_not_write_it_answers_nothing(discord: LoopbackDiscord) -> None:
    locked = discord.guild.add_channel("locked")
    locked.denied = 50013
    said = await discord.say("salary ml", channel=locked, user=ADA)
    assert FIGURE in text_of(await mention(discord, QUESTION, BEA))
    assert not discord.replies_to(said)
    assert not discord.counters["message_create 403"]


async def test_a_card_is_removed_by_its_author_and_by_moderators_only(
    discord: LoopbackDiscord,
) -> None:
    for remover, permissions in ((ADA, 0), (MOD, MANAGE_GUILD)):
        card = await mention(discord, QUESTION)
        thread = discord.platform.channel(card.channel_id)
        other = await discord.click(card, "Remove", user=BEA, channel=thread)
        kept = await other.answer()
        assert kept.ephemeral
        assert "Only a moderator or the person who asked for this answer" in text_of(kept)
        assert not card.deleted
        by = {"user": remover, "permissions": permissions, "channel": thread}
        gone = await (await discord.click(card, "Remove", **by)).answer()  # type: ignore[arg-type]
        assert card.deleted
        assert (gone.ephemeral, text_of(gone)) == (True, "### Removed.")


async def test_a_shared_answer_can_be_removed(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    shared = await (await discord.click(answer, "Share")).answer()
    assert shared.labels == ["Get this privately", "Remove"]
    await (await discord.click(shared, "Remove")).answer()
    assert shared.deleted


async def test_a_card_is_removed_after_a_restart_and_only_once(keeping: App, database: str) -> None:
    async with LoopbackDiscord() as discord:
        async with serve_discord(keeping, discord):
            card = await mention(discord, QUESTION)
        thread = discord.platform.channel(card.channel_id)
        again = App(keeping.content, open_store=lambda: Store.open(database))
        async with serve_discord(again, discord):
            await (await discord.click(card, "Remove", user=ADA, channel=thread)).answer()
            assert card.deleted
            code = card.buttons[-1]["custom_id"]
            late = await discord.send_component(card, code, user=ADA, channel=thread)
            assert "already gone" in text_of(await late.answer())
        await again.close()


async def test_a_forged_remove_button_removes_nothing(discord: LoopbackDiscord) -> None:
    card = await mention(discord, QUESTION)
    thread = discord.platform.channel(card.channel_id)
    for code in (f"r|remove-answer|by=discord:{BEA.id}", "r|remove-answer|by=", "r|remove-answer"):
        forged = await discord.send_component(card, code, user=BEA, channel=thread)
        with suppress(AssertionError):  # without its argument, a form opens
            assert (await forged.answer(within=1)).ephemeral
        assert not card.deleted
    private = await (await discord.slash("sources", user=BEA)).answer()
    code = f"r|remove-answer|by=discord:{BEA.id}"
    clicked = await discord.send_component(private, code, user=BEA)
    assert "click Remove below it" in text_of(await clicked.answer())


FAILURES: list[Outage] = []


@command(Example("flaky", shows=()))
async def flaky(context: CommandContext) -> Reply:
    """Fail as often as planned."""
    del context
    if FAILURES:
        raise FAILURES.pop()
    return Reply("It works.")


async def test_trying_a_failed_share_again_shares(content: Content) -> None:
    app = App(content, {"flaky": vars(flaky)["command"]})
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        answer = await (await discord.slash("flaky")).answer()
        FAILURES.extend(Outage("It is down.") for _ in range(2))
        failed = await (await discord.click(answer, "Share")).answer()
        assert failed.ephemeral
        for _ in range(2):
            failed = await (await discord.click(failed, "Try again")).answer()
        assert not failed.ephemeral
        assert "It works." in failed.text
        assert failed.labels == ["Get this privately", "Remove"]
