"""A request as the routes of the loopback Discord receive it."""

from dataclasses import dataclass
from typing import Any

from discord_server.message_rules import Body


@dataclass
class ReceivedRequest:
    """A request that the bot made."""

    route: str
    method: str
    path: str
    match: dict[str, str]
    query: dict[str, str]
    body: Body

    @property
    def json(self) -> Any:
        return self.body.json

    def number(self, key: str) -> int:
        """Return the id in the path, or 0 if it isn't a number."""
        text = self.match[key]
        return int(text) if text.isdigit() else 0
