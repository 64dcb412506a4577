"""Checks of requests against Slack's limits, with Slack's error messages.

They cover more than the schema: limits of a whole message or view, and mentions that would
notify people.
"""

import ipaddress
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from slack_server.block_schema import MESSAGE, SUGGESTIONS, VIEW
from slack_server.world import ApiError, Json

TEXT = 40_000  # characters of a message's text (docs: chat.postMessage)
TABLE_TEXT = 10_000  # characters over all cells of a message's table (read in public issue threads)
# Undocumented. Reports put the limit near 13,200 characters, each block adding about 100 to its
# text (bolt-js issues 2509 and 2867, and measurements in public code).
MESSAGE_COST = 13_200
BLOCK_COST = 100
VIEW_BYTES = 250_000  # docs: views.open, view_too_large

PINGS = re.compile(r"<!(?:channel|here|everyone|subteam\^\w+)(?:\|[^>]*)?>|<@[UW]\w+(?:\|[^>]*)?>")
WORDS = {
    "missing": "missing required field: {field}",
    "extra_forbidden": "invalid additional property: {field}",
    "union_tag_invalid": "unsupported type: {tag}",
    "union_tag_not_found": "missing required field: type",
    "too_long": "no more than {max_length} items allowed",
    "too_short": "no fewer than {min_length} items allowed",
    "string_type": "must provide a string",
    "model_type": "must provide an object",
    "model_attributes_type": "must provide an object",
    "dict_type": "must provide an object",
    "list_type": "must provide an array",
    "bool_type": "must provide a boolean",
    "int_type": "must provide a number",
    "literal_error": "must be a valid enum value",
    "slack": "{words}",
}


def check_message(args: Json, files: set[str]) -> None:
    """Raise ApiError if Slack would refuse a message's text or blocks."""
    text, blocks = args.get("text") or "", args.get("blocks") or []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if args.get("attachments"):
        raise ApiError("invalid_attachments", ["[ERROR] legacy; blocks take their place"])
    if not blocks and not text.strip():
        raise ApiError("no_text")
    if len(text) > TEXT:
        raise ApiError("msg_too_long")
    faults = _schema(MESSAGE, {"blocks": blocks}) or _errors_beyond_schema(blocks, "/blocks", files)
    if faults:
        raise ApiError("invalid_blocks", faults)
    _check_tables(blocks)
    if sum(map(character_cost, blocks)) > MESSAGE_COST:
        raise ApiError("msg_blocks_too_long")


def check_view(view: Any, files: set[str]) -> None:
    """Raise ApiError if Slack would refuse a modal or a Home tab."""
    faults = _schema(VIEW, {"view": view}) or _errors_beyond_schema(
        view["blocks"], "/view/blocks", files
    )
    if faults:
        raise ApiError("invalid_arguments", faults)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise ApiError("view_too_large")


def check_suggestions(answer: Any) -> None:
    """Raise ApiError if Slack would refuse the options for an external select."""
    if faults := _schema(SUGGESTIONS, answer):
        raise ApiError("invalid_options", faults)


def texts_in(node: Any) -> Iterator[Json]:
    """Yield *node* and every object in it."""
    if isinstance(node, dict):
        yield node
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in below:
        yield from texts_in(each)


def character_cost(block: Json) -> int:
    """Return how many characters a block adds to Slack's total for its message."""
    written = (node.get("text") for node in texts_in(block))
    return BLOCK_COST + sum(len(each) for each in written if isinstance(each, str))


def pinged_names(args: Json) -> list[str]:
    """Return the mentions that would notify people, from text that Slack parses for mentions."""
    blocks = args.get("blocks")
    found = PINGS.findall(str(args.get("text") or ""))
    for node in texts_in(blocks if isinstance(blocks, list) else []):
        if node.get("type") in {"mrkdwn", "markdown"}:
            found += PINGS.findall(str(node.get("text")))
        if node.get("type") == "broadcast":
            found.append(f"<!{node.get('range')}>")
        if node.get("type") == "usergroup":
            found.append(f"<!subteam^{node.get('usergroup_id')}>")
    return found


def _schema(adapter: TypeAdapter[Any], value: Json) -> list[str]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return [_worded(each, value) for each in error.errors(include_url=False)]
    return []


def _worded(error: Any, value: Json) -> str:
    kind, given = error["type"], error.get("ctx", {})
    path = _pointer(error["loc"], value)
    if kind == "string_too_long":
        words = f"must be less than {given['max_length'] + 1} characters"
    elif kind == "string_too_short":
        words = f"must be more than {given['min_length'] - 1} characters"
    else:
        form = WORDS.get(kind, "failed to match schema")
        words = form.format(**{"field": error["loc"][-1] if error["loc"] else "", **given})
    if kind in {"missing", "extra_forbidden"}:
        path = path[:-1]
    path += [at] if (at := given.get("at")) else []
    path += ["type"] if kind == "union_tag_invalid" else []
    return _pointed(words.replace("'", ""), "/" + "/".join(path))


def _pointer(loc: tuple[str | int, ...], value: Any) -> list[str]:
    """Return pydantic's *loc* as a JSON path, without the tags of unions."""
    path: list[str] = []
    tagged = False
    for part in loc:
        if isinstance(value, dict) and value.get("type") == part and not tagged:
            tagged = True
            continue
        path.append(str(part))
        tagged = False
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
    return path


def _pointed(words: str, pointer: str) -> str:
    return f"[ERROR] {words} [json-pointer:{pointer}]"


def _errors_beyond_schema(blocks: list[Json], pointer: str, files: set[str]) -> list[str]:
    """Return errors that the schema can't find, such as repeated ids and unreachable images."""
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    for number, block in enumerate(blocks):
        here = f"{pointer}/{number}"
        faults += _repeated(block, here, seen)
        faults += _pictures(block, here, files)
        faults += [_pointed(each, here) for each in _slack_sdk(json.dumps(block))]
    return faults


def _repeated(block: Json, here: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    """Yield an error for each repeated id. Slack requires unique action_ids only within a block."""
    for node in texts_in(block):
        for field in ("block_id", "action_id"):
            name = node.get(field)
            if name and (field, name) in seen:
                yield _pointed(f"`{field}` {name} already exists", f"{here}/{field}")
            seen.add((field, str(name)))


def _pictures(block: Json, here: str, files: set[str]) -> Iterator[str]:
    for node in texts_in(block):
        if node.get("type") != "image":
            continue
        url, file = node.get("image_url"), node.get("slack_file")
        if isinstance(url, str) and not _reachable(url):
            yield _pointed("downloading image failed", f"{here}/image_url")
        if isinstance(file, dict) and file.get("id") and file["id"] not in files:
            yield _pointed("invalid slack file", f"{here}/slack_file")


def _reachable(url: str) -> bool:
    """Return True if Slack's servers could fetch an image from *url*."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme not in {"http", "https"} or host == "localhost":
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


@lru_cache(maxsize=4096)
def _slack_sdk(block: str) -> tuple[str, ...]:
    try:
        parsed = Block.parse(json.loads(block))
        if parsed is not None:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        return (str(error),)
    return ()


def _check_tables(blocks: list[Json]) -> None:
    tables = [each for each in blocks if each["type"] == "table"]
    if len(tables) > 1:
        raise ApiError("invalid_attachments", ["[ERROR] only_one_table_allowed"])
    if sum(character_cost(each) - BLOCK_COST for each in tables) > TABLE_TEXT:
        words = f"table must be less than {TABLE_TEXT + 1} characters"
        raise ApiError("invalid_blocks", [_pointed(words, "/blocks")])
