"""Parsing of Discord's interactions: slash commands, clicks and submitted modals.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord.commands import ATTACHMENT, SUBCOMMAND, option_value
from adapters.discord.permissions import THREAD_CHANNELS
from adapters.discord.rendering.components import SELECT_ID
from adapters.discord.rendering.modals import Submission, parse_submission
from adapters.discord.rendering.render import EPHEMERAL
from adapters.shared.action_codec import decode
from bot.call import Call, Caller
from bot.former_names import current_call
from bot.presentation import Click

Payload = Mapping[str, Any]

_COMMAND, AUTOCOMPLETE, _MODAL_SUBMIT = 2, 4, 5  # interaction types; 3 is a component
_ADMINISTRATOR, _MANAGE_GUILD = 1 << 3, 1 << 5
_GUILD_INSTALL = "0"
_BOT_DM = 1  # interaction context: the member's direct messages with the bot


@dataclass(frozen=True, slots=True)
class Interaction:
    """A member's slash command, click, submitted modal or autocomplete request."""

    id: str
    application_id: str
    token: str = field(repr=False)  # authorizes responses for 15 minutes
    caller: Caller
    roles: frozenset[str]  # the caller's roles in the server, such as "discord:role/123"
    kind: int
    data: Payload
    message_id: str  # of the message that was clicked, or ""
    from_private: bool  # whether only the caller sees the message that was clicked
    is_direct: bool  # whether it comes from the member's direct messages with the bot
    place: str  # the id of the channel, thread or chat, "discord:123"
    home: str  # the id of the channel itself, if the place is a thread in it
    components: Sequence[Payload]  # of the message that was clicked
    attachment: Payload | None  # the file sent with a command or a modal, as Discord describes it
    submission: Submission | None  # the submitted modal, if it is one that this bot makes

    @property
    def is_typed(self) -> bool:
        """Whether it is a slash command, not a click or a form."""
        return self.kind == _COMMAND

    @property
    def is_slash(self) -> bool:
        """Whether it is a slash command, or one that the member is still typing."""
        return self.kind in {_COMMAND, AUTOCOMPLETE}

    @property
    def is_genuine(self) -> bool:
        """Whether the message that was clicked has the button; if not, the click is forged."""
        return _has_component(self.components, self.data.get("custom_id"))

    @property
    def opens_no_form(self) -> bool:
        """Whether no modal can or need be opened: after another one, or with a file."""
        return self.is_form or self.attachment is not None

    @property
    def is_form(self) -> bool:
        """Whether it is a submitted modal."""
        return self.kind == _MODAL_SUBMIT

    def command_call(self) -> Call:
        """Return the slash command with the options given so far, except the one being typed."""
        words, options = _command_words(self.data)
        resolved: Payload = self.data.get("resolved") or {}
        arguments = {
            each["name"]: option_value(each, resolved)
            for each in options
            if not each.get("focused") and each["type"] != ATTACHMENT
        }
        return current_call(Call("-".join(words), arguments))

    def focused_option(self) -> tuple[str, str]:
        """Return the name of the option that the member is typing, and its text so far."""
        _, options = _command_words(self.data)
        option: Payload = next((each for each in options if each.get("focused")), {})
        return str(option.get("name", "")), str(option.get("value", ""))

    def click(self) -> Click | None:
        """Return the command behind the clicked component, and the effect that the click has.

        The effect is to run the command, turn a page, share, or open or submit a form. Return None
        if the button, select or modal isn't one that this bot makes.
        """
        if self.kind == _COMMAND:
            return Click(self.command_call())
        if self.kind == _MODAL_SUBMIT:
            return self.submission.click if self.submission else None
        custom_id = str(self.data.get("custom_id", ""))
        if custom_id.startswith(SELECT_ID):
            custom_id = str((self.data.get("values") or [""])[0])
        return decode(custom_id)


