"""A request, as the stand-in's routes take it."""

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
        """An id in the path; 0 for one that is none."""
        text = self.match[key]
        return int(text) if text.isdigit() else 0
