"""Calls of commands, and the members who make them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """A request to run a bot command: the command's name and its arguments, not yet validated.

    Every slash command, typed line, button and form becomes a Call, on any platform.
    """

    command: str
    args: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Other things the member asked for, which the command can't use; the reply mentions them."""

    def to_line(self) -> str:
        """Return a line that makes this call when it is typed: ``salary role:ml``."""
        return " ".join([self.command, *(f"{key}:{quote(self.args[key])}" for key in self.args)])


class PublicMessage(Protocol):
    """A message of the bot that everybody in a channel sees, and whose button somebody clicked."""

    async def delete(self) -> None:
        """Delete the message; raise DeliveryError if the platform doesn't."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The member who makes a call.

    Ids are platform-tagged: the platform's own id follows the platform's name, as in
    "discord:123" or "slack:T1/U2" (user U2 of workspace T1).
    """

    id: str
    moderator: bool = False  # may run the commands for moderators
    community: str | None = None  # Discord server or Slack workspace; None in a direct message
    admin: bool = False  # has Manage Server, or is an admin of the workspace: may choose moderators
    time_zone: str = ""  # such as "Europe/Berlin", if the platform knows it
    locale: str = ""  # language and country, such as "de" or "en-GB", if the platform knows it
    message: PublicMessage | None = None  # which has the button that they clicked, if it is public

    @property
    def acting_community(self) -> str | None:
        """The community whose answers and tips the member sees and may change, or None.

        The terminal has no communities, so its moderator's own id is used as one.
        """
        return self.community or (self.id if self.moderator else None)


def quote(value: str) -> str:
    """Return *value*, in double quotes if it is empty or contains a space or a quote."""
    is_plain = value and not any(letter.isspace() or letter in '"“”' for letter in value)
    return value if is_plain else '"' + value.replace('"', "”") + '"'
