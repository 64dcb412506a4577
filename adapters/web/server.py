"""The server of the playground: the page, the state as server-sent events, and the actions.

Every address begins with a random token. The requests of other pages and of rebound DNS names are
refused, because the moderator of the playground can do everything that the bot's moderators can.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import re
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote_to_bytes

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.http import serve_application
from adapters.web.pane import MEMBERS, Json, Pane
from bot.cache import LruCache

log = structlog.get_logger("crossroads")

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
STATIC: Final = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_MAX_BODY = 16 * 1024 * 1024  # bytes; an uploaded file is in the JSON
_MAX_FILES = 500  # pictures and exports that the page can still show
_MAX_DAYS = 366
_SETTLE = 0.02  # seconds in which several changes become one event
_HEARTBEAT = 15.0  # seconds after which a silent page gets a comment, to notice that it's gone
_DATA_URL = re.compile(r"data:([\w.+/-]+)?(?:;[\w=.-]+)*?(;base64)?,(.*)", re.DOTALL)
_INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Notice(Protocol):
    """A message about the content, for the page."""

    @property
    def number(self) -> int:
        """The number of notices so far."""
        ...

    @property
    def text(self) -> str:
        """The message."""
        ...

    @property
    def is_error(self) -> bool:
        """Whether the content couldn't be loaded."""
        ...


