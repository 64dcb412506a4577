"""The one way in: every click, form, typed line and scheduled post is a Call."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """A command and its arguments, as they came in: strings by name, not yet validated."""

    command: str
    args: Mapping[str, str] = field(default_factory=dict)

    def to_line(self) -> str:
        """Give the line that makes this Call when somebody types it."""
        return " ".join([self.command, *(f"{key}:{quote(self.args[key])}" for key in self.args)])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by platform-tagged id ("discord:123", "slack:T1/U2"), and what they may do."""

    id: str
    moderator: bool = False
    community: str | None = None  # where they ask, platform-tagged too; None in private


def quote(value: str) -> str:
    """Quote a value that would not survive as a single word."""
    is_plain = value and not any(letter.isspace() or letter in '"“”' for letter in value)
    return value if is_plain else '"' + value.replace('"', "”") + '"'
