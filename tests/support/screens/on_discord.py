"""The screen that a Discord message fills, measured on its components as JSON."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from screens.measure import (
    BUTTON_LINES,
    FILE_LINES,
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
)

Json = dict[str, Any]
_BUTTON, _THUMBNAIL = 2, 11
_MENUS = {3: "", 5: "Select a user", 6: "Select a role", 7: "Select", 8: "Select a channel"}
_STYLES = {1: "primary", 3: "primary", 4: "danger"}
_FENCE = re.compile(r"```(?:[a-z]*\n)?(.*?)```", re.DOTALL)
_LINE_MARK = re.compile(r"(?P<indent> *)(?P<mark>#{1,3} |-# |[-*] |\d+\. |> )?")
_INLINE = re.compile(
    r"\\(?P<escaped>.)"
    r"|(?P<ticks>`+)(?P<code>.+?)(?P=ticks)"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])+)\]\([^\s()]+\)"
    r"|<t:(?P<time>\d+)(?::\w)?>"
    r"|<(?P<command>/[^:>]+):\d+>"
    r"|<(?P<mention>@&?|#)\d+>"
    r"|<a?:(?P<emoji>\w+):\d+>"
    r"|<?(?P<url>https?://[^\s<>]+)>?"
    r"|(?P<style>\*+|_+|~~|\|\|)"
)
_TIME = "November 21, 2026 12"  # the length of a date with its time
_MENTION = "@somebody"


def measure(components: Iterable[Json]) -> Screen:
    """Return the screen that the components of one message fill.

    Raises:
        ValueError: if a component is of an unknown type.

    """
    found = ScreenBuilder()
    for component in components:
        _add(component, found)
    return found.screen()


def visible_lines(content: str) -> Iterator[str]:
    """Yield the lines of markdown as a member sees them."""
    yield from (line.mark + line.text for line in _split_lines(content))


def visible_text(markdown: str) -> str:
    """Return the text of one line of markdown as a member sees it."""
    return _INLINE.sub(_visible, markdown)


def _visible(found: re.Match[str]) -> str:
    if found["label"]:
        return visible_text(found["label"])
    if found["code"]:
        return found["code"].strip() if len(found["ticks"]) > 1 else found["code"]
    if found["time"]:
        return _TIME
    if found["mention"]:
        return _MENTION
    if found["emoji"]:
        return "☺ "
    return found["escaped"] or found["command"] or found["url"] or ""


def _add(component: Json, found: ScreenBuilder) -> None:
    match component["type"]:
        case 1:
            found.add_row([_control(each) for each in component["components"]])
        case 9:
            _add_section(component, found)
        case 10:
            _add_markdown(component["content"], PHONE_COLUMNS, found)
        case 12:
            found.lines += PICTURE_LINES
        case 13:
            found.lines += FILE_LINES
        case 14:
            found.lines += 1
        case 17:
            for each in component["components"]:
                _add(each, found)
        case unknown:
            raise ValueError(f"a component of type {unknown}")


def _add_section(section: Json, found: ScreenBuilder) -> None:
    accessory, before = section["accessory"], found.lines
    if accessory["type"] == _THUMBNAIL:
        columns, least = PHONE_COLUMNS - THUMBNAIL_COLUMNS, THUMBNAIL_LINES
    else:
        control = _control(accessory)
        found.accessories.append(control)
        columns, least = columns_beside(control), BUTTON_LINES
    for each in section["components"]:
        _add_markdown(each["content"], columns, found)
    found.lines = max(found.lines, before + least)


def _add_markdown(content: str, columns: int, found: ScreenBuilder) -> None:
    for line in _split_lines(content):
        if line.is_code:
            found.add_monospace(line.text)
        else:
            found.add_text(line.text, columns, line.indent + len(line.mark))
            found.characters += len(line.mark)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as a member sees it: its text, after a bullet, a number or a quote's bar."""

    text: str
    mark: str = ""
    indent: int = 0
    is_code: bool = False


def _split_lines(content: str) -> Iterator[_Line]:
    for at, part in enumerate(_FENCE.split(content)):
        if at % 2:
            yield from (_Line(line, is_code=True) for line in part.removesuffix("\n").split("\n"))
        elif part.strip("\n") or _is_gap(part):
            yield from map(_parse_line, part.strip("\n").split("\n"))


def _is_gap(part: str) -> bool:
    """Return whether *part*, between two code blocks, is a blank line."""
    return part.count("\n") > 1


def _parse_line(line: str) -> _Line:
    start = _LINE_MARK.match(line)
    indent, mark = (start["indent"], start["mark"] or "") if start else ("", "")
    text = visible_text(line[len(indent) + len(mark) :])
    return _Line(text, "" if mark.endswith("# ") else mark, len(indent))


def _control(component: Json) -> Control:
    kind = component["type"]
    if kind == _BUTTON:
        emoji = component.get("emoji", {}).get("name", "")
        label = component.get("label") or emoji
        return Button(label, _STYLES.get(component["style"], "secondary"))
    if kind in _MENUS:
        options = tuple(each["label"] for each in component.get("options", ()))
        return Menu(component.get("placeholder") or _MENUS[kind], options)
    raise ValueError(f"a component of type {kind} among buttons")
