"""The registry of Web API methods, and helper functions that several of them share."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from slack_server.validation import check_message, pinged_names
from slack_server.world import BOT, ApiError, Channel, Json, Message, World

Run = Callable[[World, Json], Json]


@dataclass(frozen=True)
class Method:
    run: Run
    scope: str
    kind: str
    takes_json: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, scope: str = "", kind: str = "bot", *, takes_json: bool = False
) -> Callable[[Run], Run]:
    """Return a decorator that registers a method; it takes a ``bot`` or an ``app`` token (*kind*).

    Only methods that write accept arguments as JSON. The others accept a query or a form and ignore
    a JSON body without an error (docs: using the Web API).
    """

    def register(run: Run) -> Run:
        METHODS[name] = Method(run, scope, kind, takes_json)
        return run

    return register


def require_scope(world: World, scope: str) -> None:
    """Raise ApiError unless the app was granted *scope*."""
    if scope and scope not in world.scopes:
        provided = ",".join(sorted(world.scopes))
        raise ApiError("missing_scope", needed=scope, provided=provided)


def parsed_arguments(args: Json, *names: str) -> tuple[Any, ...]:
    """Return the values of required arguments; raise ApiError if one is missing."""
    for name in names:
        if not args.get(name):
            raise ApiError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return tuple(args[name] for name in names)


def parse_bool(value: Any) -> bool:
    """Return the bool for a flag in a form or in JSON, read as Slack reads it."""
    return str(value).lower() in {"1", "true"}


def known_channel(world: World, name: Any) -> Channel:
    """Return a channel, or the direct message channel of a user's id; else raise ApiError."""
    if str(name) in world.users:
        return world.direct(str(name))
    if str(name) not in world.channels:
        raise ApiError("channel_not_found")
    return world.channels[str(name)]


def open_channel(world: World, name: Any) -> Channel:
    """Return a channel that the app may post to; raise ApiError if it may not."""
    channel = known_channel(world, name)
    if channel.archived:
        raise ApiError("is_archived")
    if BOT not in channel.members:
        raise ApiError("channel_not_found" if channel.private else "not_in_channel")
    return channel


def known_message(world: World, channel: Channel, ts: Any) -> Message:
    """Return a message that isn't deleted or ephemeral; raise ApiError if there is none."""
    for message in reversed(world.posted[channel.id]):
        if message.ts == ts and not message.deleted and not message.shown_to:
            return message
    raise ApiError("message_not_found")


def add_message(world: World, message: Message, body: Json) -> Message:
    """Post *body* as *message*; raise ApiError, and change nothing, if it isn't valid."""
    replace_message(world, message, body)
    before = world.posted[message.channel]
    if message.shown_to and message.thread_ts:
        thread = (each for each in before if each.thread_ts == message.thread_ts)
        message.unseen = all(each.shown_to or each.deleted for each in thread)
    before.append(message)
    world.news.notify()
    return message


def replace_message(world: World, message: Message, body: Json) -> None:
    """Replace the text, blocks and metadata of *message* by those of *body*, if they are valid."""
    if world.strict:
        check_message(body, world.pictures())
    metadata = body.get("metadata") or {}
    if metadata and not (
        isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    message.text = body.get("text") or ""
    message.blocks = with_block_ids(world, body.get("blocks") or [])
    kept = {block["block_id"] for block in message.blocks}
    message.values = {name: each for name, each in message.values.items() if name in kept}
    message.metadata = metadata or message.metadata
    world.unsafe_mentions += pinged_names(body)
    if message.blocks and not message.text.strip():
        world.without_text.append(message)
    world.news.notify()


def with_block_ids(world: World, blocks: list[Json]) -> list[Json]:
    """Return the blocks; each block and element without an id gets one, as Slack does."""
    blocks = deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", f"b{world.number()}")
        parts = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        for part in parts if block["type"] in {"section", "actions", "input"} else []:
            if part and part["type"] != "image":
                part.setdefault("action_id", f"a{world.number()}")
    return blocks
