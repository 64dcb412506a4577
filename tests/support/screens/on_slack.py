"""The screen that a Slack message fills, measured on its blocks."""

import re
from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len

from screens.measure import (
    BUTTON_LINES,
    PHONE_COLUMNS,
    PICTURE_LINES,
    THUMBNAIL_COLUMNS,
    THUMBNAIL_LINES,
    Button,
    Control,
    Menu,
    Screen,
    ScreenBuilder,
    columns_beside,
    shared_columns,
    wrapped_lines,
)

Json = dict[str, Any]
_INDENT = 2  # columns of a bullet or a quote's bar
_EMOJI, _NAME, _CHANNEL, _TIME = "☺ ", "@somebody", "#channel", "11/21/2026 12:00 PM "
_MRKDWN = re.compile(
    r"```(?P<block>.*?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<!date\^[^|>]*\|(?P<date>[^>]*)>"
    r"|<[^|>\s]+\|(?P<label>[^>]*)>"
    r"|<(?P<url>(?:https?|mailto):[^>]+)>"
    r"|<(?P<mention>[@#!][^>]*)>"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<style>(?<!\w)[*_~]+(?=\S)|(?<=\S)[*_~]+(?!\w))",
    re.DOTALL,
)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def measure(blocks: Iterable[Json]) -> Screen:
    """Return the screen that the blocks of one message fill.

    Raises:
        ValueError: if a block or an element is of an unknown type.

    """
    found = ScreenBuilder()
    for block in blocks:
        _add(block, found)
    return found.screen()


def _add(block: Json, found: ScreenBuilder) -> None:  # noqa: C901  # one case a type
    match block["type"]:
        case "header":
            found.add_text(_text(block["text"]))
        case "section":
            _add_section(block, found)
        case "context":
            found.add_text(" ".join(map(_context_text, block["elements"])))
        case "rich_text":
            for each in block["elements"]:
                _add_rich_text(each, found)
        case "table":
            _add_table(block, found)
        case "image":
            found.lines += PICTURE_LINES
            if "title" in block:
                found.add_text(_text(block["title"]))
        case "divider":
            found.lines += 1
        case "actions":
            found.add_row([_control(each) for each in block["elements"]])
        case unknown:
            raise ValueError(f"a block of type {unknown}")


def _add_section(block: Json, found: ScreenBuilder) -> None:
    columns, least, before = PHONE_COLUMNS, 0, found.lines
    accessory = block.get("accessory")
    if accessory and accessory["type"] == "image":
        columns, least = PHONE_COLUMNS - THUMBNAIL_COLUMNS, THUMBNAIL_LINES
    elif accessory:
        control = _control(accessory)
        found.accessories.append(control)
        columns, least = columns_beside(control), BUTTON_LINES
    for text in ([block["text"]] if "text" in block else []) + block.get("fields", []):
        found.add_text(_text(text), columns)
    found.lines = max(found.lines, before + least)


def _add_rich_text(element: Json, found: ScreenBuilder) -> None:
    indent = _INDENT * element.get("indent", 0)
    match element["type"]:
        case "rich_text_section":
            found.add_text(_inline_text(element))
        case "rich_text_list":
            for item in element["elements"]:
                found.add_text(_inline_text(item), indent=indent + _INDENT)
                found.characters += _INDENT
        case "rich_text_quote":
            found.add_text(_inline_text(element), indent=_INDENT)
        case "rich_text_preformatted":
            found.add_monospace(_inline_text(element))
        case unknown:
            raise ValueError(f"rich text of type {unknown}")


def _add_table(block: Json, found: ScreenBuilder) -> None:
    rows = [[_cell_text(cell) for cell in row] for row in block["rows"]]
    settings = [each or {} for each in block.get("column_settings", ())]
    settings += [{}] * (len(rows[0]) - len(settings))
    natural = [max(map(_widest_line, column)) for column in zip(*rows, strict=True)]
    widths = shared_columns(natural, [not each.get("is_wrapped", False) for each in settings])
    for row in rows:
        found.lines += max(
            sum(wrapped_lines(line, width) for line in cell.split("\n"))
            for cell, width in zip(row, widths, strict=True)
        )
        found.characters += sum(len(cell.replace("\n", "").strip()) for cell in row)


def _widest_line(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


def _cell_text(cell: Json) -> str:
    if cell["type"] == "rich_text":
        return "\n".join(map(_inline_text, cell["elements"]))
    return str(cell["text"])


def _inline_text(element: Json) -> str:
    return "".join(map(_inline_part, element["elements"])).removesuffix("\n")


def _inline_part(part: Json) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part.get("text") or part["url"])
        case "date":
            return str(part.get("fallback") or _TIME)
        case "emoji":
            return _EMOJI
        case "channel":
            return _CHANNEL
        case "user" | "usergroup" | "broadcast":
            return _NAME
        case unknown:
            raise ValueError(f"a part of rich text of type {unknown}")


def _context_text(element: Json) -> str:
    return _EMOJI if element["type"] == "image" else _text(element)


def _text(text: Json) -> str:
    """Return a text object as a member sees it."""
    shown = str(text["text"])
    if text["type"] == "plain_text":
        return shown
    shown = _MRKDWN.sub(_visible, shown)
    for entity, character in _ENTITIES:
        shown = shown.replace(entity, character)
    return shown


def _visible(found: re.Match[str]) -> str:
    if found["mention"]:
        return _NAME
    if found["emoji"]:
        return _EMOJI
    names = ("block", "code", "date", "label", "url")
    return next((found[name] for name in names if found[name]), "").strip("\n")


def _control(element: Json) -> Control:
    kind = str(element["type"])
    if kind == "button":
        return Button(_text(element["text"]), element.get("style", "secondary"))
    if kind.endswith("_select") or kind == "overflow":
        groups = [element, *element.get("option_groups", ())]
        options = [each for group in groups for each in group.get("options", ())]
        placeholder = _text(element["placeholder"]) if "placeholder" in element else "…"
        return Menu(placeholder, tuple(_text(each["text"]) for each in options))
    raise ValueError(f"an element of type {kind} among buttons")