def parse_interaction(payload: Payload) -> Interaction:
    """Parse an interaction; raise LookupError, TypeError or ValueError if it isn't valid."""
    message, direct = payload.get("message") or {}, payload.get("context") == _BOT_DM
    kind, data = payload["type"], payload.get("data") or {}
    attachment = _find_attachment(data) if kind == _COMMAND and "resolved" in data else None
    submission = parse_submission(data) if kind == _MODAL_SUBMIT else None
    return Interaction(
        payload["id"],
        payload["application_id"],
        payload["token"],
        _parse_caller(payload),
        _parse_roles(payload),
        kind,
        data,
        str(message.get("id", "")),
        bool(message) and (direct or bool(message.get("flags", 0) & EPHEMERAL)),
        direct,
        f"discord:{payload['channel_id']}" if payload.get("channel_id") else "",
        _parse_home(payload),
        message.get("components") or (),
        submission.attachment if submission else attachment,
        submission,
    )


def public_payload(interaction: discord.Interaction) -> Payload:
    """Return an interaction's payload, rebuilt from public attributes of discord.py's object."""
    guild_id, message = interaction.guild_id, interaction.message
    user = {"id": str(interaction.user.id)}
    owners = {_GUILD_INSTALL: guild_id} if interaction.is_guild_integration() else {}
    clicked = None
    if message:
        parts = [each.to_dict() for each in message.components]
        clicked = {"id": str(message.id), "flags": message.flags.value, "components": parts}
    place = interaction.channel
    kind = place.type.value if place else None
    channel = {"type": kind, "parent_id": getattr(place, "parent_id", None)}
    return {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "token": interaction.token,
        "type": interaction.type.value,
        "data": interaction.data,
        "guild_id": guild_id,
        "channel_id": str(interaction.channel_id or ""),
        "channel": channel,
        "locale": str(interaction.locale),
        "member": {
            "user": user,
            "permissions": interaction.permissions.value,
            "roles": [str(each.id) for each in getattr(interaction.user, "roles", ())],
        },
        "authorizing_integration_owners": owners,
        "context": _BOT_DM if interaction.context.dm_channel else None,
        "message": clicked,
    }


def _command_words(data: Payload) -> tuple[list[str], Sequence[Payload]]:
    """Return the words of a slash command, such as ["tips", "add"], and its options."""
    words = [str(data["name"])]
    options: Sequence[Payload] = data.get("options") or ()
    while len(options) == 1 and options[0]["type"] == SUBCOMMAND:
        words.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    return words, options


def _find_attachment(data: Payload) -> Payload | None:
    _, options = _command_words(data)
    sent = next((each for each in options if each["type"] == ATTACHMENT), None)
    described: Mapping[str, Payload] = data["resolved"].get("attachments", {})
    return described.get(str(sent["value"])) if sent else None


def _parse_caller(payload: Payload) -> Caller:
    """Return the member who sent an interaction.

    If a user has installed the bot but the server hasn't, the caller has no community and isn't a
    moderator.
    """
    member, guild_id = payload.get("member") or {}, payload.get("guild_id")
    owner = (payload.get("authorizing_integration_owners") or {}).get(_GUILD_INSTALL)
    installed = guild_id is not None and str(owner) == str(guild_id)
    permissions = int(member.get("permissions", 0)) if installed else 0
    manages = bool(permissions & (_ADMINISTRATOR | _MANAGE_GUILD))
    return Caller(
        f"discord:{(member.get('user') or payload['user'])['id']}",
        moderator=manages,
        community=f"discord:{guild_id}" if installed else None,
        admin=manages,
        locale=str(payload.get("locale") or ""),
    )


def _parse_home(payload: Payload) -> str:
    """Return the id of the channel of an interaction, for a thread that of its channel."""
    channel = payload.get("channel") or {}
    home = channel.get("parent_id") if channel.get("type") in THREAD_CHANNELS else None
    return f"discord:{home or payload.get('channel_id') or ''}"


def _has_component(components: Iterable[Payload], custom_id: object) -> bool:
    """Return True if one of *components*, or one inside them, has this custom_id."""
    return any(
        each.get("custom_id") == custom_id
        or _has_component([*each.get("components", ()), each.get("accessory") or {}], custom_id)
        for each in components
        if each
    )


def _parse_roles(payload: Payload) -> frozenset[str]:
    roles = (payload.get("member") or {}).get("roles") or ()
    return frozenset(f"discord:role/{each}" for each in roles)
