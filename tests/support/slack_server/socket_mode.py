"""Socket Mode: apps.connections.open, the WebSockets, envelopes and their acknowledgements."""

import asyncio
import json
import secrets
from typing import Any

from aiohttp import WSMsgType, web

from slack_server.method_registry import method
from slack_server.world import APP, Json, NotDelivered, World

CONNECTIONS = 10  # an app may hold this many at once


@method("apps.connections.open", kind="app")
def open_connection(world: World, _args: Json) -> Json:
    ticket = secrets.token_hex(8)
    world.tickets.add(ticket)
    address = world.base.replace("http:", "ws:")
    return {"url": f"{address}/link/?ticket={ticket}&app_id={APP}"}


class SocketMode:
    """Holds an app's connections and sends each envelope to the next of them in turn."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self.connections: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.BaseTransport | None] = {}
        self.unknown_acks: list[Json] = []
        self.pongs = 0
        self.mute = False

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/link/", self._connect)]

    async def _connect(self, request: web.Request) -> web.WebSocketResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            raise web.HTTPForbidden(text="no such ticket")
        self._world.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.connections) >= CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(socket)
        self._transports[socket] = request.transport
        try:
            await socket.send_json(self._hello())
            self._world.counts["connected"] += 1
            self._world.news.notify()
            await self._listen(socket)
        finally:
            self._forget(socket)
            self._transports.pop(socket, None)
        return socket

    def _hello(self) -> Json:
        debug = {"host": "applink-loopback", "approximate_connection_time": 18060}
        about = {"num_connections": len(self.connections), "connection_info": {"app_id": APP}}
        return {"type": "hello", "debug_info": debug, **about}

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.PING and not self.mute:
                await socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self.pongs += 1
                self._world.news.notify()
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))

    def _acknowledged(self, ack: Json) -> None:
        waiting = self._waiting.pop(str(ack.get("envelope_id")), None)
        if waiting is None or waiting.done():
            self.unknown_acks.append(ack)
        else:
            waiting.set_result(ack)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self.connections:
            self.connections.remove(socket)
        self._world.news.notify()

    async def deliver(self, kind: str, body: Json, retry: Json) -> Any:
        """Send one envelope; return the payload of its acknowledgement.

        Raises:
            NotDelivered: no connection is open
            ConnectionError: the connection broke

        """
        if not self.connections:
            raise NotDelivered("no_connection")
        socket = self.connections.pop(0)
        self.connections.append(socket)
        envelope = secrets.token_hex(8)
        waiting = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        takes = kind != "events_api"
        frame: Json = {"envelope_id": envelope, "type": kind, "payload": body}
        frame |= {"accepts_response_payload": takes} | (retry if kind == "events_api" else {})
        try:
            await socket.send_json(frame)
            payload = (await waiting).get("payload")
        finally:
            self._waiting.pop(envelope, None)
        if payload and not takes:
            self._world.refuse("ack", "unexpected_payload", [str(payload)])
        return payload

    async def disconnect(self, reason: str, *, close: bool) -> None:
        """Ask every connection to reconnect; close it at once if *close* is true."""
        for socket in list(self.connections):
            self._forget(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            if close:
                await socket.close()

    def drop(self) -> None:
        """Break every connection without closing it."""
        for socket in list(self.connections):
            self._forget(socket)
            if isinstance(transport := self._transports.get(socket), asyncio.Transport):
                transport.abort()

    async def ping(self) -> None:
        for socket in list(self.connections):
            await socket.ping(b"loopback")

    async def close(self) -> None:
        for socket in list(self.connections):
            await socket.close()
