"""Basic parts of the loopback Discord: ids, users, and a notifier for waiting tests."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module, util
from typing import Any, TypeVar

from discord_server.errors import Json

T = TypeVar("T")

EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to the first second of 2015, from which snowflakes count."""
_numbers = itertools.count(1)


def snowflake(ahead: float = 0) -> int:
    """Return a new id with the present time, plus *ahead* seconds, in it, as Discord's ids have."""
    return (int((time.time() + ahead) * 1000) - EPOCH) << 22 | next(_numbers) & 0x3FFFFF


def _encoder() -> Callable[[Any], bytes]:
    if util.find_spec("orjson") is not None:
        fast: Callable[[Any], bytes] = import_module("orjson").dumps
        return fast
    compact = json.JSONEncoder(separators=(",", ":"), check_circular=False)
    return lambda value: compact.encode(value).encode()


encode = _encoder()
"""Encode JSON as bytes, with orjson if it is installed."""


class Notifier:
    """Lets a test wait for something to become true, without polling."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def notify(self) -> None:
        """Wake all waiting tests so that they check their conditions again."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait_until(self, look: Callable[[], T | None], what: str, within: float = 10) -> T:
        """Wait until `look` returns something other than None or False, and return it.

        Raise AssertionError with *what* was awaited after `within` seconds.
        """
        try:
            async with asyncio.timeout(within):
                while (found := look()) is None or found is False:
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
                    await future
        except TimeoutError:
            raise AssertionError(f"waited {within} s in vain for {what}") from None
        return found


@dataclass
class User:
    """A user; `bot` is true for the application's own account."""

    name: str = "ada"
    id: int = field(default_factory=snowflake)
    bot: bool = False
    locale: str = "en-US"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }
