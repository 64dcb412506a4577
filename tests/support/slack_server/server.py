"""The loopback Slack: one workspace on 127.0.0.1, as strict as Slack, for tests and benchmarks.

    async with LoopbackSlack() as slack:
        app = AsyncApp(token=slack.bot_token, client=AsyncWebClient(..., base_url=slack.api_base))
        await slack.connected()  # or, over HTTP: slack.deliver_to(url)
        asked = await slack.slash("/crossroads", "compare ai ml")
        assert (await asked.ack()).text == "..."
        answer = await asked.message()               # inline or through the response URL
        clicked = await slack.click(answer, text="Salaries")

Both modes have the same methods. `Members` has the actions of members, `Events` those of the Events
API; a test waits for a `PlayedInteraction`; `World` is the state. Adapters' tests end by checking
that there are no refused requests (`refused`), no late acknowledgements (`missed`), and no mentions
that would notify people (`unsafe_mentions`).
"""

import asyncio
import json
import sys
from collections.abc import Callable
from copy import deepcopy
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from slack_server.delivery import Dispatcher
from slack_server.events import Events
from slack_server.http_mode import FORM, HttpMode, HttpResponse
from slack_server.members import Members
from slack_server.oauth_pages import Oauth
from slack_server.planned_faults import Fault, Faults
from slack_server.played_interaction import PlayedInteraction
from slack_server.socket_mode import SocketMode
from slack_server.web_api import BODY, WebApi
from slack_server.world import (
    BOT,
    Channel,
    Json,
    Message,
    Missed,
    Refused,
    Timing,
    User,
    View,
    World,
)

T = TypeVar("T")


