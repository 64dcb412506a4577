"""The Web API and the response URLs over HTTP: bodies, tokens, scopes, faults."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import slack_chat as _chat
import slack_directory as _directory
import slack_files as files
import slack_views as _views
from aiohttp import web
from slack_faults import Faults, hang_up
from slack_methods import METHODS, fill, need, put, truth
from slack_world import Json, Message, NotOk, ResponseUrl, World

REGISTERED = (_chat, _directory, files, _views)  # importing them is what registers the methods
USES = 5  # how often a response URL may be used
NESTED = ("blocks", "view", "metadata", "attachments", "files")
BODY = 4 * 1024 * 1024


class WebApi:
    """Answers what an app asks of ``/api/METHOD`` and of its response URLs."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._call),
            web.post("/response/{number}/{secret}", self._respond),
            web.post("/upload/v1/{file}", self._upload),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self._world.counts[name] += 1
        try:
            args = await arguments(request)
        except ValueError:
            return self._refuse(name, NotOk("invalid_json"))
        self._world.calls.append((name, args))
        self._world.news.tell()
        fault = await self._faults.take(name, args)
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = self._answer(name, request.headers, args)
        return hang_up(request) if fault is not None else answer

    def _answer(self, name: str, headers: Mapping[str, str], args: Json) -> web.Response:
        try:
            self._admit(name, headers.get("Authorization", ""))
            scopes = {"X-OAuth-Scopes": ",".join(sorted(self._world.scopes))}
            answer = {"ok": True, **METHODS[name].run(self._world, args)}
            return web.json_response(answer, headers=scopes)
        except NotOk as refusal:
            return self._refuse(name, refusal)
        finally:
            self._world.news.tell()

    def _refuse(self, name: str, refusal: NotOk) -> web.Response:
        self._world.refuse(name, refusal.error, refusal.messages)
        return web.json_response(refusal.as_json())

    def _admit(self, name: str, authorization: str) -> None:
        """Check the method, the token's presence, value and kind, then the scope."""
        if name not in METHODS:
            raise NotOk("unknown_method", req_method=name)
        token = authorization.removeprefix("Bearer ").strip()
        tokens = {self._world.bot_token: "bot", self._world.app_token: "app"}
        if not token:
            raise NotOk("not_authed")
        if token not in tokens:
            raise NotOk("invalid_auth")
        if tokens[token] != METHODS[name].kind:
            raise NotOk("not_allowed_token_type")
        if tokens[token] == "bot" and self._world.token_error:
            raise NotOk(self._world.token_error)
        need(self._world, METHODS[name].scope)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        self._world.counts["response_url"] += 1
        key = f"{request.match_info['number']}/{request.match_info['secret']}"
        try:
            body = await arguments(request)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        self._world.calls.append(("response_url", body))
        self._world.news.tell()
        fault = await self._faults.take("response_url", body)
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = self._through(key, body)
        return hang_up(request) if fault is not None else answer

    def _through(self, key: str, body: Json) -> web.Response:
        url = self._world.response_urls.get(key)
        if url is None or url.expires < self._world.now() or url.uses >= USES:
            self._world.refuse("response_url", "used_url" if url else "no_such_url")
            return web.Response(status=404, text="used_url")
        try:
            respond(self._world, url, body)
        except NotOk as refusal:
            self._world.refuse("response_url", refusal.error, refusal.messages)
            return web.Response(status=400, text=refusal.error)
        url.uses += 1
        return web.json_response({"ok": True})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = await self._faults.take("upload", {"file": request.match_info["file"]})
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = await files.receive(self._world, request)
        return hang_up(request) if fault is not None else answer


def respond(world: World, url: ResponseUrl, body: Json, via: str = "response_url") -> None:
    """Show what an app answers: anew, in the place of the message, or that message no more."""
    kind = body.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise NotOk("invalid_response_type")
    if truth(body.get("delete_original")) and url.message is not None:
        url.message.deleted = True
        world.news.tell()
    elif truth(body.get("replace_original")) and url.message is not None:
        fill(world, url.message, body)
        url.message.edits += 1
    else:
        reader = "" if kind == "in_channel" else url.user
        shown = Message(url.channel, world.stamp(), shown_to=reader, via=via, origin=url.key)
        shown.thread_ts = str(body.get("thread_ts") or "")
        url.shown.append(put(world, shown, body))


async def arguments(request: web.Request) -> Json:
    """Read the arguments of a call from its query, its form or its JSON.

    Raises:
        ValueError: the body is no JSON object

    """
    found: Json = dict(request.query)
    text = (await request.read()).decode()
    if request.content_type == "application/json" and text:
        body = json.loads(text)
        if not isinstance(body, dict):
            raise ValueError(text)
        return found | body
    if request.content_type.startswith("multipart/"):
        found |= {name: str(value) for name, value in (await request.post()).items()}
    else:
        found |= dict(parse_qsl(text, keep_blank_values=True))
    return {name: _nested(name, value) for name, value in found.items()}


def _nested(name: str, value: Any) -> Any:
    """Decode the arguments that a form carries as JSON."""
    if name not in NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
