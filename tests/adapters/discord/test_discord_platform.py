"""Posts, pins, threads and missing permissions on Discord."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord_server.basics import snowflake
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError, missing_access, missing_permissions
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import PIN_MESSAGES
from fault_matrix import Observe

from bot.app import App
from bot.platform import (
    DeliveryError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Platform,
    Retryable,
)
from bot.reply import Image, Paragraph, Reply

TIP = Reply("Tip of the week", (Paragraph("Write the evaluation before the prompt."),))


@pytest.fixture
async def discord(app: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(app, platform):
        platform.guild.bot_permissions |= PIN_MESSAGES
        yield platform


@pytest.fixture
def platform(app: App, discord: LoopbackDiscord) -> Platform:
    return app.platforms["discord"]


@pytest.fixture
def channel(discord: LoopbackDiscord) -> str:
    return f"discord:{discord.guild.channel.id}"


async def test_a_post_is_there_once_however_often_it_is_asked_for(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    first = await platform.post(channel, TIP, "tip1")
    assert await platform.post(channel, TIP, "tip1") == first
    assert await platform.post(channel, TIP, "tip2") != first
    assert "Write the evaluation" in discord.messages()[0].text
    assert len(discord.messages()) == 2
    assert not discord.unsafe_mentions


async def test_a_post_is_found_again_by_its_key(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    assert await platform.find_post(channel, "tip1", since) is None
    made = await platform.post(channel, TIP, "tip1")
    await platform.post(channel, TIP, "tip2")
    assert await platform.find_post(channel, "tip1", since) == made


async def test_a_post_is_found_in_a_busy_channel_and_past_some_bound_it_can_not_be_told(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    ada, here = discord.user, discord.guild.channel

    def chat(count: int) -> None:
        here.messages.extend(Message(snowflake(), here.id, ada, "hm") for _ in range(count))

    chat(450)
    made = await platform.post(channel, TIP, "tip1")
    chat(100)
    assert await platform.find_post(channel, "tip1", since) == made
    assert await platform.find_post(channel, "tip2", since) is None
    chat(2_000)
    with pytest.raises(PermissionDenied, match="can't tell"):
        await platform.find_post(channel, "tip2", since)


async def test_only_the_role_that_was_asked_for_is_notified(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    role = discord.guild.add_role("learners")
    await platform.post(channel, TIP, "tip1", f"discord:role/{role.id}")
    (body,) = discord.unsafe_mentions
    assert body["allowed_mentions"] == {"parse": [], "roles": [str(role.id)]}
    assert f"<@&{role.id}>" in discord.messages()[0].text


async def test_a_picture_is_posted_too(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    await platform.post(channel, Reply("Done.", (Image("a.png", b"\x89PNG", "bars"),)), "tip1")
    assert discord.messages()[0].attachments[0].content == b"\x89PNG"


async def test_pins_and_threads_are_made_once(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    made = await platform.post(channel, TIP, "tip1")
    for _ in range(2):
        await platform.pin(channel, made)
        await platform.create_thread(channel, made, "What do you think? " * 20)
    (message,) = discord.messages()
    assert message.pinned
    threads = [each for each in discord.guild.channels.values() if each.parent_id]
    assert len(threads) == 1
    for _ in range(2):
        await platform.unpin(channel, made)
    assert not message.pinned


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (missing_access(), PermissionDenied),
        (missing_permissions(), PermissionDenied),
        (ApiError(404, 10003, "Unknown Channel"), NotFound),
        (ApiError(400, 50035, "Invalid Form Body"), DeliveryError),
    ],
)
async def test_a_refused_post_says_why(
    platform: Platform,
    channel: str,
    discord: LoopbackDiscord,
    error: ApiError,
    kind: type[DeliveryError],
) -> None:
    discord.faults.refuse("message_create", error)
    with pytest.raises(kind) as raised:
        await platform.post(channel, TIP, "tip1")
    assert type(raised.value) is kind
    assert raised.value.message


@pytest.mark.fault("5xx on a post")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_answer_is_unsure_and_the_next_try_does_not_double(  # noqa: PLR0913
    platform: Platform,
    channel: str,
    discord: LoopbackDiscord,
    observed: Observe,
    status: int,
    *,
    after: bool,
) -> None:
    discord.faults.fail("message_create", status, after=after)
    if status == 503:  # discord.py doesn't retry it
        with pytest.raises(OutcomeUnknown):
            await platform.post(channel, TIP, "tip1")
    await platform.post(channel, TIP, "tip1")
    assert discord.counters["message_create"] == 2
    assert len(discord.messages()) == 1
    observed("the bot retried with the same key, and one message was posted")


@pytest.mark.long
@pytest.mark.fault("slow API")
async def test_a_post_that_takes_five_seconds_is_posted_once(
    platform: Platform, channel: str, discord: LoopbackDiscord, observed: Observe
) -> None:
    discord.faults.slow("message_create", 5)
    await platform.post(channel, TIP, "tip1")
    assert len(discord.messages()) == 1
    observed("a tip was posted once")


@pytest.mark.fault("429 for an hour")
async def test_an_hour_of_rate_limit_is_told_not_waited_for(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    discord.faults.limit("message_create", 3600)
    with pytest.raises(Retryable) as raised:
        await platform.post(channel, TIP, "tip1")
    assert raised.value.retry_after == pytest.approx(3600)


async def test_full_pins_are_told(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    made = await platform.post(channel, TIP, "tip1")
    discord.faults.refuse("pin", ApiError(400, 30003, "Maximum number of pins reached (250)."))
    with pytest.raises(LimitReached):
        await platform.pin(channel, made)


ALL: Any = {"pins": True, "threads": True, "mention": "discord:role/1"}
NONE: Any = {"pins": False, "threads": False, "mention": None}


async def test_what_is_lacking_is_named_ahead_of_time(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    assert await platform.missing_permissions(channel, **NONE) == ()
    assert "Mention" in " ".join(await platform.missing_permissions(channel, **ALL))
    everybody = discord.guild.roles[discord.guild.id]
    everybody.permissions &= ~(1 << 11)
    discord.guild.bot_permissions &= ~(1 << 11) & ~PIN_MESSAGES
    said = " ".join(await platform.missing_permissions(channel, **ALL))
    assert "Send Messages permission in #general" in said
    assert "Pin Messages" in said
    discord.guild.bot_permissions = 1 << 3
    assert await platform.missing_permissions(channel, **ALL) == ()


async def test_a_channel_that_is_gone_is_gone(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    assert (await platform.channel_info(channel)).name == "general"
    discord.delete_channel(discord.guild.channel)
    for asked in (platform.channel_info(channel), platform.missing_permissions(channel, **NONE)):
        with pytest.raises(NotFound):
            await asked


async def test_the_channels_are_those_that_hold_text(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    discord.guild.add_channel("voices", 2)
    tips = discord.guild.add_channel("tips")
    found = await platform.list_channels(f"discord:{discord.guild.id}")
    assert {each.id: each.name for each in found} == {
        channel: "general", f"discord:{tips.id}": "tips",
    }  # fmt: skip


async def test_somebody_is_told_in_private(platform: Platform, discord: LoopbackDiscord) -> None:
    await (await discord.slash("help", guild=None)).answer()
    await platform.send_direct_message(f"discord:{discord.user.id}", TIP)
    conversation = discord.platform.conversation(discord.user)
    assert "Write the evaluation" in conversation.messages[-1].text


async def test_a_message_has_a_link(
    platform: Platform, channel: str, discord: LoopbackDiscord
) -> None:
    made = await platform.post(channel, TIP, "tip1")
    (posted,) = discord.messages()
    place = f"{discord.guild.id}/{discord.guild.channel.id}/{posted.id}"
    assert await platform.message_link(channel, made) == f"https://discord.com/channels/{place}"
    with pytest.raises(NotFound):
        await platform.message_link("discord:404", made)
