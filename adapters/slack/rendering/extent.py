"""The room that Block Kit blocks take: on a phone, and in what Slack accepts as one message."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.shared.phone import COLUMNS as PHONE_COLUMNS
from adapters.shared.phone import (
    PAGE_CHARACTERS,
    PAGE_LINES,
    PICTURE_LINES,
    SCREEN_CHARACTERS,
    SCREEN_LINES,
    columns_beside,
    count_lines,
    count_monospace_lines,
    count_row_lines,
)
from adapters.slack.rendering.limits import BLOCK_COST, PAGE_COST
from adapters.slack.rendering.rich_text import UNKNOWN_CHANNEL, Json

_LINK = re.compile(r"<[^|>]+\|([^>]*)>")  # in mrkdwn
_BULLET_COLUMNS = 2
_ACCESSORY_LINES = 2  # of a button beside a text
_TOO_MANY_LINES = PAGE_LINES + 1
_FIXED_LINES = {"image": PICTURE_LINES, "divider": 1}
_NOTE_LINES, _NOTE_CHARACTERS = 1, 20  # of "Page 1 of 2"


@dataclass(frozen=True, slots=True)
class Extent:
    """Lines and characters as a member sees them on a phone, without rows of buttons.

    *cost* is what Slack presumably counts toward a message's limit.
    """

    lines: int = 0
    characters: int = 0
    cost: int = 0

    def __add__(self, other: "Extent") -> "Extent":
        """Return the extent of both together."""
        return Extent(
            self.lines + other.lines,
            self.characters + other.characters,
            self.cost + other.cost,
        )

    def __sub__(self, other: "Extent") -> "Extent":
        """Return the room that is left of this extent beside *other*."""
        return Extent(
            self.lines - other.lines,
            self.characters - other.characters,
            self.cost - other.cost,
        )

    def fits(self, limit: "Extent") -> bool:
        """Return whether this is no larger than *limit*."""
        return (
            self.lines <= limit.lines
            and self.characters <= limit.characters
            and self.cost <= limit.cost
        )


# Each has room for a note of the page's number.
SCREEN = Extent(SCREEN_LINES - _NOTE_LINES, SCREEN_CHARACTERS - _NOTE_CHARACTERS, PAGE_COST)
PAGE = Extent(PAGE_LINES - _NOTE_LINES, PAGE_CHARACTERS - _NOTE_CHARACTERS, PAGE_COST)


def measure(blocks: Iterable[Json]) -> Extent:
    """Return the extent of *blocks*."""
    return sum(map(_measure_block, blocks), Extent())


def text_length(node: Any) -> int:
    """Return the number of characters in all texts and URLs of *node*, a block or part of one."""
    if isinstance(node, dict):
        own = sum(len(node[key]) for key in ("text", "url") if isinstance(node.get(key), str))
        return own + sum(
            text_length(each) for each in node.values() if isinstance(each, dict | list)
        )
    return sum(map(text_length, node)) if isinstance(node, list | tuple) else 0


def _measure_block(block: Json) -> Extent:
    lines, characters = _measure_visible(block)
    return Extent(lines, characters, BLOCK_COST + text_length(block))


def _measure_visible(block: Json) -> tuple[int, int]:
    """Return the lines and characters of *block*; buttons and menus have none."""
    match block["type"]:
        case "rich_text":
            return _total(map(_measure_rich_text, block["elements"]))
        case "section":
            return _measure_section(block)
        case "context":
            text = " ".join(map(_object_text, block["elements"]))
            return count_lines(text), len(text)
        case "table":
            return _measure_table(block)
    return _FIXED_LINES.get(block["type"], 0), 0


def _measure_section(block: Json) -> tuple[int, int]:
    accessory = block.get("accessory")
    columns = columns_beside(accessory["text"]["text"]) if accessory else PHONE_COLUMNS
    texts = [_object_text(each) for each in (block.get("text"), *block.get("fields", ())) if each]
    lines = sum(count_lines(text, columns) for text in texts)
    return max(lines, _ACCESSORY_LINES if accessory else 0), sum(map(len, texts))


def _object_text(text: Json) -> str:
    """Return a text object's text, with the labels of links only."""
    return _LINK.sub(r"\1", text["text"])


def _measure_rich_text(element: Json) -> tuple[int, int]:
    match element["type"]:
        case "rich_text_list":
            items = [_inline_text(each) for each in element["elements"]]
            return _measure_texts(items, _BULLET_COLUMNS)
        case "rich_text_preformatted":
            text = _inline_text(element)
            long = len(text) > PAGE_CHARACTERS
            return _TOO_MANY_LINES if long else count_monospace_lines(text), len(text)
    return _measure_texts([_inline_text(element)])


def _measure_texts(texts: Sequence[str], indent: int = 0) -> tuple[int, int]:
    """Return the lines and characters of *texts* below each other, each after an *indent*.

    The lines of what is too long for a page anyway aren't counted, because that would take long.
    """
    characters = sum(len(text) + indent for text in texts)
    if characters > PAGE_CHARACTERS:
        return _TOO_MANY_LINES, characters
    return sum(count_lines(text, PHONE_COLUMNS - indent) for text in texts), characters


def _measure_table(block: Json) -> tuple[int, int]:
    rows = [[_cell_text(cell) for cell in row] for row in block["rows"]]
    characters = sum(len(cell) for row in rows for cell in row)
    if characters > PAGE_CHARACTERS:
        return _TOO_MANY_LINES, characters
    nowrap = [not each["is_wrapped"] for each in block["column_settings"]]
    return sum(count_row_lines(rows, nowrap)), characters


def _cell_text(cell: Json) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    return "\n".join(map(_inline_text, cell["elements"]))


def _inline_text(element: Json) -> str:
    return "".join(map(_part_text, element["elements"]))


def _part_text(part: Json) -> str:
    return str(part.get("text") or part.get("fallback") or part.get("url") or UNKNOWN_CHANNEL)


def _total(measured: Iterable[tuple[int, int]]) -> tuple[int, int]:
    pairs: Sequence[tuple[int, int]] = [*measured]
    return sum(lines for lines, _ in pairs), sum(characters for _, characters in pairs)
