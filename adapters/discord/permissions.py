"""What the bot may do in a channel, reckoned as Discord does from roles and overwrites."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from discord import Permissions

_ROLE, _MEMBER = 0, 1
TEXTS, THREADS = {0, 5}, {10, 11, 12}  # kinds of channels
_NO_MESSAGES = {4: "category", 14: "directory", 15: "forum", 16: "media channel"}
PIN_MESSAGES = 1 << 51  # its own permission since February 2026, which discord.py 2.7 does not know
_WORDS = {
    Permissions.view_channel.flag: "View Channel",
    Permissions.send_messages.flag: "Send Messages",
    Permissions.send_messages_in_threads.flag: "Send Messages in Threads",
    Permissions.read_message_history.flag: "Read Message History",
    Permissions.create_public_threads.flag: "Create Public Threads",
    Permissions.mention_everyone.flag: "Mention @everyone, @here and All Roles",
    PIN_MESSAGES: "Pin Messages",
}


def allowed(guild: Mapping[str, Any], me: Mapping[str, Any], channel: Mapping[str, Any]) -> int:
    """Give the bot's permissions in *channel* as bits, from Discord's own descriptions.

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
        bits = _overwritten(bits, group)
    return bits


def unfit(channel: Mapping[str, Any], bits: int, *, threads: bool) -> Iterator[str]:
    """Yield reasons why nobody, or no bot with these *bits*, can post in the channel."""
    kind, name = channel["type"], channel["name"]
    locked = (channel.get("thread_metadata") or {}).get("locked")
    if kind in _NO_MESSAGES:
        yield f"#{name} is a {_NO_MESSAGES[kind]}. Choose a text channel or a thread."
    elif locked and not bits & Permissions.manage_threads.flag:
        yield (
            f"The thread “{name}” is locked. Unlock it, give me the permission Manage Threads, or "
            "choose another channel."
        )
    elif threads and kind not in TEXTS:
        yield f"Messages in #{name} can't have threads: turn the option thread off."


def wanted(channel: Mapping[str, Any], *, pins: bool, threads: bool, mentions: bool) -> int:
    """Return the permissions that posting in *channel* needs, as bits."""
    in_thread = channel["type"] in THREADS
    send = Permissions.send_messages_in_threads if in_thread else Permissions.send_messages
    bits = Permissions.view_channel.flag | send.flag | Permissions.read_message_history.flag
    bits |= PIN_MESSAGES if pins else 0
    bits |= Permissions.create_public_threads.flag if threads else 0
    return bits | (Permissions.mention_everyone.flag if mentions else 0)


def named(missing: int) -> list[str]:
    """Name permissions as Discord's settings do."""
    return [words for bit, words in _WORDS.items() if missing & bit]


def _overwritten(bits: int, overwrites: Iterable[Mapping[str, Any]]) -> int:
    allow = deny = 0
    for each in overwrites:
        allow |= int(each["allow"])
        deny |= int(each["deny"])
    return bits & ~deny | allow
