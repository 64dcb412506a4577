"""The real discord.py works on the loopback Discord as on Discord."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord_server.bare_bot import SampleBot, patch_addresses
from discord_server.errors import missing_permissions
from discord_server.server import LoopbackDiscord
from discord_server.world import MANAGE_ROLES, PIN_MESSAGES


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        yield running
        assert not running.missed
        assert not running.unsafe_mentions


@pytest.fixture
async def bot(server: LoopbackDiscord) -> AsyncIterator[SampleBot]:
    async with SampleBot(server) as connected:
        yield connected


async def test_a_command_is_declared_completed_and_answered(bot: SampleBot) -> None:
    server = bot.server
    assert [command["name"] for command in server.commands] == ["hello", "later", "form", "card"]
    typing = await server.autocomplete("hello", {"who": "a"})
    assert await typing.choices() == [{"name": "ada", "value": "ada"}]
    played = await server.slash("hello", {"who": "ada"})
    message = await played.answer()
    assert (message.text, message.ephemeral, played.deferred) == ("hello ada", True, False)
    private = await server.slash("hello", guild=None)
    assert (await private.answer()).text == "hello you"


async def test_a_deferred_answer_and_a_file(bot: SampleBot) -> None:
    played = await bot.server.slash("later")
    more = await played.followup()
    assert played.deferred
    assert ((await played.answer()).text, more.text) == ("at last", "and more")
    assert [upload.filename for upload in more.attachments] == ["bot.py"]


async def test_a_form(bot: SampleBot) -> None:
    played = await bot.server.slash("form")
    field = (await played.modal())["components"][0]["components"][0]
    submitted = await bot.server.submit_modal(played, {field["custom_id"]: "ML Engineer"})
    assert (await submitted.answer()).text == "you chose ML Engineer"


async def test_a_button_edits_its_message(bot: SampleBot) -> None:
    message = await (await bot.server.slash("card")).answer()
    assert (message.text, message.labels) == ("first", ["Again"])
    clicked = await bot.server.click(message, "Again")
    assert (await clicked.answer()).text == "changed"
    assert message.edits == 1


async def test_channels_messages_pins_and_threads(bot: SampleBot) -> None:
    server = bot.server
    guild = server.guild
    channel = await bot.fetch_channel(guild.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("a tip", nonce="tip-1")
    assert (await channel.send("a tip again", nonce="tip-1")).id == message.id
    with pytest.raises(discord.Forbidden, match="50013"):
        await message.pin()
    guild.bot_permissions |= PIN_MESSAGES
    await message.pin()
    assert server.messages()[0].pinned
    assert [pinned.id async for pinned in channel.pins()] == [message.id]
    thread = await message.create_thread(name="about the tip")
    await thread.send("discuss")
    assert [m.text for m in server.messages(guild.channels[thread.id])] == ["discuss"]
    await message.edit(content="a better tip")
    assert (await channel.fetch_message(message.id)).content == "a better tip"
    await message.delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.fetch_message(message.id)


async def test_roles_are_given_only_below_the_bots_own(bot: SampleBot) -> None:
    guild = bot.server.guild
    low, high = guild.add_role("ML Engineer", 1), guild.add_role("admin", 11)
    bot.server.platform.member(guild, bot.server.user)
    give = bot.http.add_role
    with pytest.raises(discord.Forbidden, match="50013"):
        await give(guild.id, bot.server.user.id, low.id)
    guild.bot_permissions |= MANAGE_ROLES
    await give(guild.id, bot.server.user.id, low.id)
    assert guild.members[bot.server.user.id] == {low.id}
    with pytest.raises(discord.Forbidden, match="50013"):
        await give(guild.id, bot.server.user.id, high.id)
    await bot.http.remove_role(guild.id, bot.server.user.id, low.id)
    assert guild.members[bot.server.user.id] == set()
    names = {role.name for role in await (await bot.fetch_guild(guild.id)).fetch_roles()}
    assert {"@everyone", "ML Engineer", "admin"} <= names


async def test_what_is_gone_or_forbidden(bot: SampleBot) -> None:
    server = bot.server
    channel = server.guild.add_channel("tips")
    target = bot.get_partial_messageable(channel.id)
    for code in (50001, 50013):
        channel.denied = code
        with pytest.raises(discord.Forbidden, match=str(code)):
            await target.send("x")
    server.delete_channel(channel)
    with pytest.raises(discord.NotFound, match="10003"):
        await target.send("x")
    guild = server.guild
    await server.remove_guild(guild.id)
    with pytest.raises(discord.NotFound, match="10004"):
        await bot.fetch_guild(guild.id)
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.get_partial_messageable(guild.channel.id).send("x")


async def test_a_planned_refusal(bot: SampleBot) -> None:
    bot.server.faults.refuse("message_create", missing_permissions())
    target = bot.get_partial_messageable(bot.server.guild.channel.id)
    with pytest.raises(discord.Forbidden, match="50013"):
        await target.send("x")
    await target.send("y")
    assert [message.text for message in bot.server.messages()] == ["y"]
    assert bot.server.counters["invalid requests"] == 1


async def test_a_wrong_token_is_refused(server: LoopbackDiscord) -> None:
    patch_addresses(server.api_base, server.platform.gateway_url)
    client = discord.AutoShardedClient(intents=discord.Intents.none())
    with pytest.raises(discord.LoginFailure):
        await client.start("another")
    await client.close()
    assert server.counters["me 401"] == server.counters["invalid requests"] == 1


async def test_shards_hear_of_their_own_servers(server: LoopbackDiscord) -> None:
    shard = server.guild.id >> 22 & 1
    async with SampleBot(server, shard_count=2, shard_ids=[shard]):
        played = await server.slash("hello")
        assert (await played.answer()).text == "hello you"
        assert server.gateway.identifies[0]["shard"] == [shard, 2]
