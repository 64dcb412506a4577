"""The servers, channels, roles, people and messages of the loopback Discord."""

from dataclasses import dataclass, field
from typing import Any

from discord_server.basics import User, snowflake
from discord_server.errors import ApiError, Json
from discord_server.stored_message import Message

VIEW, SEND, THREADS = 1 << 10, 1 << 11, 1 << 35
READ_HISTORY = 1 << 16
SEND_IN_THREADS, MANAGE_THREADS, ADMINISTRATOR = 1 << 38, 1 << 34, 1 << 3
MANAGE_GUILD, MANAGE_ROLES = 1 << 5, 1 << 28
PIN_MESSAGES = 1 << 51
"""Since 23 February 2026 Manage Messages is no longer enough to pin."""
EVERYDAY = VIEW | SEND | THREADS | 0x4000 | 0x8000 | 0x10000 | 1 << 31 | 1 << 38
"""Usual permissions: view, send, embed, attach, read history, use commands, threads."""
GUILD_TEXT, DM, VOICE, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 4, 5
THREAD, STAGE, FORUM, MEDIA = 11, 13, 15, 16
NO_MESSAGES = {CATEGORY, FORUM, MEDIA}
"""Types of channels that accept no plain message."""
WITH_THREADS = {GUILD_TEXT, ANNOUNCEMENT}
"""Types of channels in which a message can have a thread."""


@dataclass
class Role:
    name: str
    position: int = 1
    permissions: int = 0
    managed: bool = False
    mentionable: bool = False
    id: int = field(default_factory=snowflake)

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "position": self.position,
            "permissions": str(self.permissions),
            "managed": self.managed,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "mentionable": self.mentionable,
            "flags": 0,
        }


@dataclass
class Channel:
    """A channel, thread or direct message channel.

    `denied` is the error 50001 or 50013 if the bot may not post; `refuses` is any other error.
    `forbids` are further permissions that an overwrite denies to everybody, as bits.
    """

    id: int = field(default_factory=snowflake)
    guild_id: int | None = None
    name: str = "general"
    type: int = GUILD_TEXT
    parent_id: int | None = None
    denied: int | None = None
    refuses: ApiError | None = None
    forbids: int = 0
    locked: bool = False
    archived: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def denies(self) -> int:
        """Return the permissions that an overwrite denies to everybody here."""
        return {50001: VIEW, 50013: SEND}.get(self.denied or 0, 0) | self.forbids

    def payload(self) -> Json:
        where = {} if self.guild_id is None else {"guild_id": str(self.guild_id)}
        thread: Json = {"archived": self.archived, "auto_archive_duration": 1440}
        thread["locked"] = self.locked
        thread["archive_timestamp"] = "2026-01-01T00:00:00+00:00"
        return {
            "id": str(self.id),
            "type": self.type,
            "name": self.name,
            "position": 0,
            "nsfw": False,
            "flags": 0,
            "rate_limit_per_user": 0,
            "parent_id": str(self.parent_id) if self.parent_id else None,
            "last_message_id": None,
            "permission_overwrites": self._overwrites(),
            "permissions": str(EVERYDAY),
            **where,
            **({"thread_metadata": thread, "owner_id": "1"} if self.type == THREAD else {}),
        }

    def _overwrites(self) -> list[Json]:
        if not self.denies:
            return []
        return [{"id": str(self.guild_id), "type": 0, "allow": "0", "deny": str(self.denies)}]


@dataclass
class Guild:
    """A server that the bot is in, with its channels, roles and members' roles."""

    name: str = "Crossroads test server"
    id: int = field(default_factory=snowflake)
    owner: User = field(default_factory=lambda: User("owner"))
    bot_permissions: int = EVERYDAY
    channels: dict[int, Channel] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    """The ids of the roles that a user has, by the user's id."""
    integrations: dict[str, set[int]] = field(default_factory=dict)
    """By command: the users whom the server's Integrations settings allow to use it."""
    bot_position: int = 10
    """The position of the bot's highest role; it can assign only lower roles."""

    def __post_init__(self) -> None:
        self.roles[self.id] = Role("@everyone", 0, EVERYDAY, id=self.id)
        self.add_channel("general")

    @property
    def channel(self) -> Channel:
        """Return the first channel."""
        return next(iter(self.channels.values()))

    def add_channel(self, name: str, kind: int = GUILD_TEXT, parent: int | None = None) -> Channel:
        channel = Channel(guild_id=self.id, name=name, type=kind, parent_id=parent)
        self.channels[channel.id] = channel
        return channel

    def add_role(self, name: str, position: int = 1, **more: Any) -> Role:
        role = Role(name, position, **more)
        self.roles[role.id] = role
        return role

    def payload(self, bot: User) -> Json:
        """Return the server's JSON as in GET /guilds; `bot` is a member as well."""
        own = Role("bot", self.bot_position, self.bot_permissions, managed=True, id=bot.id)
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "roles": [role.payload() for role in (*self.roles.values(), own)],
            "features": [],
            "emojis": [],
            "stickers": [],
            "preferred_locale": "en-US",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
            "afk_timeout": 300,
            "afk_channel_id": None,
            "icon": None,
            "region": "deprecated",
        }
