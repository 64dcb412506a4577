"""An in-memory Slack workspace: people, channels, messages and views."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from adapters.slack.rendering.rich_text import Json

APP, BOT, BOT_ID, BOT_NAME = "APLAYGROUND", "UCROSSROADS", "BCROSSROADS", "Crossroads"
TEAM, TEAM_NAME = "TPLAYGROUND", "Career workspace"
HOME = "HOME"  # the page's name for the app's Home tab, which is no channel on Slack
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS, RESPONSE_URL_USES = 30 * 60.0, 5


class ApiError(Exception):
    """A request that Slack refuses, with Slack's error code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail

    def as_json(self) -> Json:
        """Return the response of the Web API."""
        detail = {"response_metadata": {"messages": [self.detail]}} if self.detail else {}
        return {"ok": False, "error": self.code, **detail}


@dataclass(frozen=True, slots=True)
class User:
    """A member of the workspace, or the app's own user."""

    id: str
    name: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; its *handle* is what members type after the @."""

    handle: str
    members: frozenset[str]


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages between the app and *person*."""

    id: str
    name: str
    members: frozenset[str]
    is_private: bool = False
    person: str = ""
    messages: list["Message"] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message as it is now. Only *reader* sees it, unless that is empty.

    *chosen* holds the state of its menus, by block and action id.
    """

    channel: str
    ts: str
    user: str = BOT
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json = field(default_factory=dict)
    reader: str = ""
    thread: str = ""
    is_edited: bool = False
    is_unseen: bool = False  # an ephemeral message in a thread that has no other messages
    chosen: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return the message as Slack sends it."""
        by = {"bot_id": BOT_ID, "app_id": APP} if self.user == BOT else {}
        more = {"blocks": self.blocks, "thread_ts": self.thread, "metadata": self.metadata}
        edited = {"edited": {"user": self.user, "ts": self.ts}} if self.is_edited else {}
        found = {name: value for name, value in more.items() if value}
        return {
            "type": "message", "user": self.user, **by, "ts": self.ts, "text": self.text,
            **found, **edited,
        }  # fmt: skip


@dataclass(slots=True)
class View:
    """A modal or a Home tab. *chosen* is what its user has entered, by block and action id."""

    id: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str = ""
    chosen: Json = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks as they are now."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def as_json(self) -> Json:
        """Return the view as Slack sends it."""
        unset: Json = {"title": None, "submit": None, "close": None, "private_metadata": ""}
        unset |= {"callback_id": "", "external_id": "", "clear_on_close": False}
        return {
            **unset, "notify_on_close": False, **self.body, "id": self.id, "team_id": TEAM,
            "app_id": APP, "bot_id": BOT_ID, "hash": self.hash, "state": {"values": self.chosen},
            "root_view_id": self.root or self.id, "previous_view_id": self.previous or None,
            "app_installed_team_id": TEAM,
        }  # fmt: skip


