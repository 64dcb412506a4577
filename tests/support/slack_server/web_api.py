"""The Web API and the response URLs over HTTP: bodies, tokens, scopes, faults."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from slack_server import chat_methods as _chat
from slack_server import directory_methods as _directory
from slack_server import file_methods as files
from slack_server import view_methods as _views
from slack_server.method_registry import (
    METHODS,
    add_message,
    parse_bool,
    replace_message,
    require_scope,
)
from slack_server.oauth_pages import Oauth
from slack_server.planned_faults import Faults, hang_up
from slack_server.world import ApiError, Json, Message, ResponseUrl, World

REGISTERED = (_chat, _directory, files, _views)  # importing them registers the methods
USES = 5  # how often a response URL may be used
NESTED = ("blocks", "view", "metadata", "attachments", "files")
JSON = "application/json"
BODY = 4 * 1024 * 1024


class WebApi:
    """Handles an app's requests to ``/api/METHOD`` and to its response URLs.

    The token determines the workspace; without a known token it is the first workspace.
    """

    def __init__(self, worlds: list[World], faults: Faults, oauth: Oauth) -> None:
        self._worlds, self._world = worlds, worlds[0]
        self._faults, self._oauth = faults, oauth

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._call),
            web.post("/response/{number}/{secret}", self._respond),
            web.post("/upload/v1/{file}", self._upload),
            web.get("/files-pri/{team}-{file}/download/{name}", self._download),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        if name == "oauth.v2.access":
            return await self._oauth.access(request)
        world = self._of(request.headers.get("Authorization", ""))
        return await self._asked(world, name, request)

    def _of(self, authorization: str) -> World:
        token = _token(authorization)
        return next((each for each in self._worlds if each.bot_token == token), self._world)

    async def _asked(self, world: World, name: str, request: web.Request) -> web.StreamResponse:
        world.counts[name] += 1
        try:
            args = _kept(name, request, await arguments(request))
        except ValueError:
            return self._refuse(world, name, ApiError("invalid_json"))
        world.calls.append((name, args))
        world.news.notify()
        fault = await self._faults.take(name, args)
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = self._answer(world, name, request.headers, args)
        return hang_up(request) if fault is not None else answer

    def _answer(
        self, world: World, name: str, headers: Mapping[str, str], args: Json
    ) -> web.Response:
        try:
            self._admit(world, name, headers.get("Authorization", ""))
            scopes = {"X-OAuth-Scopes": ",".join(sorted(world.scopes))}
            answer = {"ok": True, **METHODS[name].run(world, args)}
            return web.json_response(answer, headers=scopes)
        except ApiError as refusal:
            return self._refuse(world, name, refusal)
        finally:
            world.news.notify()

    def _refuse(self, world: World, name: str, refusal: ApiError) -> web.Response:
        world.refuse(name, refusal.error, refusal.messages)
        return web.json_response(refusal.as_json())

    def _admit(self, world: World, name: str, authorization: str) -> None:
        """Check that the method exists, then the token and its kind, then the scope."""
        if name not in METHODS:
            raise ApiError("unknown_method", req_method=name)
        token = _token(authorization)
        tokens = {world.bot_token: "bot", world.app_token: "app"}
        if not token:
            raise ApiError("not_authed")
        if token not in tokens:
            raise ApiError("invalid_auth")
        if tokens[token] != METHODS[name].kind:
            raise ApiError("not_allowed_token_type")
        if tokens[token] == "bot" and world.token_error:
            raise ApiError(world.token_error)
        require_scope(world, METHODS[name].scope)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        key = f"{request.match_info['number']}/{request.match_info['secret']}"
        world = next((each for each in self._worlds if key in each.response_urls), self._world)
        world.counts["response_url"] += 1
        try:
            body = await arguments(request)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        world.calls.append(("response_url", body))
        world.news.notify()
        fault = await self._faults.take("response_url", body)
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = _through(world, key, body)
        return hang_up(request) if fault is not None else answer

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        world = next((each for each in self._worlds if file in each.files), self._world)
        fault = await self._faults.take("upload", {"file": file})
        if fault is not None and fault.drop != "after":
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        answer = await files.receive(world, request)
        return hang_up(request) if fault is not None else answer

    async def _download(self, request: web.Request) -> web.StreamResponse:
        team = request.match_info["team"]
        world = next((each for each in self._worlds if each.team == team), self._world)
        fault = await self._faults.take("download", {"file": request.match_info["file"]})
        if fault is not None:
            return hang_up(request) if fault.drop else fault.answer() or web.Response()
        return await files.send_content(world, request)


def _through(world: World, key: str, body: Json) -> web.Response:
    url = world.response_urls.get(key)
    if url is None or url.expires < world.now() or url.uses >= USES:
        world.refuse("response_url", "used_url" if url else "no_such_url")
        return web.Response(status=404, text="used_url")
    try:
        respond(world, url, body)
    except ApiError as refusal:
        world.refuse("response_url", refusal.error, refusal.messages)
        # If a picture isn't ready, Slack answers 404 (java-slack-sdk 1349).
        status = 404 if any("invalid slack file" in each for each in refusal.messages) else 400
        return web.json_response({"ok": False, "error": refusal.error}, status=status)
    url.uses += 1
    return web.json_response({"ok": True})


def _token(authorization: str) -> str:
    return authorization.removeprefix("Bearer ").strip()


def respond(world: World, url: ResponseUrl, body: Json, via: str = "response_url") -> None:
    """Carry out a response: post a message, or replace or delete the original one."""
    kind = body.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise ApiError("invalid_response_type")
    if parse_bool(body.get("delete_original")) and url.message is not None:
        url.message.deleted = True
        world.news.notify()
    elif parse_bool(body.get("replace_original")) and url.message is not None:
        replace_message(world, url.message, body)
        url.message.edits += 1
    else:
        reader = "" if kind == "in_channel" else url.user
        shown = Message(url.channel, world.stamp(), shown_to=reader, via=via, origin=url.key)
        shown.thread_ts = str(body.get("thread_ts") or "")
        url.shown.append(add_message(world, shown, body))


def _kept(name: str, request: web.Request, args: Json) -> Json:
    """Return the arguments, without a JSON body that the method doesn't accept."""
    known = METHODS.get(name)
    dropped = request.content_type == JSON and known is not None and not known.takes_json
    return dict(request.query) if dropped else args


async def arguments(request: web.Request) -> Json:
    """Return the arguments of a call from its query, its form or its JSON.

    Raises:
        ValueError: the JSON isn't an object

    """
    found: Json = dict(request.query)
    text = (await request.read()).decode()
    if request.content_type == JSON and text:
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
    """Return an argument's value; decode it if it is JSON in a form."""
    if name not in NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
