"""The playground's server in memory: its members, roles, channels and messages.

The ids of all but messages are fixed, so that what the database knows of them stays true.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeAlias

from adapters.discord.permissions import INVITE_PERMISSIONS, THREAD_CHANNELS, channel_permissions

Json: TypeAlias = dict[str, Any]

GUILD_ID, BOT_ID = 1_400_000_000_000_000_001, 1_400_000_000_000_000_002
SERVER_NAME, BOT_NAME = "Career server", "Crossroads"
TEXT, DIRECT, THREAD = 0, 1, 11  # types of channels
LOADING, V2 = 1 << 7, 1 << 15  # message flags
MAX_FILE = 10 * 2**20  # bytes

_PLAIN, _PIN_NOTICE, _REPLY = 0, 6, 19  # types of messages
_MODERATORS_ID = GUILD_ID + 20
_VIEW = 1 << 10
_ADMINISTRATOR = 1 << 3
_EVERYDAY = _VIEW | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31 | 1 << 35 | 1 << 38
"""View, send, embed, attach, read history, use commands, and open and use threads."""
_ALL = (1 << 53) - 1
_EPOCH = 1_420_070_400_000  # milliseconds from 1970 to the time from which Discord's ids count
_CDN = "https://cdn.discordapp.com/attachments"


@dataclass(eq=False, slots=True)
class Member:
    """A member of the server, or the bot."""

    id: int
    name: str
    username: str
    roles: set[int] = field(default_factory=set)
    is_bot: bool = False

    def user(self) -> Json:
        """Return the user as Discord sends it."""
        return {
            "id": str(self.id),
            "username": self.username,
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }

    def json(self) -> Json:
        """Return the member as Discord sends it, without the permissions in a channel."""
        return {
            "user": self.user(),
            "roles": [str(each) for each in sorted(self.roles)],
            "nick": None,
            "avatar": None,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "communication_disabled_until": None,
        }


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the server."""

    id: int
    name: str
    permissions: int = 0
    mentionable: bool = False

    def json(self, position: int) -> Json:
        """Return the role as Discord sends it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "position": position,
            "permissions": str(self.permissions),
            "managed": self.id == BOT_ID,
            "color": 0,
            "hoist": False,
            "mentionable": self.mentionable,
            "flags": 0,
        }


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent with a message, a command or a form."""

    id: int
    name: str
    data: bytes
    kind: str  # the media type
    alt_text: str = ""

    def json(self) -> Json:
        """Return the file as Discord describes an attachment."""
        url = f"{_CDN}/{GUILD_ID}/{self.id}/{self.name}"
        described = {"description": self.alt_text} if self.alt_text else {}
        sent = {"id": str(self.id), "filename": self.name, "size": len(self.data)}
        return sent | {"content_type": self.kind, "url": url, "proxy_url": url} | described


@dataclass(eq=False, slots=True)
class Message:
    """A message. Only *reader* sees it, unless that is None."""

    id: int
    author: Member
    at: datetime
    content: str = ""
    components: list[Json] = field(default_factory=list)
    files: tuple[File, ...] = ()
    flags: int = 0
    reader: Member | None = None
    reply_to: int | None = None
    nonce: str | None = None
    origin: Json | None = None  # the interaction that it answers, as in `interaction_metadata`
    command: str = ""  # the slash command that it answers, such as "/tips add"
    pinned: bool = False
    edited: bool = False
    is_pin_notice: bool = False  # Discord's own message, that the author pinned *reply_to*

    def json(self, channel: int) -> Json:
        """Return the message as Discord sends it."""
        answers = {} if self.reply_to is None else {"message_id": str(self.reply_to)}
        optional: Json = {"message_reference": answers} if answers else {}
        if self.origin:
            by_app = {"application_id": str(BOT_ID), "webhook_id": str(BOT_ID)}
            optional |= {"interaction_metadata": self.origin, **by_app}
        return {
            "id": str(self.id),
            "channel_id": str(channel),
            "author": self.author.user(),
            "type": _PIN_NOTICE if self.is_pin_notice else _REPLY if answers else _PLAIN,
            "content": self.content,
            "embeds": [],
            "components": numbered(self.components),
            "attachments": [each.json() for each in self.files],
            "flags": self.flags,
            "timestamp": self.at.isoformat(),
            "edited_timestamp": self.at.isoformat() if self.edited else None,
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": self.pinned,
            "tts": False,
        } | optional


@dataclass(eq=False, slots=True)
class Channel:
    """A channel, a thread, or the chat of *member* with the bot."""

    id: int
    name: str
    type: int = TEXT
    parent: int | None = None
    member: Member | None = None
    is_private: bool = False  # whether only moderators see it
    messages: list[Message] = field(default_factory=list)

    def json(self) -> Json:
        """Return the channel as Discord sends it."""
        last = str(self.messages[-1].id) if self.messages else None
        known: Json = {"id": str(self.id), "type": self.type, "flags": 0, "last_message_id": last}
        if self.type == DIRECT:
            return known
        known |= {"guild_id": str(GUILD_ID), "name": self.name, "position": 0, "nsfw": False}
        parent: Json = {"parent_id": str(self.parent) if self.parent else None}
        if self.type == THREAD:
            state = {"archived": False, "locked": False, "auto_archive_duration": 1440}
            parent |= {"owner_id": str(BOT_ID), "thread_metadata": state}
        return known | {"rate_limit_per_user": 0} | parent | self._overwrites()

    def _overwrites(self) -> Json:
        sees = {"type": 0, "allow": str(_VIEW), "deny": "0"}
        hidden = {"id": str(GUILD_ID), "type": 0, "allow": "0", "deny": str(_VIEW)}
        allowed = [{"id": str(each), **sees} for each in (_MODERATORS_ID, BOT_ID)]
        return {"permission_overwrites": [hidden, *allowed] if self.is_private else []}

    def find(self, message: object, reader: Member | None = None) -> Message | None:
        """Return the message with this id, which *reader* must see; the bot sees only public ones.

        Return None if there is none.
        """
        seen = (each for each in self.messages if each.reader in {None, reader})
        return next((each for each in seen if str(each.id) == str(message)), None)


