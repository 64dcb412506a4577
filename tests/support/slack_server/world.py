"""The state of the loopback Slack: people, channels, messages, views and recorded errors.

Nothing here speaks HTTP. The methods of the Web API change the state; the tests read it.
"""

import asyncio
import secrets
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

TEAM = "T1"
APP = "A1"
BOT = "UBOT"
BOT_ID = "BBOT"
SCOPES = frozenset(
    "app_mentions:read channels:history channels:read chat:write commands files:read files:write"
    " groups:history groups:read im:history im:read im:write pins:read pins:write team:read"
    " usergroups:read users:read".split()
)


class ApiError(Exception):
    """An error of the Web API (``"ok": false``): an error code, messages and further fields."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error, messages or [])
        self.error = error
        self.messages = messages or []
        self.more = more

    def as_json(self) -> Json:
        said = [each.removeprefix("[ERROR] ") for each in self.messages]
        told = {"errors": said, "response_metadata": {"messages": self.messages}} if said else {}
        return {"ok": False, "error": self.error, **told, **self.more}


class NotDelivered(Exception):
    """Raised if the app can't be reached or returns an error; its text is Slack's retry reason."""


@dataclass(frozen=True)
class Timing:
    """Slack's time limits and delays in seconds. Tests shorten those that they have to wait for."""

    ack: float = 3
    trigger: float = 3
    response_url: float = 30 * 60
    retries: tuple[float, ...] = (0, 60, 300)
    file: float = 1  # from upload until blocks can show it (python-slack-sdk 1521, 1658)


@dataclass
class User:
    id: str
    admin: bool = False
    owner: bool = False
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    deleted: bool = False


@dataclass
class Channel:
    id: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    person: str = ""
    name: str = ""
    read_only: bool = False
    thread_only: bool = False
    pins: list[str] = field(default_factory=list)


@dataclass
class Message:
    """A message in its present state. *shown_to* is the only reader of an ephemeral message.

    *unseen*: nobody sees it, because Slack shows an ephemeral message in a thread only if the
    thread has other messages.
    *values* holds what was chosen in its menus, by block and action id.
    """

    channel: str
    ts: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    user: str = BOT
    shown_to: str = ""
    thread_ts: str = ""
    metadata: Json = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    via: str = ""
    origin: str = ""
    edits: int = 0
    deleted: bool = False
    unseen: bool = False
    values: dict[str, Json] = field(default_factory=dict)

    def as_json(self, *, metadata: bool = False) -> Json:
        by: Json = {"user": self.user, "ts": self.ts, "text": self.text, "type": "message"}
        if self.user == BOT:
            by |= {"bot_id": BOT_ID, "app_id": APP}
        more: Json = {"blocks": self.blocks, "thread_ts": self.thread_ts, "files": self.files}
        more |= {"edited": {"user": self.user, "ts": self.ts}} if self.edits else {}
        more |= {"metadata": self.metadata} if metadata else {}
        return by | {key: value for key, value in more.items() if value}


@dataclass
class View:
    """A modal or a Home tab. *values* holds what its user has entered, by block and action id."""

    id: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str = ""
    origin: str = ""
    team: str = TEAM
    open: bool = True
    updates: int = 0
    values: dict[str, Json] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks in their present state."""
        return list(self.body["blocks"])

    def as_json(self) -> Json:
        given: Json = {"title": None, "submit": None, "close": None, "private_metadata": ""}
        given |= {"callback_id": "", "external_id": "", "clear_on_close": False}
        fixed: Json = {"id": self.id, "team_id": self.team, "hash": self.hash, "app_id": APP}
        fixed |= {"root_view_id": self.root or self.id, "previous_view_id": self.previous or None}
        fixed |= {
            "state": {"values": self.values},
            "bot_id": BOT_ID,
            "app_installed_team_id": self.team,
        }
        return given | {"notify_on_close": False} | self.body | fixed


@dataclass
class Trigger:
    user: str
    expires: float
    view: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """A response URL; *message* is what replace_original and delete_original refer to."""

    key: str
    user: str
    channel: str
    expires: float
    message: Message | None = None
    uses: int = 0
    shown: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Refused:
    """A request of the app that Slack refused: the method, the error code and its messages."""

    where: str
    error: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missed:
    """A delivery that the app didn't acknowledge in time."""

    kind: str
    reason: str
    attempt: int
    payload: Json = field(repr=False, default_factory=dict)


