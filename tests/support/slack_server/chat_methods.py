"""The methods chat.*, conversations.history and pins.*, which post and read messages."""

from slack_server.method_registry import (
    add_message,
    known_channel,
    known_message,
    method,
    open_channel,
    parse_bool,
    parsed_arguments,
    replace_message,
    require_scope,
)
from slack_server.world import BOT, ApiError, Channel, Json, Message, World


@method("chat.postMessage", "chat:write", takes_json=True)
def post_message(world: World, args: Json) -> Json:
    (name,) = parsed_arguments(args, "channel")
    channel = _postable(world, name)
    thread = str(args.get("thread_ts") or "")
    if channel.read_only:
        raise ApiError("restricted_action_read_only_channel")
    if channel.thread_only and not thread:
        raise ApiError("restricted_action_thread_only_channel")
    message = Message(channel.id, world.stamp(), thread_ts=thread, via="chat.postMessage")
    add_message(world, message, args)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _postable(world: World, name: str) -> Channel:
    channel = known_channel(world, name)
    if "chat:write.public" in world.scopes and not (channel.private or channel.archived):
        return channel
    return open_channel(world, name)


@method("chat.postEphemeral", "chat:write", takes_json=True)
def post_ephemeral(world: World, args: Json) -> Json:
    name, user = parsed_arguments(args, "channel", "user")
    channel = open_channel(world, name)
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    message = Message(channel.id, world.stamp(), shown_to=user, via="chat.postEphemeral")
    message.thread_ts = str(args.get("thread_ts") or "")
    add_message(world, message, args)
    return {"message_ts": message.ts}


@method("chat.update", "chat:write", takes_json=True)
def update(world: World, args: Json) -> Json:
    name, ts = parsed_arguments(args, "channel", "ts")
    channel = open_channel(world, name)
    message = known_message(world, channel, ts)
    if message.user != BOT:
        raise ApiError("cant_update_message")
    replace_message(world, message, {"text": message.text, "blocks": message.blocks} | args)
    message.edits += 1
    return {"channel": channel.id, "ts": ts, "text": message.text, "message": message.as_json()}


@method("chat.delete", "chat:write", takes_json=True)
def delete(world: World, args: Json) -> Json:
    name, ts = parsed_arguments(args, "channel", "ts")
    channel = known_channel(world, name)
    message = known_message(world, channel, ts)
    if message.user != BOT:
        raise ApiError("cant_delete_message")
    message.deleted = True
    world.news.notify()
    return {"channel": channel.id, "ts": ts}


@method("chat.getPermalink")
def get_permalink(world: World, args: Json) -> Json:
    name, ts = parsed_arguments(args, "channel", "message_ts")
    channel = known_channel(world, name)
    known_message(world, channel, ts)
    link = f"https://loopback.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


@method("conversations.history")
def history(world: World, args: Json) -> Json:
    (name,) = parsed_arguments(args, "channel")
    channel = known_channel(world, name)
    kind = "im" if channel.person else "groups" if channel.private else "channels"
    require_scope(world, f"{kind}:history")
    if BOT not in channel.members:
        raise ApiError("not_in_channel")
    limit = min(int(args.get("limit") or 100), 999)
    since, until = str(args.get("oldest") or "0"), str(args.get("latest") or "9")
    whole = parse_bool(args.get("inclusive"))
    found = [
        message.as_json(metadata=parse_bool(args.get("include_all_metadata")))
        for message in reversed(world.posted[channel.id])
        if not (message.shown_to or message.deleted)
        and (since < message.ts < until or (whole and message.ts in {since, until}))
    ]
    first = int(str(args.get("cursor") or "0"))
    last, more = first + limit, len(found) > first + limit
    then = {"response_metadata": {"next_cursor": str(last)}} if more else {}
    return {"messages": found[first:last], "has_more": more, **then}


@method("pins.add", "pins:write", takes_json=True)
def pin(world: World, args: Json) -> Json:
    name, ts = parsed_arguments(args, "channel", "timestamp")
    channel = open_channel(world, name)
    known_message(world, channel, ts)
    if ts in channel.pins:
        raise ApiError("already_pinned")
    channel.pins.append(ts)
    return {}


@method("pins.remove", "pins:write", takes_json=True)
def unpin(world: World, args: Json) -> Json:
    name, ts = parsed_arguments(args, "channel", "timestamp")
    channel = open_channel(world, name)
    if ts not in channel.pins:
        raise ApiError("no_pin")
    channel.pins.remove(ts)
    return {}


@method("pins.list", "pins:read")
def pins(world: World, args: Json) -> Json:
    (name,) = parsed_arguments(args, "channel")
    channel = open_channel(world, name)
    pinned = [known_message(world, channel, ts).as_json() for ts in channel.pins]
    return {"items": [{"type": "message", "message": each} for each in pinned]}
