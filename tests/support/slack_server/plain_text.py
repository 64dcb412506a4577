"""The visible text of Slack's blocks, and blocks as readable text for golden files."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.shared.contract import Rendered
from adapters.slack.rendering.render import Message

Json = dict[str, Any]


def walk(node: Any) -> Iterator[Json]:
    """Yield every object in *node*, starting with *node* itself."""
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, dict | list | tuple):
            yield from walk(each)


def visible_text(blocks: Iterable[Json]) -> str:
    """Return the text that a reader sees, a line for each object."""
    shown = []
    for node in walk(list(blocks)):
        kind = node.get("type")
        text = node.get("text")
        if kind == "mrkdwn":
            text = str(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        shown += [text] if isinstance(text, str) else []
        shown += [node[key] for key in ("alt_text", "fallback", "url", "channel_id") if key in node]
    return "\n".join(shown)


def golden_text(rendered: Rendered[Message]) -> str:
    """Return the text of every page, with its buttons and selects and the commands they carry."""
    pages = [f"loss: {loss}" for loss in rendered.degradations]
    for number, message in enumerate(rendered.messages, 1):
        pages.append(f"=== page {number} of {len(rendered.messages)}")
        pages += [line for block in message.blocks for line in _lines(block, with_values=True)]
    return "\n".join(pages) + "\n"


def lines(blocks: Iterable[Json]) -> list[str]:
    """Return blocks as lines of text, as a member sees them."""
    return [line for block in blocks for line in _lines(block, with_values=False)]


def _lines(block: Json, *, with_values: bool) -> Iterator[str]:
    match block["type"]:
        case "header" | "divider" | "context" | "table" | "image" | "input":
            yield from _plain_lines(block)
        case "section":
            texts = (block.get("text"), *block.get("fields", ()))
            yield from (each["text"] for each in texts if each)
            if "accessory" in block:
                yield from _element(block["accessory"], with_values=with_values)
        case "rich_text":
            yield from (line for each in block["elements"] for line in _rich(each))
        case "actions":
            for each in block["elements"]:
                yield from _element(each, with_values=with_values)


def _plain_lines(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "divider":
            yield "---"
        case "context":
            yield from (f"-- {each['text']}" for each in block["elements"])
        case "table":
            for row in block["rows"]:
                yield "| " + " | ".join(map(_cell, row))
        case "image":
            yield f"(picture: {block['alt_text']})"
        case "input":
            yield f"{block['label']['text']}: [{block['element']['type']}]"


def _cell(cell: Json) -> str:
    return str(cell["text"]) if cell["type"] == "raw_text" else "".join(_rich(cell["elements"][0]))


def _rich(element: Json) -> Iterator[str]:
    match element["type"]:
        case "rich_text_list":
            yield from (
                "- " + "".join(map(_inline, each["elements"])) for each in element["elements"]
            )
        case "rich_text_preformatted":
            yield "```\n" + "".join(map(_inline, element["elements"])) + "\n```"
        case _:
            yield "".join(map(_inline, element["elements"]))


def _inline(part: Json) -> str:
    if part["type"] == "channel":
        return f"<#{part['channel_id']}>"
    text = str(part.get("text") or part.get("fallback") or "")
    marks = {"bold": "**", "italic": "_", "code": "`"}
    around = "".join(marks[each] for each in part.get("style", ()))
    return f"[{text}]({part['url']})" if "url" in part else f"{around}{text}{around[::-1]}"


def _element(element: Json, *, with_values: bool) -> Iterator[str]:
    if element["type"] == "button":
        yield f"[{element['text']['text']}]" + (f" {element['value']}" if with_values else "")
        return
    origin = element["action_id"].partition(" ")[2] if with_values else ""
    yield f"[{element['placeholder']['text']}]" + (f" {origin}" if origin else "")
    for each in element["options"]:
        yield f"  {each['text']['text']}" + (f" {each['value']}" if with_values else "")