class Notifier:
    """Wakes waiting tests after each change, so that they don't need to poll."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify(self) -> None:
        for event in self._waiting:
            event.set()

    async def wait_until(self, holds: Callable[[], T], what: str, seconds: float = 5) -> T:
        """Return what *holds* returns once it is true.

        Raises:
            AssertionError: it was not within *seconds*

        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(seconds):
                while not (found := holds()):
                    await event.wait()
                    event.clear()
                return found
        except TimeoutError:
            raise AssertionError(f"{what}: not within {seconds} s") from None
        finally:
            self._waiting.discard(event)


@dataclass
class World:
    """The state of one workspace with one app in it."""

    timing: Timing = field(default_factory=Timing)
    team: str = TEAM
    bot_token: str = "xoxb-loopback"  # noqa: S105  # opens nothing
    app_token: str = "xapp-loopback"  # noqa: S105  # likewise
    token_error: str = ""
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, set[str]] = field(default_factory=dict)
    posted: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, View] = field(default_factory=dict)
    opened: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)  # of files that members have uploaded
    ready: dict[str, float] = field(default_factory=dict)  # when blocks can start to show a file
    tickets: set[str] = field(default_factory=set)
    base: str = ""
    refused: list[Refused] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    unsafe_mentions: list[str] = field(default_factory=list)
    without_text: list[Message] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    calls: deque[tuple[str, Json]] = field(default_factory=lambda: deque(maxlen=10_000))
    news: Notifier = field(default_factory=Notifier)
    pending: Callable[[], bool] = lambda: (
        False
    )  # whether the app has acknowledged requests that it hasn't answered
    ahead: float = 0
    strict: bool = True  # check limits; benchmarks don't, since that takes time
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def now(self) -> float:
        """Return the time in seconds since the epoch, plus the time that the test has skipped."""
        return time.time() + self.ahead

    def number(self) -> int:
        return next(self._numbers)

    def skip(self, numbers: int) -> None:
        """Continue the ids at *numbers*, so that workspaces on one server have different ids."""
        self._numbers = count(numbers)

    def stamp(self) -> str:
        return f"{int(self.now())}.{self.number() % 1_000_000:06d}"

    def user(self, name: str) -> User:
        return self.users.setdefault(name, User(name))

    def channel(self, name: str) -> Channel:
        return self.channels.setdefault(name, Channel(name))

    def direct(self, user: str) -> Channel:
        """Return the direct message channel between the app and *user*."""
        known = self.channels.setdefault("D" + user[1:], Channel("D" + user[1:], person=user))
        known.members |= {BOT, self.user(user).id}
        return known

    def trigger(self, user: str, view: str = "") -> str:
        name = f"{self.number()}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user, self.now() + self.timing.trigger, view)
        return name

    def response_url(self, user: str, channel: str, message: Message | None = None) -> ResponseUrl:
        key = f"{self.number()}/{secrets.token_hex(8)}"
        expires = self.now() + self.timing.response_url
        made = self.response_urls[key] = ResponseUrl(key, user, channel, expires, message)
        return made

    def forget(self) -> None:
        """Delete messages, views and records; keep people, channels, tokens and planned faults."""
        kept: tuple[Any, ...] = (self.posted, self.views, self.opened, self.stacks, self.homes)
        kept += (self.triggers, self.response_urls, self.calls, self.missed, self.refused)
        for each in kept:
            each.clear()

    def pictures(self) -> set[str]:
        """Return the ids of uploaded files that image blocks can show by now."""
        return {name for name, at in self.ready.items() if at <= self.now()}

    def refuse(self, where: str, error: str, messages: list[str] | None = None) -> None:
        self.refused.append(Refused(where, error, tuple(messages or ())))
        self.news.notify()
