"""The bot's permissions on Discord: in its invitation, and in a channel."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from discord import Permissions

_AUTHORIZE_URL = "https://discord.com/oauth2/authorize"
_SCOPES = "bot applications.commands"
INVITE_PERMISSIONS = {  # bit and purpose of each; answers to commands need none of them
    "View Channels": (1 << 10, "to find the channel that tips are posted to"),
    "Send Messages": (1 << 11, "to post tips and answer mentions"),
    "Send Messages in Threads": (1 << 38, "to post tips and answer mentions in threads"),
    "Attach Files": (1 << 15, "to post pictures"),
    "Read Message History": (1 << 16, "to check after a crash whether a tip was posted"),
    "Create Public Threads": (
        1 << 35,
        "to open threads for answers to mentions, and under tips if a schedule says so",
    ),
    "Pin Messages": (1 << 51, "to pin tips, if a schedule says so"),
}
_ROLE, _MEMBER = 0, 1  # types of overwrites
TEXT_CHANNELS, THREAD_CHANNELS = {0, 5}, {10, 11, 12}
_UNPOSTABLE_CHANNELS = {4: "category", 14: "directory", 15: "forum", 16: "media channel"}
_PERMISSION_NAMES = {
    Permissions.view_channel.flag: "View Channel",
    Permissions.send_messages.flag: "Send Messages",
    Permissions.send_messages_in_threads.flag: "Send Messages in Threads",
    Permissions.read_message_history.flag: "Read Message History",
    Permissions.create_public_threads.flag: "Create Public Threads",
    Permissions.mention_everyone.flag: "Mention @everyone, @here and All Roles",
    Permissions.pin_messages.flag: "Pin Messages",
}


@dataclass(frozen=True, slots=True)
class PostingRights:
    """The bot's permissions where a member has mentioned it."""

    home: str  # the id of the channel, for a thread that of its channel
    is_thread: bool = False
    can_post: bool = True
    can_reply: bool = True  # to a message, which it must be able to read
    can_open_threads: bool = False

    @classmethod
    def of(cls, channel: Mapping[str, Any], bits: int) -> "PostingRights":
        """Return the rights in *channel* (Discord's JSON), with the bot's permissions as *bits*.

        An answer in a new thread needs the permission to write in threads, too.
        """
        is_thread = channel["type"] in THREAD_CHANNELS
        in_threads = Permissions.send_messages_in_threads.flag
        opens = Permissions.create_public_threads.flag | in_threads
        can_post = bool(bits & (in_threads if is_thread else Permissions.send_messages.flag))
        home = channel.get("parent_id") if is_thread else None
        return cls(
            home=f"discord:{home or channel['id']}",
            is_thread=is_thread,
            can_post=can_post,
            can_reply=bool(bits & Permissions.read_message_history.flag),
            can_open_threads=can_post
            and channel["type"] in TEXT_CHANNELS
            and bits & opens == opens,
        )


def invite_url(application: int) -> str:
    """Return the URL with which a server's admin invites the bot; *application* is its id."""
    query = {
        "client_id": application,
        "scope": _SCOPES,
        "permissions": sum(bit for bit, _ in INVITE_PERMISSIONS.values()),
    }
    return f"{_AUTHORIZE_URL}?{urlencode(query)}"


def channel_permissions(
    guild: Mapping[str, Any], me: Mapping[str, Any], channel: Mapping[str, Any]
) -> int:
    """Return the bot's permissions in *channel* as bits; an administrator has all bits.

    The server *guild*, the bot's member *me* and *channel* are JSON objects as Discord sends them.
    Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    mine = {*me["roles"], guild["id"]}
    bits = 0
    for role in guild["roles"]:
        bits |= int(role["permissions"]) if role["id"] in mine else 0
    if bits & Permissions.administrator.flag:
        return ~0
    overwrites = channel.get("permission_overwrites") or ()
    everyone = [each for each in overwrites if each["id"] == guild["id"]]
    roles = [each for each in overwrites if each["type"] == _ROLE and each["id"] in me["roles"]]
    own = [
        each for each in overwrites if each["type"] == _MEMBER and each["id"] == me["user"]["id"]
    ]
    for group in (everyone, roles, own):
        bits = _apply_overwrites(bits, group)
    return bits


def find_posting_problems(
    channel: Mapping[str, Any], bits: int, *, pins: bool, threads: bool, mentions: bool
) -> tuple[str, ...]:
    """Return the reasons, as sentences, why the bot can't post in *channel*; empty if it can.

    *bits* are the bot's permissions there. *pins*, *threads* and *mentions* mean that each post is
    pinned, gets a thread, or pings a role.
    """
    if problems := tuple(posting_problems(channel, bits, threads=threads)):
        return problems
    needed = required_permissions(channel, pins=pins, threads=threads, mentions=mentions)
    where = f"#{channel['name']}"
    return tuple(
        f"I need the {name} permission in {where}." for name in permission_names(needed & ~bits)
    )


def posting_problems(channel: Mapping[str, Any], bits: int, *, threads: bool) -> Iterator[str]:
    """Yield the reasons, as sentences, why the kind or state of *channel* doesn't allow posts.

    *channel* is Discord's JSON object, *bits* are the bot's permissions in it, and *threads* means
    that each post gets a thread.
    """
    kind, name = channel["type"], channel["name"]
    locked = (channel.get("thread_metadata") or {}).get("locked")
    if kind in _UNPOSTABLE_CHANNELS:
        yield f"#{name} is a {_UNPOSTABLE_CHANNELS[kind]}. Choose a text channel or a thread."
    elif locked and not bits & Permissions.manage_threads.flag:
        yield (
            f"The thread “{name}” is locked. Unlock it, give me the Manage Threads permission, or "
            "choose another channel."
        )
    elif threads and kind not in TEXT_CHANNELS:
        yield f"Messages in #{name} can't have threads. Turn the thread option off."


def required_permissions(
    channel: Mapping[str, Any], *, pins: bool, threads: bool, mentions: bool
) -> int:
    """Return the permissions, as bits, that the bot needs to post in *channel* (Discord's JSON).

    *pins*, *threads* and *mentions* mean that each post is pinned, gets a thread, or pings a role.
    """
    in_thread = channel["type"] in THREAD_CHANNELS
    send = Permissions.send_messages_in_threads if in_thread else Permissions.send_messages
    bits = Permissions.view_channel.flag | send.flag | Permissions.read_message_history.flag
    bits |= Permissions.pin_messages.flag if pins else 0
    bits |= Permissions.create_public_threads.flag if threads else 0
    return bits | (Permissions.mention_everyone.flag if mentions else 0)


def permission_names(missing: int) -> list[str]:
    """Return the names, as in Discord's settings, of the permissions in the bits *missing*."""
    return [name for bit, name in _PERMISSION_NAMES.items() if missing & bit]


def _apply_overwrites(bits: int, overwrites: Iterable[Mapping[str, Any]]) -> int:
    allow = deny = 0
    for each in overwrites:
        allow |= int(each["allow"])
        deny |= int(each["deny"])
    return bits & ~deny | allow
