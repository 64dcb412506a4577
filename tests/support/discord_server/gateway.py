"""The loopback gateway: https://docs.discord.com/developers/events/gateway."""

import asyncio
import importlib
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from discord_server.basics import Notifier, encode, snowflake
from discord_server.errors import Json

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12
"""Intents: new messages in servers, and in the bot's direct messages."""
GUILDS, PRIVILEGED = 1, 1 << 1 | 1 << 8 | 1 << 15
"""Intents: server events; members, presences and message content need Discord's consent."""
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
IGNORED = {3, 4, 8, 31, 43}
"""Presence, voice state, requests for members: valid, but without effect here."""


class Platform(Protocol):
    """The state of the loopback Discord that the gateway uses."""

    token: str
    bell: Notifier
    counters: Any
    gateway_url: str
    concurrency: int

    def ready_payload(self, shard: list[int]) -> Json: ...

    def guild_payloads(self, shard: list[int]) -> list[Json]: ...


def compressor(kind: str | None) -> Callable[[bytes], bytes | str]:
    """Return a function that encodes a frame: zlib-stream, zstd-stream, or uncompressed."""
    if kind == "zlib-stream":
        stream = zlib.compressobj(1)
        return lambda text: stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        zstd: Any = importlib.import_module("zstandard")
        frames = zstd.ZstdCompressor(level=1).compressobj()
        return lambda text: bytes(
            frames.compress(text) + frames.flush(zstd.COMPRESSOBJ_FLUSH_BLOCK)
        )
    return lambda text: text.decode()


@dataclass
class Session:
    """A gateway session: IDENTIFY starts it, and it survives reconnects until invalidated."""

    id: str
    shard: list[int]
    intents: int
    seq: int = 0
    connection: "Connection | None" = None
    backlog: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=5000))

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or store it until the bot resumes the session."""
        self.seq += 1
        frame = {"op": DISPATCH, "t": event, "s": self.seq, "d": data}
        self.backlog.append((self.seq, frame))
        if self.connection is not None:
            await self.connection.send(frame)

    def takes(self, guild_id: int | None) -> bool:
        number, count = self.shard
        return number == ((guild_id or 0) >> 22) % count


class Connection:
    """One WebSocket connection."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.closed_by_us = False
        self._transport = request.transport
        self._pack = compressor(request.query.get("compress"))
        self._order = asyncio.Lock()

    async def send(self, frame: Json) -> None:
        """Send one frame; if the connection is closed, the frame is lost, as on the network."""
        async with self._order:
            packed = self._pack(encode(frame))
            try:
                if isinstance(packed, bytes):
                    await self.socket.send_bytes(packed)
                else:
                    await self.socket.send_str(packed)
            except ConnectionError:
                self.drop()

    def drop(self) -> None:
        """Break the TCP connection without a WebSocket close."""
        self.leave()
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        if self.session is not None and self.session.connection is self:
            self.session.connection = None