class LoopbackSlack(Members, Events):
    """The workspace T1 with members U1 and U2, the admin UADMIN and the owner UOWNER.

    The app is a member of C1 and of the private G1, not of C2. Unknown users and channels are
    created when a test names them; `add_user`, `add_channel` and `add_usergroup` create them with
    properties.
    """

    signing_secret = "loopback-signing-secret"  # noqa: S105  # signs nothing outside of tests

    def __init__(
        self, timing: Timing | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._at = host, port
        self.world = World(timing or Timing())
        self.faults = Faults()
        self.worlds = [self.world]
        self.oauth = Oauth(self.worlds)
        self.socket = SocketMode(self.world)
        self.courier = Dispatcher(self.world, self.socket)
        self._http: HttpMode | None = None
        self._modes: list[HttpMode] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY)
        api = WebApi(self.worlds, self.faults, self.oauth)
        app.add_routes([*api.routes(), *self.socket.routes(), *self.oauth.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._at).start()
        port = self._runner.addresses[0][1]
        self.world.base = f"http://{self._at[0]}:{port}"
        self._settle()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.courier.close()
        await self.socket.close()
        for mode in self._modes:
            await mode.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _settle(self) -> None:
        self.add_user("UADMIN", admin=True)
        self.add_user("UOWNER", owner=True)
        self.add_user(BOT)
        for name in ("U1", "U2"):
            self.add_user(name)
        self.add_channel("C1", "U1", "U2", "UADMIN", BOT)
        self.add_channel("C2", "U1")
        self.add_channel("G1", "U1", BOT, private=True)

    # Connections of the app.

    @property
    def api_base(self) -> str:
        """Return the Web API's base URL, with a slash at its end."""
        return f"{self.world.base}/api/"

    @property
    def bot_token(self) -> str:
        return self.world.bot_token

    @property
    def app_token(self) -> str:
        return self.world.app_token

    async def connected(self, count: int = 1, seconds: float = 10) -> None:
        """Wait until the app holds *count* Socket Mode connections."""
        what = f"{count} connections"
        await self.until(lambda: len(self.socket.connections) >= count, what, seconds)

    def deliver_to(self, url: str) -> None:
        """Switch to HTTP mode: send everything, signed, to the app at *url*."""
        self._http = HttpMode(url, self.signing_secret)
        self._modes.append(self._http)
        self.courier.transport = self._http

    @property
    def app_url(self) -> str:
        """Return the URL at which the app accepts requests over HTTP."""
        assert self._http is not None, "deliver_to(url) comes first"
        return self._http.url

    def workspace(self, team: str) -> "Workspace":
        """Return another workspace on the same Slack, with the same app in it."""
        return Workspace(self, team)

    # People and places.

    def add_user(
        self, name: str, *, admin: bool = False, owner: bool = False, tz: str = "Europe/Berlin"
    ) -> User:
        made = self.world.users[name] = User(name, admin, owner, tz)
        return made

    def add_channel(
        self,
        name: str,
        *members: str,
        private: bool = False,
        archived: bool = False,
        called: str = "",
    ) -> Channel:
        made = Channel(name, set(members), private, archived, name=called)
        self.world.channels[name] = made
        return made

    def add_usergroup(self, name: str, *members: str) -> None:
        self.world.usergroups[name] = set(members)

    def grant(self, *scopes: str) -> None:
        """Grant the app exactly these scopes."""
        self.world.scopes = set(scopes)

    # Visible messages and views, and records.

    def messages(self, channel: str = "C1") -> list[Message]:
        """Return what everybody in *channel* sees, oldest first, people's own messages included."""
        return [each for each in self._shown(channel) if not each.shown_to]

    def ephemeral(self, user: str = "U1", channel: str = "C1") -> list[Message]:
        """Return the messages that only *user* sees in *channel*."""
        return [each for each in self._shown(channel) if each.shown_to == user]

    def modal(self, user: str = "U1") -> View | None:
        """Return the topmost modal that *user* has open, or None."""
        stack = self.world.stacks[user]
        return stack[-1] if stack else None

    def home(self, user: str = "U1") -> View | None:
        """Return the Home tab last published for *user*, or None."""
        return self.world.homes.get(user)

    def calls(self, method: str) -> list[Json]:
        """Return the arguments of each call of *method* or ``response_url`` (the last 10,000)."""
        return [args for name, args in self.world.calls if name == method]

    @property
    def refused(self) -> list[Refused]:
        """Return the requests that Slack refused, without those that a planned fault refused."""
        return self.world.refused

    @property
    def missed(self) -> list[Missed]:
        """Return the deliveries that the app didn't acknowledge in time."""
        return self.world.missed

    @property
    def unsafe_mentions(self) -> list[str]:
        """Return the mentions that would have notified people in text that Slack parses."""
        return self.world.unsafe_mentions

    @property
    def without_text(self) -> list[Message]:
        """Return messages with blocks but no text, which notifications and screen readers need."""
        return self.world.without_text

    def forget(self) -> None:
        """Delete all messages, views and records, so that long benchmarks don't fill the memory."""
        self.world.forget()

    async def until(self, holds: Callable[[], T], what: str, seconds: float = 10) -> T:
        """Wait until *holds* returns a true value, and return it; check after each change."""
        return await self.world.news.wait_until(holds, what, seconds)

    def _shown(self, channel: str) -> list[Message]:
        posted = self.world.posted[channel]
        return [each for each in posted if not each.deleted and not each.unseen]

    # Faults.

    def fail(self, method: str, **fault: Any) -> Fault:
        """Make calls of *method* fail; *fault* is as in `Fault`, for example::

        slack.fail("chat.postMessage", error="not_in_channel")
        slack.fail("chat.*", retry_after=30, times=None)
        slack.fail("response_url", status=503, times=2)
        slack.fail("chat.postMessage", drop="after")
        slack.fail("*", delay=5, times=None)
        """
        return self.faults.add(Fault(method, **fault))

    def duplicate(self, times: int = 1) -> None:
        """Deliver the next *times* acknowledged interactions a second time."""
        self.courier.twice += times

    async def redeliver(self, past: PlayedInteraction, *, attempt: int = 1) -> Any:
        """Deliver *past* again as a retry; return its acknowledgement, or None without one."""
        return await self.courier.again(past, "http_timeout", attempt)

    async def disconnect(self, reason: str = "refresh_requested", *, close: bool = False) -> None:
        """Ask the app to reconnect: ``warning``, ``refresh_requested`` or ``link_disabled``."""
        await self.socket.disconnect(reason, close=close)

    def drop_connections(self) -> None:
        """Break every Socket Mode connection without closing it."""
        self.socket.drop()

    def advance(self, seconds: float) -> None:
        """Advance the clock of trigger ids, response URLs and time stamps."""
        self.world.ahead += seconds

    # Requests that exist only in HTTP mode.

    async def send_raw(
        self,
        body: bytes,
        *,
        content_type: str = FORM,
        age: float = 0,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        """Send any body to the app's URL; see `HttpMode.send`."""
        assert self._http is not None, "deliver_to(url) comes first"
        send = self._http.send
        return await send(body, content_type=content_type, age=age, secret=secret, headers=headers)

    async def verify_url(self, challenge: str = "3eZbrw1aB") -> HttpResponse:
        """Send *challenge*, which the app must return, as if an admin had entered its URL."""
        body = {"type": "url_verification", "token": "any", "challenge": challenge}
        return await self.send_raw(json.dumps(body).encode(), content_type="application/json")


class Workspace(Members, Events):
    """Another workspace with the same people; it has the methods of LoopbackSlack."""

    def __init__(self, slack: LoopbackSlack, team: str) -> None:
        first = slack.world
        self.world = World(first.timing, team, bot_token="")
        self.world.base = first.base
        self.world.users, self.world.channels = deepcopy(first.users), deepcopy(first.channels)
        self.world.skip(len(slack.worlds) * 1_000_000)
        slack.worlds.append(self.world)
        self.courier = Dispatcher(self.world, slack.courier.transport)


async def _serve(urls: list[str]) -> None:
    async with LoopbackSlack() as slack:
        for url in urls:
            slack.deliver_to(url)
        told = {"api_base": slack.api_base, "bot_token": slack.bot_token}
        told |= {"app_token": slack.app_token, "signing_secret": slack.signing_secret}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":  # python -m slack_server.server [URL of the app]
    asyncio.run(_serve(sys.argv[1:]))
