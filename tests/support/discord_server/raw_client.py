"""A bot without a library, for requests and frames that no library would send."""

import io
import json
import secrets
import zlib
from types import TracebackType
from typing import Any, Self

import aiohttp

from discord_server.errors import Json
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord


class RawClient:
    """A client that identifies on entering (unless `identify=False`)."""

    def __init__(self, discord: LoopbackDiscord, *, compress: str = "", **identify: Any) -> None:
        self.discord = discord
        self.identify: Json = {"token": discord.token, "intents": 0, "properties": {}} | identify
        self._query = f"/?v=10&encoding=json&compress={compress}" if compress else "/?v=10"
        self._inflate = zlib.decompressobj()

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(self.discord.platform.gateway_url + self._query)
        self.hello = await self.frame()
        await self.send(2, self.identify)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def frame(self) -> Json:
        """Return the next frame, or {"closed": code} after the connection was closed."""
        message = await self.socket.receive(timeout=10)
        if message.type is aiohttp.WSMsgType.TEXT:
            return dict(json.loads(message.data))
        if message.type is aiohttp.WSMsgType.BINARY:
            return dict(json.loads(self._inflate.decompress(message.data)))
        return {"closed": self.socket.close_code}

    async def event(self, name: str) -> Json:
        """Wait for the next event with this name; return its data."""
        while (frame := await self.frame()).get("t") != name:
            assert "closed" not in frame, frame
        return dict(frame["d"])

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Send a request with the bot's token; return its status and JSON."""
        headers = {"Authorization": f"Bot {self.discord.token}"}
        url = self.discord.api_base + path
        kwargs = more if body is None else {"json": body, **more}
        async with self.session.request(method, url, headers=headers, **kwargs) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def respond(
        self,
        played: PlayedInteraction,
        kind: int,
        data: Any = None,
        files: dict[str, bytes] | None = None,
    ) -> tuple[int, Any]:
        """Send a first response; return its status and JSON."""
        path = f"/interactions/{played.id}/{played.token}/callback?with_response=true"
        body = {"type": kind} | ({} if data is None else {"data": data})
        if files is None:
            return await self.call("POST", path, body)
        return await self.call("POST", path, data=multipart(body, files))

    async def hook(
        self, played: PlayedInteraction, method: str = "POST", path: str = "", body: Any = None
    ) -> tuple[int, Any]:
        """Post a follow-up, or change one of the interaction's messages."""
        base = f"/webhooks/{self.discord.platform.application_id}/{played.token}"
        return await self.call(method, base + path, body)

    async def declare(self, *commands: Json) -> tuple[int, Any]:
        """Replace all commands by *commands*."""
        path = f"/applications/{self.discord.platform.application_id}/commands"
        return await self.call("PUT", path, list(commands))

    async def played(self, **by: Any) -> PlayedInteraction:
        """Send a member's slash command, and return the interaction."""
        if not self.discord.commands:
            await self.declare({"name": "hi", "description": "Says hello"})
        return await self.discord.slash("hi", **by)


def multipart(body: Json, files: dict[str, bytes]) -> aiohttp.FormData:
    """Return a multipart body with numbered files."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body))
    for index, (name, content) in enumerate(files.items()):
        form.add_field(f"files[{index}]", io.BytesIO(content), filename=name)
    return form


def custom_id() -> str:
    """Return a unique custom_id."""
    return secrets.token_hex(4)


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def button(**more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id()} | more


def options(count: int, **more: Any) -> list[Json]:
    return [{"label": f"Option {n}", "value": str(n)} | more for n in range(count)]


def select(count: int = 2, **more: Any) -> Json:
    return {"type": 3, "custom_id": custom_id(), "options": options(count)} | more


def text(content: str = "words") -> Json:
    return {"type": 10, "content": content}


def v2(*components: Json, **more: Any) -> Json:
    """Return a message in version 2 of components."""
    return {"flags": 1 << 15, "components": list(components)} | more


def errors_at(body: Json, path: str) -> list[str]:
    """Return the codes of the errors at a dotted path of an error response."""
    leaf = body.get("errors", {})
    for step in path.split(".") if path else []:
        leaf = leaf.get(step, {})
    return [error["code"] for error in leaf.get("_errors", [])]