class World:
    """The server, and the members' direct messages with the bot."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.bot = Member(BOT_ID, BOT_NAME, "crossroads", {BOT_ID}, is_bot=True)
        self.members = {
            "member": Member(GUILD_ID + 10, "Mia Member", "mia"),
            "moderator": Member(GUILD_ID + 11, "Max Moderator", "max", {_MODERATORS_ID}),
        }
        invited = sum(bit for bit, _ in INVITE_PERMISSIONS.values())
        self.roles = (
            Role(GUILD_ID, "@everyone", _EVERYDAY),
            Role(GUILD_ID + 21, "AI engineers"),
            Role(GUILD_ID + 22, "ML engineers"),
            Role(GUILD_ID + 23, "Tip readers", mentionable=True),
            Role(BOT_ID, BOT_NAME, invited | 1 << 28),
            Role(_MODERATORS_ID, "Moderators", _ADMINISTRATOR),
        )
        names = "general", "career-chat", "tips", "mod-notes"
        channels = [
            Channel(GUILD_ID + 100 + at, name, is_private=name == "mod-notes")
            for at, name in enumerate(names)
        ]
        chats = [
            Channel(GUILD_ID + 200 + at, BOT_NAME, DIRECT, member=each)
            for at, each in enumerate(self.members.values())
        ]
        self.channels = {each.id: each for each in (*channels, *chats)}
        self.listeners: list[Callable[[], None]] = []
        self._numbers = count(1)

    def changed(self) -> None:
        """Call all listeners, because something that a member sees has changed."""
        for listener in self.listeners:
            listener()

    def snowflake(self) -> int:
        """Return a new id with the present time in it."""
        since = int(self.clock().timestamp() * 1000) - _EPOCH
        return max(since, 1) << 22 | next(self._numbers) & 0x3FFFFF

    def person(self, number: int) -> Member | None:
        """Return the member with this id, or None."""
        return next((each for each in self.members.values() if each.id == number), None)

    def chat(self, member: Member) -> Channel:
        """Return the direct messages of a member with the bot."""
        return next(each for each in self.channels.values() if each.member is member)

    def starter(self, thread: Channel) -> Message | None:
        """Return the message that a thread is about, or None if it was deleted."""
        home = self.channels.get(thread.parent or 0)
        return home.find(thread.id) if home else None

    def permissions(self, member: Member, channel: Channel) -> int:
        """Return a member's permissions in a channel as bits; a thread has those of its channel."""
        if channel.type == DIRECT:
            return _ALL if channel.member is member or member.is_bot else 0
        home = self.channels[channel.parent] if channel.parent else channel
        return channel_permissions(self.guild(), member.json(), home.json()) & _ALL

    def sees(self, member: Member, channel: Channel) -> bool:
        """Return whether a member sees a channel."""
        return bool(self.permissions(member, channel) & _VIEW)

    def visible_channels(self, member: Member) -> Iterator[Channel]:
        """Yield the channels that a member sees, each followed by its threads."""
        for channel in self.channels.values():
            if channel.type not in THREAD_CHANNELS and self.sees(member, channel):
                yield channel
                inside = (each for each in self.channels.values() if each.parent == channel.id)
                yield from inside

    def guild(self) -> Json:
        """Return the server as Discord sends it."""
        roles = [each.json(position) for position, each in enumerate(self.roles)]
        return {"id": str(GUILD_ID), "name": SERVER_NAME, "roles": roles}

    def post(self, channel: Channel, author: Member, content: str = "", **fields: Any) -> Message:
        """Add a message with these *fields* to a channel, and return it."""
        message = Message(self.snowflake(), author, self.clock(), content, **fields)
        channel.messages.append(message)
        self.changed()
        return message

    def create_file(self, name: str, data: bytes, kind: str, alt_text: str = "") -> File:
        """Return a file with a new id."""
        return File(self.snowflake(), name, data, kind, alt_text)


def numbered(components: list[Json]) -> list[Json]:
    """Return the components with ids, which Discord gives to those that have none."""
    free = count(1)
    return [_numbered(each, free) for each in components]


def _numbered(component: Json, free: Iterator[int]) -> Json:
    made = component | {"id": component.get("id") or next(free)}
    for key in ("accessory", "component"):
        if made.get(key):
            made[key] = _numbered(made[key], free)
    if made.get("components"):
        made["components"] = [_numbered(each, free) for each in made["components"]]
    return made


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield components, each followed by those inside it."""
    for each in components:
        yield each
        yield from walk(each.get("components") or [])
        yield from walk([each[key] for key in ("accessory", "component") if each.get(key)])
