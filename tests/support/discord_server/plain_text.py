"""A Discord message as readable text for golden files."""

from collections.abc import Iterator
from typing import Any

from adapters.discord.rendering.render import Message
from adapters.shared.contract import Rendered


def golden_text(rendered: Rendered[Message]) -> str:
    """Return the text of every page, with its buttons and selects and the commands they carry."""
    pages = []
    for number, message in enumerate(rendered.messages, 1):
        head = f"=== page {number} of {len(rendered.messages)}"
        pages.append("\n".join([head, *_lines(message.components)]))
    losses = [f"loss: {loss}" for loss in rendered.degradations]
    return "\n".join([*losses, *pages]) + "\n"


def _lines(components: Any) -> Iterator[str]:
    for each in components:
        match each["type"]:
            case 10:
                yield each["content"]
            case 2:
                disabled = " (disabled)" if each.get("disabled") else ""
                yield f"[{each['label']}]{disabled} {each['custom_id']}"
            case 3:
                yield f"[{each['placeholder']}]"
                yield from (f"  {one['label']} {one['value']}" for one in each["options"])
            case 12:
                yield from (f"(picture: {item['description']})" for item in each["items"])
            case 9:
                yield from _lines([*each["components"], each["accessory"]])
            case 14:
                yield "────"
            case 13:
                yield f"(file: {each['file']['url']})"
            case _:
                yield from _lines(each["components"])
