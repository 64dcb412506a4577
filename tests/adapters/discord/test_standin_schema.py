"""The loopback Discord checks bodies against Discord's OpenAPI description, if it is available."""

import pytest
from discord_server.openapi import VARIABLE, SchemaCheck
from discord_server.raw_client import RawClient
from discord_server.server import LoopbackDiscord

pytestmark = pytest.mark.skipif(
    SchemaCheck.available() is None, reason=f"{VARIABLE} and jsonschema are not both at hand"
)


async def test_what_only_the_schema_refuses_is_an_error_of_the_test() -> None:
    async with LoopbackDiscord() as discord, RawClient(discord) as bot:
        await discord.ready()
        body = {"embeds": [{"title": "x", "timestamp": []}]}
        assert (await bot.respond(await bot.played(), 4, body))[0] == 200
        assert discord.errors[0].startswith("schema of POST")
        discord.errors.clear()


async def test_a_right_body_is_none() -> None:
    async with LoopbackDiscord() as discord, RawClient(discord) as bot:
        await discord.ready()
        await bot.respond(await bot.played(), 4, {"content": "x", "tts": False})
        assert not discord.errors
