"""The methods files.*: the upload in three steps that replaced files.upload."""

import json
from typing import Any

from aiohttp import web

from slack_server.method_registry import method, open_channel, parsed_arguments
from slack_server.world import ApiError, Json, Message, World


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(world: World, args: Json) -> Json:
    name, length = parsed_arguments(args, "filename", "length")
    file = f"F{world.number()}"
    world.files[file] = {"id": file, "name": name, "size": int(length), "state": "waiting"}
    world.files[file] |= {"alt_txt": args.get("alt_txt") or "", "title": name}
    return {"upload_url": f"{world.base}/upload/v1/{file}", "file_id": file}


@method("files.completeUploadExternal", "files:write", takes_json=True)
def complete(world: World, args: Json) -> Json:
    (listed,) = parsed_arguments(args, "files")
    files = json.loads(listed) if isinstance(listed, str) else listed
    found = [_uploaded(world, each) for each in files]
    where = args.get("channel_id") or args.get("channels")
    if where:
        channel = open_channel(world, where)
        thread = str(args.get("thread_ts") or "")
        message = Message(channel.id, world.stamp(), thread_ts=thread, via="files")
        message.text, message.files = args.get("initial_comment") or "", found
        world.posted[channel.id].append(message)
        world.news.notify()
    for each in found:
        each["state"] = "complete"
        world.ready.setdefault(each["id"], world.now() + world.timing.file)
    return {"files": [_file_json(world, each) for each in found]}


def add_member_file(world: World, name: str, content: bytes) -> Json:
    """Store a file that a member has uploaded, for a form or in a message; return its JSON."""
    file = f"F{world.number()}"
    url = f"{world.base}/files-pri/{world.team}-{file}/download/{name}"
    world.files[file] = {"id": file, "name": name, "title": name, "size": len(content)}
    world.files[file] |= {"state": "complete", "url_private": url, "url_private_download": url}
    world.contents[file] = content
    return world.files[file]


async def send_content(world: World, request: web.Request) -> web.Response:
    """Return a file's bytes; without a token that may read it, Slack shows its login page."""
    file = request.match_info["file"]
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token != world.bot_token or "files:read" not in world.scopes:
        return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
    if file not in world.contents:
        return web.Response(status=404, text="file not found")
    return web.Response(body=world.contents[file], content_type="text/plain")


def _uploaded(world: World, wanted: Json) -> Json:
    file = world.files.get(str(wanted.get("id")))
    if file is None or file["state"] == "waiting":
        raise ApiError("file_not_found")
    file["title"] = wanted.get("title") or file["title"]
    return file


@method("files.info", "files:read")
def info(world: World, args: Json) -> Json:
    (name,) = parsed_arguments(args, "file")
    if name not in world.files:
        raise ApiError("file_not_found")
    return {"file": _file_json(world, world.files[name])}


def _file_json(world: World, file: Json) -> Json:
    """Return a file's JSON; its type is empty until Slack has processed the file."""
    return file if file["id"] in world.pictures() else {**file, "mimetype": ""}


async def receive(world: World, request: web.Request) -> web.Response:
    """Store the bytes that the app uploads to a file's upload URL."""
    file = world.files.get(request.match_info["file"])
    if file is None:
        return web.Response(status=404, text="no such upload")
    content = await _content(request)
    if len(content) != file["size"]:
        return web.Response(status=400, text="length does not match")
    file |= {"state": "uploaded", "mimetype": _kind(content)}
    world.counts["upload"] += 1
    return web.Response(text=f"OK - {len(content)}")


async def _content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    part: Any = next(iter(form.values()))
    return part.file.read() if hasattr(part, "file") else str(part).encode()


def _kind(content: bytes) -> str:
    return "image/png" if content.startswith(b"\x89PNG") else "application/octet-stream"
