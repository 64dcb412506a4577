"""Short functions that build Block Kit blocks, for the tests of the loopback Slack."""

from typing import Any

from slack_server.world import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def button(text: str, value: str) -> Json:
    return {"type": "button", "text": plain(text), "action_id": f"do-{value}", "value": value}


def buttons(*texts: str) -> Json:
    return {"type": "actions", "elements": [button(each, each.lower()) for each in texts]}


def field(name: str, element: Json, *, optional: bool = False) -> Json:
    element = element | {"action_id": name}
    label = plain(name.capitalize())
    return {
        "type": "input",
        "block_id": name,
        "label": label,
        "optional": optional,
        "element": element,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "callback_id": "form", "title": plain("Salaries")}
    return view | {"submit": plain("Show"), "blocks": list(blocks)} | more


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "a", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a", **more}


def rich(*parts: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(parts), **more}]}


def words(text: str = "a", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def table(rows: int = 1, columns: int = 1, text: str = "a", **more: Any) -> Json:
    cells = [[{"type": "raw_text", "text": text}] * columns] * rows
    return {"type": "table", "rows": cells, **more}


def many_blocks(count: int) -> list[Json]:
    return [option(str(number), str(number)) for number in range(count)]
