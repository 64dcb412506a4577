"""Planned faults: the Web API fails, is slow or drops connections when a test says so."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from aiohttp import web

from slack_server.world import Json


def _always(_: Json) -> bool:
    return True


@dataclass
class Fault:
    """One fault, for the calls whose name matches *method* (``chat.*``, ``response_url`` …).

    *times* is how many calls it affects; None for all until `lift`. *delay* in seconds, and waiting
    until *hold* is set, come first; a fault with only these then carries out the call.
    *drop* cuts the connection ``before`` or ``after`` the call is carried out.
    *when* limits it to calls with certain arguments.
    """

    method: str
    error: str = ""
    status: int = 200
    retry_after: int | None = None
    delay: float = 0
    hold: asyncio.Event | None = None
    drop: Literal["", "before", "after"] = ""
    times: int | None = 1
    when: Callable[[Json], bool] = _always
    extra: Json = field(default_factory=dict)
    hits: int = 0

    def matches(self, method: str, args: Json) -> bool:
        left = self.times is None or self.hits < self.times
        return left and fnmatchcase(method, self.method) and self.when(args)

    def lift(self) -> None:
        """End the fault now."""
        self.times = self.hits

    def answer(self) -> web.Response | None:
        """Return the response that replaces the real one, or None if the call is carried out."""
        if self.retry_after is not None:
            body = {"ok": False, "error": self.error or "ratelimited"}
            return web.json_response(
                body, status=429, headers={"Retry-After": str(self.retry_after)}
            )
        if self.status != web.HTTPOk.status_code:
            page = f"<html><body>{self.status}: upstream failed</body></html>"
            return web.Response(status=self.status, text=page, content_type="text/html")
        if self.error:
            return web.json_response({"ok": False, "error": self.error, **self.extra})
        return None


class Faults:
    """The faults that are still planned, the oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    async def take(self, method: str, args: Json) -> Fault | None:
        """Wait for every matching delay; return the first match that is more than a delay."""
        for fault in self._waiting:
            if fault.matches(method, args):
                fault.hits += 1
                await asyncio.sleep(fault.delay)
                if fault.hold is not None:
                    await fault.hold.wait()
                if fault.drop or fault.answer() is not None:
                    return fault
        return None


def hang_up(request: web.Request) -> web.Response:
    """Close the connection of *request* without a response."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
