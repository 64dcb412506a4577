"""What the bot may do in a channel, reckoned as Discord does from roles and overwrites."""

from collections.abc import Iterable, Mapping
from typing import Any

from discord import Permissions

_ROLE, _MEMBER = 0, 1
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


def named(missing: int) -> list[str]:
    """Name permissions as Discord's settings do."""
    return [words for bit, words in _WORDS.items() if missing & bit]


def _overwritten(bits: int, overwrites: Iterable[Mapping[str, Any]]) -> int:
    allow = deny = 0
    for each in overwrites:
        allow |= int(each["allow"])
        deny |= int(each["deny"])
    return bits & ~deny | allow