class Playground(Protocol):
    """The bot behind the panes, with a clock that can be moved."""

    can_reset: bool
    """Whether `reset` may delete the database."""

    @property
    def panes(self) -> Mapping[str, Pane]:
        """The panes by platform, from left to right."""
        ...

    @property
    def notice(self) -> Notice | None:
        """The last notice."""
        ...

    def now(self) -> datetime:
        """Return the time of the clock."""
        ...

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change."""
        ...

    async def move_clock(self, days: int) -> None:
        """Move the clock forward."""
        ...

    async def reset(self) -> None:
        """Begin again."""
        ...


@asynccontextmanager
async def serve(
    playground: Playground, host: str, port: int, stop: asyncio.Event
) -> AsyncIterator[str]:
    """Serve the page during the block, and yield its address; pages are let go at *stop*.

    Raise CannotListen if the port can't be used. *host* should be a loopback address.
    """
    token = secrets.token_urlsafe(24)
    server = _Server(playground, token, host, stop)
    async with serve_application(server.application(), host, port) as chosen:
        yield f"http://{_shown_host(host)}:{chosen}/{token}/"


class _Server:
    """Answers the requests of the page."""

    def __init__(self, playground: Playground, token: str, host: str, stop: asyncio.Event) -> None:
        self._playground, self._token, self._host, self._stop = playground, token, host, stop
        self._pages = set[asyncio.Event]()  # one for each page that gets events, set at a change
        self._files = LruCache[str, tuple[bytes, str]](_MAX_FILES)  # by hash: content and type
        self._addresses = LruCache[str, Json](_MAX_FILES)  # by data: URL: the address and the size
        playground.on_change(self._changed)

    def application(self) -> web.Application:
        """Return the web application with all routes."""
        served = web.Application(middlewares=[self._guard], client_max_size=_MAX_BODY)
        served.add_routes(
            [
                web.get("/{token}", self._page_without_slash),
                web.get("/{token}/", self._page),
                web.get("/{token}/static/{name:.+}", self._static),
                web.get("/{token}/files/{hash}/{name}", self._file),
                web.get("/{token}/events", self._events),
                web.post("/{token}/act", self._act),
                web.post("/{token}/clock", self._clock),
                web.post("/{token}/reset", self._reset),
            ]
        )
        return served

    def _changed(self) -> None:
        for each in self._pages:
            each.set()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests without the token, of other pages, and for other hosts."""
        refusal = self._refuse(request)
        try:
            response = refusal or await handler(request)
        except web.HTTPException as error:
            response = error
        if not response.prepared:
            response.headers.update(_HEADERS)
        if isinstance(response, web.HTTPException):
            raise response
        return response

    def _refuse(self, request: web.Request) -> web.Response | None:
        """Return the response to a request that isn't the page's own, or None if it is."""
        if not self._is_own_host(request.host):
            return web.Response(status=403, text="This address doesn't belong to the playground.\n")
        token = request.path.removeprefix("/").partition("/")[0]
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return web.Response(
                status=404, text="Open the address printed in the terminal, including the token.\n"
            )
        if request.method == "POST":
            if request.content_type != "application/json":
                return web.Response(status=415, text="Send JSON.\n")
            if request.headers.get("Origin") != f"http://{request.host}":
                return web.Response(
                    status=403, text="Only the playground's own page can do that.\n"
                )
        return None

    def _is_own_host(self, host: str) -> bool:
        """Return True if *host*, of a request's header, can't be a name that was rebound."""
        name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        name = name.strip("[]").lower()
        if name in {*LOOPBACK, self._host.lower()}:
            return True
        if self._host in LOOPBACK:
            return False
        try:  # another machine may use any address of this one, but no name
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return _static_file("index.html")

    async def _page_without_slash(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/{self._token}/?{request.query_string}".removesuffix("?"))

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return _static_file(request.match_info["name"])

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self._files.get(request.match_info["hash"])
        if found is None:
            raise web.HTTPNotFound(text="This file no longer exists.\n")
        data, kind = found
        if kind in _INLINE_TYPES:
            return web.Response(body=data, content_type=kind)
        headers = {"Content-Disposition": "attachment"}
        return web.Response(body=data, content_type="application/octet-stream", headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Send the state at each change, until the page is gone or the playground ends."""
        member = request.query.get("member", "")
        if member not in MEMBERS:
            raise web.HTTPBadRequest(text="There's no such member.\n")
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        changed = asyncio.Event()
        self._pages.add(changed)
        try:
            with suppress(ConnectionError):
                await self._send_states(response, member, changed)
        finally:
            self._pages.discard(changed)
        return response

    async def _send_states(
        self, response: web.StreamResponse, member: str, changed: asyncio.Event
    ) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        sent = ""
        try:
            while not self._stop.is_set():
                changed.clear()
                state = json.dumps(self._state(member))  # half a surrogate pair can only be escaped
                if state != sent:
                    sent = state
                    await response.write(f"data: {state}\n\n".encode())
                else:
                    await response.write(b": still here\n\n")
                waiting = asyncio.create_task(changed.wait())
                await asyncio.wait(
                    {waiting, stopping}, timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
                )
                waiting.cancel()
                await asyncio.sleep(_SETTLE)
        finally:
            stopping.cancel()

    def _state(self, member: str) -> Json:
        """Return all that the page shows to *member*."""
        playground, notice = self._playground, self._playground.notice
        return {
            "now": playground.now().isoformat(timespec="minutes"),
            "can_reset": playground.can_reset,
            "members": MEMBERS,
            "notice": notice
            and {"number": notice.number, "text": notice.text, "is_error": notice.is_error},
            "panes": {
                name: self._with_addresses(pane.state(member))
                for name, pane in playground.panes.items()
            },
        }

    def _with_addresses(self, state: Json) -> Json:
        """Return *state* with addresses on this server for its files, which are data: URLs."""
        channels = [self._channel(each) for each in state["channels"]]
        return {**self._stored_files(state), "channels": channels}

    def _channel(self, channel: Json) -> Json:
        return {**channel, "messages": [self._stored_files(each) for each in channel["messages"]]}

    def _stored_files(self, holder: Json) -> Json:
        files = holder.get("files")
        return {**holder, "files": [self._stored(each) for each in files]} if files else holder

    def _stored(self, file: Json) -> Json:
        """Return *file* with a short address instead of its content."""
        url = str(file.get("url", ""))
        known = self._addresses.get(url)
        if known is None:
            found = _DATA_URL.fullmatch(url)
            if found is None:
                return file
            kind, is_base64, text = found.groups()
            data = text.encode()
            with suppress(Base64Error, ValueError):
                data = b64decode(text, validate=True) if is_base64 else unquote_to_bytes(text)
            key = hashlib.sha256(data).hexdigest()[:32]
            self._files.put(key, (data, kind or "text/plain"))
            address = f"files/{key}/{_file_name(file)}"
            known = self._addresses.put(url, {"url": address, "size": len(data)})
        return {**file, **known}

    async def _act(self, request: web.Request) -> web.Response:
        """Carry out an action, and respond with what only this page gets."""
        action = await _json_object(request)
        pane = self._playground.panes.get(str(action.pop("pane", "")))
        member = str(action.pop("member", ""))
        if pane is None or member not in MEMBERS:
            raise _bad_request("That platform or member doesn't exist.")
        try:
            return web.json_response(await pane.act(member, action))
        except Exception:  # the page says so, and the log has more
            log.exception("bug in the playground", action=action.get("type"))
            error = "Something broke in the playground. See the terminal for details."
            return web.json_response({"error": error}, status=500)

    async def _clock(self, request: web.Request) -> web.Response:
        days = (await _json_object(request)).get("days")
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MAX_DAYS:
            raise _bad_request(f"Move the clock forward by 1 to {_MAX_DAYS} days.")
        await self._playground.move_clock(days)
        return web.json_response(None)

    async def _reset(self, request: web.Request) -> web.Response:
        await _json_object(request)
        if not self._playground.can_reset:
            raise _bad_request("This is your own database, so the playground won't delete it.")
        await self._playground.reset()
        return web.json_response(None)


def _shown_host(host: str) -> str:
    """Return the host of the printed address: a browser on this machine must reach it."""
    shown = host
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            shown = "::1" if ":" in host else "127.0.0.1"
    return f"[{shown}]" if ":" in shown else shown


def _static_file(name: str) -> web.StreamResponse:
    """Return a file of the page; a contributor's changes show when the page is loaded again."""
    known = {
        each.relative_to(STATIC).as_posix(): each for each in STATIC.rglob("*") if each.is_file()
    }
    path = known.get(name)
    if path is None or path.suffix not in _TYPES:
        raise web.HTTPNotFound(text="There's no such file.\n")
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8")


def _file_name(file: Json) -> str:
    return re.sub(r"[^\w.-]+", "-", str(file.get("name") or "file"))[:80]


async def _json_object(request: web.Request) -> Json:
    """Return the request's JSON object; raise a bad request if it's something else."""
    try:
        found = json.loads(await request.read())
    except (ValueError, RecursionError):
        found = None
    except web.HTTPRequestEntityTooLarge as error:
        error.text = json.dumps({"error": "That's too large. Files can be up to 12 MB in total."})
        error.content_type = "application/json"
        raise
    if not isinstance(found, dict):
        raise _bad_request("Send a JSON object.")
    return found


def _bad_request(message: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": message}), content_type="application/json")
