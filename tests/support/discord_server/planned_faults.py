"""Planned faults: requests fail, are slow or lose their connection when a test says so."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from discord_server.basics import encode
from discord_server.errors import ApiError, Json

HEADERS = {"Via": "1.1 google"}
"""Discord's proxy adds this header; discord.py treats a 429 without it as a ban."""


@dataclass
class Fault:
    """A planned fault of a route; it affects the next *times* requests (None: all)."""

    times: int | None = 1
    status: int | None = None
    body: Json | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drops: bool = False
    after: bool = False
    hold: "Hold | None" = None

    async def apply(
        self, request: web.Request, handle: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Respond instead of the handler or, with *after*, once the handler has run."""
        if self.hold is not None and self.after:
            held = await handle()
            await self.hold.pass_by()
            return held
        if self.hold is not None:
            await self.hold.pass_by()
        if self.delay:
            await asyncio.sleep(self.delay)
        replaced = self.drops or self.status is not None
        answer = await handle() if self.after or not replaced else None
        if self.drops and request.transport is not None:
            request.transport.abort()
        if self.status is None:
            return answer or web.Response()
        headers, text = HEADERS | self.headers, self.body
        if isinstance(text, str):
            return web.Response(status=self.status, text=text, headers=headers)
        body = encode(text)
        return web.Response(
            status=self.status, body=body, content_type="application/json", headers=headers
        )


class Hold:
    """Keeps requests of a route waiting until the test releases them, like a slow API."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        """Set once the first request has arrived; tests await `hold.waiting.wait()`."""
        self._open = asyncio.Event()

    def release(self) -> None:
        self._open.set()

    async def pass_by(self) -> None:
        self.waiting.set()
        await self._open.wait()


class Faults:
    """Planned faults by route name (see `route_table.py`); the name "*" means every route.

    Each method plans a fault for the next `times` requests of a route, or for all with times=None.
    Faults of one route happen in the order in which they were planned. With `after=True` the
    request is carried out and only its response is replaced, so a retry would carry it out twice.
    """

    def __init__(self) -> None:
        self._planned: defaultdict[str, list[Fault]] = defaultdict(list)

    def fail(
        self, route: str, status: int = 503, *, times: int | None = 1, after: bool = False
    ) -> None:
        """Answer as Discord's proxy does when a server behind it fails: status and plain text."""
        text = f"{status}: {HTTPStatus(status).phrase}"
        self._planned[route].append(Fault(times, status, text, after=after))

    def refuse(self, route: str, error: ApiError, *, times: int | None = 1) -> None:
        """Answer with one of Discord's errors, such as `errors.missing_access()`."""
        self._planned[route].append(Fault(times, error.status, error.body))

    def limit(
        self,
        route: str,
        retry_after: float = 0.02,
        *,
        scope: str = "user",
        via: bool = True,
        times: int | None = 1,
    ) -> None:
        """Answer 429 with *retry_after* seconds; *scope* is user (the route), global, or shared.

        Without `via` it is Cloudflare's response to a banned address: no JSON, no Via header.
        """
        whole = f"{retry_after:.3f}"
        headers = {
            "Retry-After": str(int(retry_after) + 1),
            "X-RateLimit-Scope": scope,
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": whole,
            "X-RateLimit-Bucket": route,
        }
        if scope == "global":
            headers = {key: headers[key] for key in ("Retry-After", "X-RateLimit-Scope")}
            headers["X-RateLimit-Global"] = "true"
        body: Json = {
            "message": "You are being rate limited.",
            "retry_after": retry_after,
            "global": scope == "global",
        }
        fault = Fault(times, 429, body, headers)
        if not via:
            fault = Fault(times, 429, "error code: 1015", {"Via": ""})
        self._planned[route].append(fault)

    def slow(self, route: str, seconds: float, *, times: int | None = 1) -> None:
        """Answer after *seconds*. Prefer `hold` if the test can say when to continue."""
        self._planned[route].append(Fault(times, delay=seconds))

    def hold(self, route: str, *, times: int | None = 1, after: bool = False) -> Hold:
        """Hold requests, or with *after* only their responses, until the test releases the Hold."""
        hold = Hold()
        self._planned[route].append(Fault(times, hold=hold, after=after))
        return hold

    def drop(self, route: str, *, times: int | None = 1, after: bool = False) -> None:
        """Break the connection instead of answering, before or after the request took effect.

        aiohttp's client repeats an idempotent request (GET, PUT, DELETE) once by itself.
        """
        self._planned[route].append(Fault(times, drops=True, after=after))

    def clear(self, route: str | None = None) -> None:
        """Cancel the planned faults of one route, or of all."""
        if route is None:
            self._planned.clear()
        else:
            self._planned.pop(route, None)

    def take(self, route: str) -> Fault | None:
        """Return the fault planned for a request that has just arrived, or None."""
        for name in (route, "*"):
            if not (planned := self._planned.get(name)):
                continue
            fault = planned[0]
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    planned.pop(0)
            return fault
        return None
