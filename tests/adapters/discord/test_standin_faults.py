"""Each planned fault of the loopback Discord happens as often as planned."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord_server.bare_bot import SampleBot
from discord_server.raw_client import RawClient, errors_at
from discord_server.server import LoopbackDiscord


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        yield running


@pytest.fixture
async def raw(server: LoopbackDiscord) -> AsyncIterator[RawClient]:
    async with RawClient(server) as bot:
        await server.ready()
        yield bot


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_has_no_effect(raw: RawClient, status: int) -> None:
    server, played = raw.discord, await raw.played()
    server.faults.fail("callback", status, times=2)
    for _ in range(2):
        assert (await raw.respond(played, 4, {"content": "x"}))[0] == status
    assert not played.messages
    assert (await raw.respond(played, 4, {"content": "x"}))[0] == 200
    assert server.counters[f"callback {status}"] == 2


async def test_an_error_after_the_effect_invites_to_do_it_twice(raw: RawClient) -> None:
    server, path = raw.discord, f"/channels/{raw.discord.guild.channel.id}/messages"
    server.faults.fail("message_create", after=True)
    assert (await raw.call("POST", path, {"content": "x"}))[0] == 503
    assert (await raw.call("POST", path, {"content": "x"}))[0] == 200
    assert [message.text for message in server.messages()] == ["x", "x"]


async def test_with_a_nonce_the_repetition_is_the_same_message(raw: RawClient) -> None:
    server, path = raw.discord, f"/channels/{raw.discord.guild.channel.id}/messages"
    server.faults.fail("message_create", after=True)
    body = {"content": "x", "nonce": "n" * 25, "enforce_nonce": True}
    await raw.call("POST", path, body)
    status, told = await raw.call("POST", path, body)
    assert (status, told["id"]) == (200, str(server.messages()[0].id))
    assert len(server.messages()) == 1
    status, told = await raw.call("POST", path, body | {"nonce": "n" * 26})
    assert (status, bool(errors_at(told, "nonce"))) == (400, True)


@pytest.mark.parametrize(("after", "seen"), [(False, 0), (True, 1)])
async def test_a_dropped_connection(raw: RawClient, *, after: bool, seen: int) -> None:
    played = await raw.played()
    raw.discord.faults.drop("callback", after=after)
    with pytest.raises(aiohttp.ClientConnectionError):
        await raw.respond(played, 4, {"content": "x"})
    assert len(played.messages) == seen
    assert (await raw.respond(played, 4, {"content": "x"}))[0] == (400 if after else 200)


async def test_the_client_waits_out_a_429_of_the_route(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        server.faults.limit("callback", 0.01, times=2)
        played = await server.slash("hello")
        assert (await played.answer()).text == "hello you"
        assert server.counters["callback"] == 3
        assert server.counters["invalid requests"] == 2


@pytest.mark.parametrize(("scope", "counted"), [("user", 1), ("global", 1), ("shared", 0)])
async def test_a_429_of_each_scope(server: LoopbackDiscord, scope: str, counted: int) -> None:
    async with SampleBot(server) as bot:
        server.faults.limit("message_create", 0.01, scope=scope)
        await bot.get_partial_messageable(server.guild.channel.id).send("x")
        assert [message.text for message in server.messages()] == ["x"]
        assert server.counters["message_create 429"] == 1
        assert server.counters["invalid requests"] == counted


async def test_a_429_without_via_is_a_ban(server: LoopbackDiscord) -> None:
    async with SampleBot(server) as bot:
        server.faults.limit("message_create", via=False)
        with pytest.raises(discord.HTTPException) as caught:
            await bot.get_partial_messageable(server.guild.channel.id).send("x")
        assert caught.value.status == 429
        assert server.counters["message_create"] == 1


async def test_headers_of_a_429(raw: RawClient) -> None:
    raw.discord.faults.limit("me", 1.5, scope="global")
    url, headers = f"{raw.discord.api_base}/users/@me", {"Authorization": "Bot x"}
    async with raw.session.get(url, headers=headers) as answer:
        told = await answer.json()
        assert (answer.status, told["retry_after"], told["global"]) == (429, 1.5, True)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Retry-After"] == "2"
        assert answer.headers["X-RateLimit-Global"] == "true"
        assert answer.headers["Via"]


async def test_discord_py_does_not_retry_a_503_of_a_post(server: LoopbackDiscord) -> None:
    async with SampleBot(server) as bot:
        server.faults.fail("message_create", 503)
        with pytest.raises(discord.DiscordServerError):
            await bot.get_partial_messageable(server.guild.channel.id).send("x")
        assert server.counters["message_create"] == 1


async def test_held_requests_wait_for_the_test(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        hold = server.faults.hold("callback")
        played = await server.slash("hello")
        await hold.waiting.wait()
        assert played.response is None
        hold.release()
        assert (await played.answer()).text == "hello you"


async def test_a_slow_answer_still_comes(raw: RawClient) -> None:
    raw.discord.faults.slow("me", 0.01)
    assert (await raw.call("GET", "/users/@me"))[0] == 200


async def test_faults_of_every_route_end_when_healed(raw: RawClient) -> None:
    raw.discord.faults.fail("*", 500, times=None)
    for path in ("/users/@me", "/gateway"):
        assert (await raw.call("GET", path))[0] == 500
    raw.discord.faults.clear()
    assert (await raw.call("GET", "/users/@me"))[0] == 200


async def test_an_unknown_route_is_an_error_of_the_test() -> None:
    with pytest.raises(AssertionError, match=r"unknown route: GET /api/v10/stickers"):
        async with LoopbackDiscord() as server, RawClient(server) as bot:
            assert (await bot.call("GET", "/stickers"))[0] == 404


async def test_a_broken_body_is_refused(raw: RawClient) -> None:
    path = f"/channels/{raw.discord.guild.channel.id}/messages"
    more = {"Content-Type": "application/json"}
    status, told = await raw.call("POST", path, data=b"{", skip_auto_headers=more)
    assert (status, told["code"]) == (400, 50109)
