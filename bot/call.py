"""Calls and callers: every click, form and typed line becomes a Call by a Caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """A command's name and its arguments by name, not yet validated."""

    command: str
    args: Mapping[str, str] = field(default_factory=dict)

    def to_line(self) -> str:
        """Return the line that makes this call when it is typed."""
        return " ".join([self.command, *(f"{key}:{quote(self.args[key])}" for key in self.args)])


@dataclass(frozen=True, slots=True)
class Caller:
    """A member who makes a call, by platform-tagged id ("discord:123", "slack:T1/U2")."""

    id: str
    moderator: bool = False
    community: str | None = None  # platform-tagged too; None in a direct message


def quote(value: str) -> str:
    """Return a value in quotes unless it is read as one word without them."""
    is_plain = value and not any(letter.isspace() or letter in '"“”' for letter in value)
    return value if is_plain else '"' + value.replace('"', "”") + '"'
