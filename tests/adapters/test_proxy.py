"""Every connection to a platform uses the environment's proxy, except for NO_PROXY's hosts."""

import inspect
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import pytest
from discord_server.crossroads_bot import serve_discord as on_discord
from discord_server.server import LoopbackDiscord
from forward_proxy import Proxy, forward_proxy
from slack_server.crossroads_bot import serving_as, settings
from slack_server.server import LoopbackSlack
from yarl import URL

from adapters import discord, slack
from adapters.shared import http_session as outgoing
from adapters.shared.internals import ProxyConnector, proxy_for
from bot.app import App
from bot.ops.health import DOCTOR_TIMEOUT, State, run_checks

DEAD = "http://127.0.0.1:9"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def through(monkeypatch: pytest.MonkeyPatch, proxy: Proxy) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)


async def talk_on_slack(app: App, platform: LoopbackSlack) -> None:
    """Use every kind of connection: Web API, uploads, Socket Mode, response URLs."""
    with TemporaryDirectory() as folder:
        async with serving_as(app, platform, settings(platform, folder=Path(folder))):
            asked = await platform.slash("/salary", "ml senior chart")
            await asked.message(2)  # its picture, by upload and response URL
            await (await platform.direct_message("salary ml")).post()
    assert not platform.refused


async def talk_on_discord(app: App, platform: LoopbackDiscord) -> None:
    """Use every kind of connection: API, gateway, responses to interactions."""
    async with on_discord(app, platform):
        await platform.declared()
        assert (await (await platform.slash("salary")).answer()).text


async def test_all_of_slack_goes_through_the_proxy(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackSlack() as platform, forward_proxy() as proxy:
        through(monkeypatch, proxy)
        platform.world.base = platform.world.base.replace("127.0.0.1", "slack.invalid")
        await talk_on_slack(app, platform)
        found = await run_checks(slack.doctor_checks(settings(platform)), DOCTOR_TIMEOUT)
    assert {each.state for each in found.values()} == {State.OK}
    paths = {re.sub(r".*:\d+/(\w+)?.*", r"\1", each) for each in proxy.asked}
    assert {"api", "upload", "response"} & paths
    assert any("ws://slack.invalid" in each or "link" in each for each in proxy.asked)


async def test_all_of_discord_goes_through_the_proxy(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackDiscord() as platform, forward_proxy() as proxy:
        through(monkeypatch, proxy)
        platform.host = "discord.invalid"
        platform.platform.gateway_url = f"ws://discord.invalid:{platform.port}"
        await talk_on_discord(app, platform)
        found = await run_checks(
            discord.checks(platform.token, platform.api_base, app), DOCTOR_TIMEOUT
        )
        async with discord.open_platform(platform.token, platform.api_base) as reached:
            await reached.list_channels(f"discord:{platform.guild.id}")
    assert found["discord gateway"].state is State.OK
    assert proxy.asked


async def test_no_proxy_holds_for_all_of_both(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, DEAD)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with LoopbackSlack() as platform:
        await talk_on_slack(app, platform)
        found = await run_checks(slack.doctor_checks(settings(platform)), DOCTOR_TIMEOUT)
        assert {each.state for each in found.values()} == {State.OK}
    async with LoopbackDiscord() as platform_:
        await talk_on_discord(app, platform_)


async def test_https_and_wss_are_tunnelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async with forward_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with LoopbackSlack() as platform:
            chosen = replace(settings(platform), api_base="https://slack.invalid/api/")
            await run_checks(slack.doctor_checks(chosen), DOCTOR_TIMEOUT)
        await run_checks(
            discord.checks("t", "https://discord.invalid/api/v10", None), DOCTOR_TIMEOUT
        )
        async with outgoing.create_session() as http:
            with pytest.raises(aiohttp.ClientHttpProxyError, match="502"):
                await http.ws_connect("wss://gateway.invalid/")
    hosts = {each.partition(" ")[2] for each in proxy.asked}
    assert hosts == {"slack.invalid:443", "discord.invalid:443", "gateway.invalid:443"}


def test_names_and_passwords_of_a_proxy_and_hosts_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://us:secret@proxy.corp:3128")
    monkeypatch.setenv("NO_PROXY", ".corp,gateway.discord.gg")
    proxy, auth = proxy_for(URL("wss://wss-primary.slack.com/link"))
    assert (str(proxy), auth and auth.login) == ("http://proxy.corp:3128", "us")
    assert proxy_for(URL("wss://gateway.discord.gg")) == (None, None)
    assert proxy_for(URL("https://chat.corp")) == (None, None)
    assert proxy_for(URL("http://chat.example")) == (None, None)


def test_aiohttp_still_has_the_undocumented_parts_that_choose_a_proxy() -> None:
    ours, theirs = (
        inspect.signature(each.connect) for each in (ProxyConnector, aiohttp.TCPConnector)
    )
    assert list(ours.parameters) == list(theirs.parameters), "TCPConnector.connect has changed"
    update = inspect.signature(aiohttp.ClientRequest.update_proxy)
    assert list(update.parameters)[:4] == ["self", "proxy", "proxy_auth", "proxy_headers"], (
        "ClientRequest.update_proxy has changed"
    )
    # ClientSession must call the connector with the request whose proxy is changed
    assert "req" in inspect.signature(aiohttp.BaseConnector.connect).parameters


def test_no_session_is_made_elsewhere() -> None:
    root = Path(__file__).parents[2]
    made = re.compile(r"ClientSession\(|TCPConnector\(|urlopen\(")
    found = {
        str(path.relative_to(root))
        for folder in ("adapters", "bot", "content", "storage")
        for path in (root / folder).rglob("*.py")
        if made.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"adapters/shared/http_session.py"}
