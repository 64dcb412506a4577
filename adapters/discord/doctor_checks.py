"""What an admin is told about Discord without the bot having to run."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from discord.http import HTTPClient

from adapters.discord.commands import declarations, same
from adapters.discord.preview import invitation
from adapters.shared.http_session import create_session
from bot.app import App
from bot.formatting import pluralize
from bot.ops.doctor import check_clock
from bot.ops.health import Check, Finding, broken, ok, warning

TOKEN = "Copy DISCORD_TOKEN anew from the developer portal, page Bot: Reset Token."  # noqa: S105
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_UNAUTHORIZED, _REFUSED, _HELLO = 401, 400, 10
_FEW = 50  # IDENTIFYs left of a day's: below that, every start counts


class Unanswered(Exception):
    """Discord did not give what was asked for; *finding* says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Api:
    """Discord's API as a bot sees it, for a look here and there."""

    token: str = field(repr=False)
    base: str

    async def get(self, path: str) -> tuple[Any, datetime | None]:
        """Give what is at *path*, and Discord's own time; raises Unanswered."""
        agent = HTTPClient(asyncio.get_running_loop()).user_agent
        headers = {"Authorization": f"Bot {self.token}", "User-Agent": agent}
        url = self.base.rstrip("/") + path
        try:
            async with (
                create_session(timeout=_TIMEOUT) as http,
                http.get(url, headers=headers) as answer,
            ):
                _judge(answer.status)
                date = answer.headers.get("Date")
                return await answer.json(), parsedate_to_datetime(date) if date else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unanswered(_unreachable(error)) from error


def checks(token: str, base: str, app: App | None) -> dict[str, Check]:
    """Give the checks; without *app*, whose content may be broken, commands can't be compared."""
    api = Api(token, base)

    def asked(check: Callable[[], Awaitable[Finding]]) -> Check:
        async def ask() -> Finding:
            try:
                return await check()
            except Unanswered as error:
                return error.finding

        return ask

    return {
        "discord token": asked(lambda: _token(api)),
        "discord application": asked(lambda: _application(api)),
        "discord gateway": asked(lambda: _gateway(api)),
        "discord commands": asked(lambda: _commands(api, app)),
        "clock": asked(lambda: _clock(api)),
    }


def _judge(status: int) -> None:
    if status == _UNAUTHORIZED:
        raise Unanswered(broken("Discord does not take DISCORD_TOKEN", TOKEN))
    if status >= _REFUSED:
        says = f"Discord answers with status {status}"
        raise Unanswered(broken(says, "Try again in a minute; see discordstatus.com."))


def _unreachable(error: Exception) -> Finding:
    mend = "Look at this machine's network, its firewall, and DISCORD_API_BASE if you set it."
    return broken(f"Discord can't be reached: {type(error).__name__}", mend)


async def _token(api: Api) -> Finding:
    found, _ = await api.get("/users/@me")
    return ok(f"Discord takes it, and knows the bot as {found['username']}")


async def _application(api: Api) -> Finding:
    found, _ = await api.get("/applications/@me")
    if found.get("interactions_endpoint_url"):
        return broken(
            "Discord sends commands to an Interactions Endpoint URL, so none reach this bot",
            "Developer portal, General Information: empty that field and save.",
        )
    if found.get("bot_require_code_grant"):
        mend = "Developer portal, page Bot: turn Requires OAuth2 Code Grant off."
        return broken("nobody can invite the bot", mend)
    servers = found.get("approximate_guild_count", 0)
    if not servers:
        mend = f"Open this as a server's admin: {invitation(int(found['id']))}"
        return warning("the bot is in no server yet", mend)
    return ok(f"application {found['name']}, in about {pluralize(servers, 'server')}")


async def _gateway(api: Api) -> Finding:
    """Connect as far as Discord's greeting: to go on would spend one of a day's starts."""
    found, _ = await api.get("/gateway/bot")
    left = found["session_start_limit"]["remaining"]
    try:
        async with (
            create_session(timeout=_TIMEOUT) as http,
            http.ws_connect(f"{found['url']}?v=10&encoding=json") as socket,
        ):
            hello = await socket.receive_json(timeout=_TIMEOUT.total)
    except (aiohttp.ClientError, TimeoutError, ValueError, TypeError) as error:
        return _unreachable(error)
    if hello.get("op") != _HELLO:
        return broken("what answers at the gateway is not Discord", "Look at DISCORD_API_BASE.")
    starts = f"{pluralize(left, 'start')} left today"
    if left < _FEW:
        return warning(f"only {starts}", "Leave the bot running for a day.")
    return ok(f"it greets; {pluralize(found['shards'], 'shard')} wanted, {starts}")


async def _commands(api: Api, app: App | None) -> Finding:
    if app is None:
        return warning("not compared, for the content is broken", "Fix the content.")
    application, _ = await api.get("/applications/@me")
    theirs, _ = await api.get(f"/applications/{application['id']}/commands")
    ours = declarations(app)
    if same(ours, theirs):
        return ok(f"Discord has the {pluralize(len(ours), 'command')} of this version")
    start = "Start the bot, or restart it: it declares them."
    if not theirs:
        return warning("Discord has none of the commands yet", start)
    changed = {each["name"] for each in ours} ^ {each["name"] for each in theirs}
    names = ", ".join(sorted(changed)) or "their options"
    return broken(f"Discord has the commands of another version ({names})", start)


async def _clock(api: Api) -> Finding:
    _, theirs = await api.get("/gateway")
    return check_clock("Discord", theirs)
