"""What Discord sends when somebody asks, read: who asks what.

discord.py would make an object of every component of the message that was clicked; of all that
an answer needs one flag, so an interaction is read as Discord documents it:
https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.commands import given
from adapters.discord.rendering.components import SELECT
from adapters.discord.rendering.custom_id import Click, ClickKind, decode
from adapters.discord.rendering.modals import filled_in
from adapters.discord.rendering.render import PRIVATE
from bot.call import Call, Caller

Event = Mapping[str, Any]

_COMMAND, _COMPLETION, _FORM = 2, 4, 5  # kinds of interactions; 3 is a component
_ADMINISTRATOR, _MANAGE_GUILD = 1 << 3, 1 << 5
_ATTACHMENT = 11  # a kind of option
_SERVER = "0"  # where an app is installed: a server, not a user


@dataclass(frozen=True, slots=True)
class Asked:
    """One interaction."""

    id: str
    application: str
    token: str = field(repr=False)  # answers it, for a quarter of an hour
    who: Caller
    kind: int
    data: Event
    below_private: bool  # whether it came from a message that one member alone sees

    @property
    def completes(self) -> bool:
        """Tell whether somebody is still typing."""
        return self.kind == _COMPLETION

    @property
    def submitted(self) -> bool:
        """Tell whether a form was filled in."""
        return self.kind == _FORM

    def call(self) -> Call:
        """Return the call that a command makes, with the options given so far."""
        options = [
            each
            for each in self.data.get("options", ())
            if not each.get("focused") and each["type"] != _ATTACHMENT
        ]
        return Call(self.data["name"], {each["name"]: given(each) for each in options})

    def file(self) -> Event | None:
        """Return the file that was sent along with a command, if Discord describes it."""
        options = self.data.get("options", ()) if self.kind == _COMMAND else ()
        sent = next((each for each in options if each["type"] == _ATTACHMENT), None)
        if sent is None:
            return None
        described: Mapping[str, Event] = self.data.get("resolved", {}).get("attachments", {})
        return described.get(str(sent["value"]))

    def typing(self) -> tuple[str, str]:
        """Return the option that is being typed, and its text so far."""
        options: list[Event] = self.data.get("options", [])
        option: Event = next((each for each in options if each.get("focused")), {})
        return str(option.get("name", "")), str(option.get("value", ""))

    def press(self) -> Click | None:
        """Give what was asked; None for what is not ours."""
        if self.kind == _COMMAND:
            return Click(self.call())
        if self.submitted:
            call = filled_in(self.data)
            return Click(call) if call else None
        code = str(self.data.get("custom_id", ""))
        chosen = (self.data.get("values") or [""])[0] if code.startswith(SELECT) else code
        press = decode(str(chosen))
        return press if press and press.kind is not ClickKind.FORM else None


def asked(event: Event) -> Asked:
    """Read an interaction; raises LookupError, TypeError and ValueError for what is none."""
    flags = (event.get("message") or {}).get("flags", 0)
    return Asked(
        event["id"],
        event["application_id"],
        event["token"],
        _who(event),
        event["type"],
        event.get("data") or {},
        bool(flags & PRIVATE),
    )


def _who(event: Event) -> Caller:
    """Tell who asks; a community is where the bot is installed, not where a user brings it."""
    member, server = event.get("member") or {}, event.get("guild_id")
    installed = (event.get("authorizing_integration_owners") or {}).get(_SERVER)
    there = server is not None and str(installed) == str(server)
    may = int(member.get("permissions", 0)) if there else 0
    return Caller(
        f"discord:{(member.get('user') or event['user'])['id']}",
        moderator=bool(may & (_ADMINISTRATOR | _MANAGE_GUILD)),
        community=f"discord:{server}" if there else None,
    )