class Gateway:
    """All sessions and connections. Tests set its switches and trigger what Discord can do."""

    def __init__(self, platform: Platform, heartbeat: float) -> None:
        self._platform = platform
        self._heartbeat = heartbeat
        self.sessions: dict[str, Session] = {}
        self.lines: list[Connection] = []
        self.acknowledges = True
        """Whether heartbeats are acknowledged; if not, the connection is a zombie."""
        self.greets = True
        """Whether new connections receive HELLO."""
        self.budget = 1000
        """IDENTIFYs left today. One more resets the token, as on Discord."""
        self.privileged = 0
        """Granted privileged intents; other privileged ones close the connection with 4014."""
        self.identifies: list[Json] = []
        self.pause = 0.0
        """Seconds between two IDENTIFYs of a bucket: 5 on Discord, 0 for no limit."""
        self._latest: dict[int, float] = {}

    @property
    def connected(self) -> int:
        """Return the number of sessions that have a connection."""
        return sum(1 for session in self.sessions.values() if session.connection is not None)

    async def drop(self) -> None:
        """Break every connection without closing it; the bot can resume its sessions."""
        for line in self.lines.copy():
            line.drop()

    async def close(self, code: int) -> None:
        """Close every connection with a close code, such as 4000 or 4014."""
        for line in self.lines.copy():
            line.leave()
            line.closed_by_us = True
            if code in {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014} and line.session:
                self.sessions.pop(line.session.id, None)
            await line.socket.close(code=code)

    async def reconnect(self) -> None:
        """Send op 7 to every connection, which asks the bot to reconnect and resume."""
        await self._tell({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Send op 9 to every connection; unless *resumable*, delete the sessions."""
        if not resumable:
            self.sessions.clear()
        await self._tell({"op": INVALID, "d": resumable, "s": None, "t": None})

    async def _tell(self, frame: Json) -> None:
        for line in self.lines.copy():
            await line.send(frame)

    async def dispatch(
        self, event: str, data: Json, guild_id: int | None = None, *, intents: int = 0
    ) -> int:
        """Send an event to its shard's sessions that have all *intents*; return their number."""
        to = [s for s in self.sessions.values() if s.takes(guild_id)]
        to = [s for s in to if s.intents & intents == intents]
        for session in to:
            await session.dispatch(event, data)
        return len(to)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it is closed."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=15 * 1024)
        await socket.prepare(request)
        line = Connection(socket, request)
        self.lines.append(line)
        self._platform.counters["connections"] += 1
        self._platform.counters[f"connections to {request.path}"] += 1
        self._platform.bell.notify()
        hello = {"heartbeat_interval": int(self._heartbeat * 1000)}
        if self.greets:
            await line.send({"op": HELLO, "d": hello, "s": None, "t": None})
        try:
            async for message in socket:
                taken = message.type is WSMsgType.TEXT and await self._receive(line, message.data)
                if not taken:
                    break
        finally:
            self._hang_up(line)
        return socket

    def _hang_up(self, line: Connection) -> None:
        """End the session if the bot closed with 1000 or 1001; otherwise keep it for a resume."""
        line.leave()
        self.lines.remove(line)
        normal = line.socket.close_code in {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
        if line.session is not None and normal and not line.closed_by_us:
            self.sessions.pop(line.session.id, None)
        self._platform.bell.notify()

    async def _receive(self, line: Connection, text: str) -> bool:
        """Handle one frame; return False if the connection is closed."""
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            return await self._refuse(line, 4002)
        if op == HEARTBEAT:
            self._platform.counters["heartbeats"] += 1
            self._platform.bell.notify()
            if self.acknowledges:
                await line.send({"op": ACK, "d": None, "s": None, "t": None})
            return True
        if op == IDENTIFY:
            return await self._identify(line, data)
        if op == RESUME:
            return await self._resume(line, data)
        if op not in IGNORED:
            return await self._refuse(line, 4001)
        return line.session is not None or await self._refuse(line, 4003)

    async def _refuse(self, line: Connection, code: int) -> bool:
        line.leave()
        self._platform.counters[f"close {code}"] += 1
        await line.socket.close(code=code)
        return False

    async def _identify(self, line: Connection, data: Json) -> bool:
        self.identifies.append(data)
        self._platform.counters["identifies"] += 1
        if (code := self._fault_of(line, data)) is not None:
            return await self._refuse(line, code)
        shard = data.get("shard") or [0, 1]
        if self._too_soon(shard[0] % self._platform.concurrency):
            self._platform.counters["identified too soon"] += 1
            await line.send({"op": INVALID, "d": False, "s": None, "t": None})
            return True
        if any(each.connection and each.shard == shard for each in self.sessions.values()):
            self._platform.counters["shards served twice"] += 1
        await self._open(line, Session(f"{snowflake():x}", shard, data["intents"]))
        return True

    def _too_soon(self, bucket: int) -> bool:
        now = time.monotonic()
        before = self._latest.get(bucket)
        self._latest[bucket] = now
        return before is not None and now - before < self.pause

    def _fault_of(self, line: Connection, data: Json) -> int | None:
        """Return the close code for a refused IDENTIFY, or None. One too many resets the token."""
        if line.session is not None:
            return 4005
        if data.get("token") != self._platform.token:
            return 4004
        self.budget -= 1
        if self.budget < 0:
            self._platform.token = f"reset-{snowflake()}"
            self.sessions.clear()
            return 4004
        if not isinstance(data.get("properties"), dict) or "intents" not in data:
            return 4002
        number, count = data.get("shard") or [0, 1]
        if not 0 <= number < count:
            return 4010
        return 4014 if data["intents"] & PRIVILEGED & ~self.privileged else None

    async def _open(self, line: Connection, session: Session) -> None:
        self.sessions[session.id], line.session, session.connection = session, session, line
        ready = self._platform.ready_payload(session.shard)
        ready |= {"session_id": session.id, "shard": session.shard}
        ready["resume_gateway_url"] = f"{self._platform.gateway_url}/resume"
        await session.dispatch("READY", ready)
        if session.intents & GUILDS:
            for guild in self._platform.guild_payloads(session.shard):
                await session.dispatch("GUILD_CREATE", guild)
        self._platform.bell.notify()

    async def _resume(self, line: Connection, data: Json) -> bool:
        self._platform.counters["resumes"] += 1
        if data.get("token") != self._platform.token:
            return await self._refuse(line, 4004)
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            self._platform.counters["refused resumes"] += 1
            await line.send({"op": INVALID, "d": False, "s": None, "t": None})
            return True
        if (data.get("seq") or 0) > session.seq:
            return await self._refuse(line, 4007)
        if session.connection is not None:
            session.connection.drop()
        line.session, session.connection = session, line
        for seq, frame in list(session.backlog):
            if seq > (data.get("seq") or 0):
                await line.send(frame)
        await session.dispatch("RESUMED", {"_trace": []})
        self._platform.bell.notify()
        return True
