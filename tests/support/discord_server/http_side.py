"""The HTTP API of the loopback Discord: it reads, answers and records requests."""

import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import BodyPartReader, web

from discord_server.basics import encode
from discord_server.errors import ApiError, Json, unauthorized
from discord_server.message_rules import Body, Upload
from discord_server.openapi import SchemaCheck
from discord_server.planned_faults import HEADERS
from discord_server.platform_state import Platform
from discord_server.received_request import ReceivedRequest
from discord_server.route_table import TABLE, TOKEN_IN_PATH, Handler

PREFIX = "/api/v10"
LARGEST = 128 * 2**20
BANNING = {401, 403, 429}
"""Statuses that Discord counts: after 10,000 in ten minutes, it bans the IP address."""


def add_routes(app: web.Application, platform: Platform) -> None:
    """Add every route of the table, and one that handles unknown routes."""
    schema = SchemaCheck.available()
    for name, method, path, handler in TABLE:
        app.router.add_route(method, PREFIX + path, endpoint(platform, name, path, handler, schema))
    app.router.add_route("*", "/{rest:.*}", unknown_route(platform))


Endpoint: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def unknown_route(platform: Platform) -> Endpoint:
    """Return an endpoint that responds to unknown routes and records them as errors."""

    async def handle(request: web.Request) -> web.Response:
        platform.counters["unknown route"] += 1
        platform.errors.append(f"unknown route: {request.method} {request.path}")
        return respond(404, {"message": "404: Not Found", "code": 0})

    return handle


def endpoint(
    platform: Platform, name: str, path: str, handler: Handler, schema: SchemaCheck | None
) -> Endpoint:
    """Return an endpoint that counts, reads and authorizes a request and calls *handler*."""
    limits = {} if name in TOKEN_IN_PATH else bucket(name)

    async def effect(request: web.Request) -> web.Response:
        received = ReceivedRequest(
            name,
            request.method,
            request.path,
            dict(request.match_info),
            dict(request.query),
            await read(request),
        )
        platform.requests.append(received)
        shown = request.headers.get("Authorization")
        if name not in TOKEN_IN_PATH and shown != f"Bot {platform.token}":
            raise unauthorized()
        result = await handler(platform, received)
        if schema is not None and received.json:
            platform.errors += schema.faults(request.method, path, received.json)
        return respond(204 if result is None else 200, result, limits)

    async def safe(request: web.Request) -> web.Response:
        try:
            return await effect(request)
        except ApiError as error:
            return respond(error.status, error.body, limits)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 - the stand-in's own fault: said so, so that no test passes by it
            platform.errors.append(traceback.format_exc())
            return respond(500, {"message": "500: Internal Server Error", "code": 0})

    async def handle(request: web.Request) -> web.Response:
        platform.counters[name] += 1
        fault = platform.faults.take(name)
        answer = await (fault.apply(request, lambda: safe(request)) if fault else safe(request))
        platform.counters[f"{name} {answer.status}"] += 1
        shared = answer.headers.get("X-RateLimit-Scope") == "shared"
        platform.counters["invalid requests"] += answer.status in BANNING and not shared
        platform.bell.notify()
        return answer

    return handle


def bucket(name: str) -> dict[str, str]:
    """Return rate limit headers with capacity left, so that the client doesn't send one by one."""
    return {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": name,
    }


def respond(status: int, result: Any, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON response with exactly the Content-Type that discord.py compares with."""
    together = HEADERS | (headers or {})
    if status == 204:
        return web.Response(status=204, headers=together)
    body = encode(result)
    return web.Response(status=status, body=body, content_type="application/json", headers=together)


async def read(request: web.Request) -> Body:
    """Return the body of a JSON request, or of a multipart one with payload_json and files[n]."""
    if not request.can_read_body:
        return Body({})
    if request.content_type == "multipart/form-data":
        return await read_multipart(request)
    try:
        return Body(json.loads(await request.read() or b"{}"))
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


async def read_multipart(request: web.Request) -> Body:
    body: Json = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        name = part.name or ""
        if name == "payload_json":
            body = json.loads(content)
        elif name.startswith("files[") and name.endswith("]"):
            files[int(name[6:-1])] = Upload(part.filename or "unnamed", content)
    return Body(body, files)