@dataclass(slots=True)
class Trigger:
    """A trigger id's meaning: who can be shown a modal, until when, above which view."""

    user: str
    expires: float
    view: str = ""
    is_used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """A response URL's meaning: who is answered where, and which message can be replaced."""

    user: str
    channel: str
    expires: float
    message: Message | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file: a chart of the app, or a file that a member sends with a form."""

    id: str
    name: str
    content: bytes


class Workspace:
    """The state of the workspace. *changed* is called after every change."""

    def __init__(self, clock: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self._clock, self.changed = clock, changed
        self.users = {BOT: User(BOT, BOT_NAME)}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, list[View]] = defaultdict(list)  # open modals by user, topmost last
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self._number, self._last_stamp = 0, 0

    def add_member(self, user: User) -> None:
        """Add a member, with direct messages to the app."""
        self.users[user.id] = user
        direct = f"D{user.id[1:]}"
        members = frozenset({user.id, BOT})
        self.channels[direct] = Channel(direct, BOT_NAME, members, person=user.id)

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self._clock().timestamp()

    def next_id(self, prefix: str) -> str:
        """Return a new id that begins with *prefix*."""
        self._number += 1
        return f"{prefix}{self._number:04d}"

    def next_stamp(self) -> str:
        """Return a new message's timestamp, later than all before."""
        self._last_stamp = max(int(self.now() * 1_000_000), self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    def new_trigger(self, user: str, view: str = "") -> str:
        """Return a new trigger id; *view* is the modal with the button that was clicked."""
        name = f"{self.next_id('')}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user, self.now() + TRIGGER_SECONDS, view)
        return name

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return a new response URL; *message* is the one that it can replace or delete."""
        url = f"https://hooks.slack.com/actions/{TEAM}/{self.next_id('')}/{secrets.token_hex(8)}"
        expires = self.now() + RESPONSE_URL_SECONDS
        self.response_urls[url] = ResponseUrl(user, channel, expires, message)
        return url

    def add_file(self, name: str, content: bytes) -> File:
        """Store an uploaded file."""
        file = File(self.next_id("F"), name, content)
        self.files[file.id] = file
        return file

    def find_message(self, channel: Channel, ts: str) -> Message | None:
        """Return a message by its timestamp, or None if there is none."""
        return next((each for each in channel.messages if each.ts == ts), None)

    def add_message(self, message: Message, body: Json) -> Message:
        """Post *body* as *message*; raise ApiError, and change nothing, if it isn't valid."""
        channel = self.channels[message.channel]
        if message.reader and message.thread:
            in_thread = (each for each in channel.messages if each.thread == message.thread)
            message.is_unseen = all(each.reader for each in in_thread)
        self.fill_message(message, body)
        channel.messages.append(message)
        return message

    def fill_message(self, message: Message, body: Json) -> None:
        """Replace a message's content by *body*; raise ApiError if it isn't valid."""
        blocks = with_ids(self, body.get("blocks") or [])
        if not blocks and not str(body.get("text") or "").strip():
            raise ApiError("no_text")
        self._check_pictures(blocks)
        message.text, message.blocks = str(body.get("text") or ""), blocks
        message.metadata = body.get("metadata") or message.metadata
        message.chosen = {}
        self.changed()

    def new_view(self, user: str, body: Json, kind: str) -> View:
        """Return a new view; raise ApiError if *body* isn't valid. It isn't open yet."""
        return View(self.next_id("V"), user, self._checked_view(body, kind), secrets.token_hex(6))

    def change_view(self, view: View, body: Json) -> None:
        """Replace a view's content by *body*; fields that stay keep their values."""
        view.body = self._checked_view(body, view.body["type"])
        view.hash = secrets.token_hex(6)
        kept = {block["block_id"] for block in view.blocks}
        view.chosen = {name: each for name, each in view.chosen.items() if name in kept}
        self.changed()

    def _checked_view(self, body: Json, kind: str) -> Json:
        if body.get("type") != kind:
            raise ApiError("invalid_arguments", f"the view must be a {kind}")
        blocks = with_ids(self, body["blocks"])
        self._check_pictures(blocks)
        return {**deepcopy(body), "blocks": blocks}

    def _check_pictures(self, blocks: list[Json]) -> None:
        files = (block.get("slack_file") or {} for block in blocks)
        if any(each.get("id") not in self.files for each in files if each):
            raise ApiError("invalid_blocks", "invalid slack file")


def with_ids(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    """Return a copy of *blocks* in which every block and element has an id, as Slack sets them.

    Raise ApiError if an id occurs twice.
    """
    blocks = deepcopy(blocks)
    seen: set[str] = set()
    for block in blocks:
        block.setdefault("block_id", workspace.next_id("b"))
        if block["block_id"] in seen:
            raise ApiError("invalid_blocks", f"block_id {block['block_id']} already exists")
        seen.add(block["block_id"])
        for element in elements_of(block):
            element.setdefault("action_id", workspace.next_id("a"))
    return blocks


def elements_of(block: Json) -> list[Json]:
    """Return the buttons, menus and fields of a block."""
    match block["type"]:
        case "section":
            found = [block["accessory"]] if "accessory" in block else []
        case "actions":
            found = block["elements"]
        case "input":
            found = [block["element"]]
        case _:
            found = []
    return [each for each in found if each["type"] != "image"]
