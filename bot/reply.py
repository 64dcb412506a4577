"""Replies as platform-neutral nodes, which each adapter renders as its platform's markup.

A ``str`` is literal text, never markup. Renderers match on the unions ``Inline`` and ``Node`` and
end with ``assert_never``, so mypy names every renderer that lacks a new node.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from bot.call import Call
from bot.charts import render_in_thread
from bot.charts.model import Chart


@dataclass(frozen=True, slots=True)
class Bold:
    """The words that answer the question."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Less important words: a source's tag, a remark."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Text to type exactly as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words linked to a URL."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A member or a role, by platform-tagged id; it never notifies anybody."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by platform-tagged id; a link on its own platform."""

    id: str


@dataclass(frozen=True, slots=True)
class Time:
    """An aware datetime in UTC; adapters show it in the reader's time zone if they can."""

    at: datetime


Inline = str | Bold | Emphasis | Code | Link | Mention | Channel | Time
Prose = str | tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of the nodes below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list."""

    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels, each with its value."""

    items: tuple[tuple[str, Prose], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; *nowrap* is for figures and short tags."""

    title: str
    nowrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has one cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Prose, ...], ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a row of another length, here rather than in a renderer."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell for each column")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Preformatted text: line breaks and spaces are kept."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, or a chart that is drawn as one, with the same facts as alternative text."""

    name: str
    data: bytes | Chart
    alt: str

    async def png(self) -> bytes:
        """Return the PNG; a chart is drawn in a thread."""
        return self.data if isinstance(self.data, bytes) else await render_in_thread(self.data)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of the reply in small print, one line each."""

    lines: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its label and the call that it makes."""

    label: str
    call: Call


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons, or a menu if there are many."""

    options: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A progress bar: *done* of *total*."""

    done: int
    total: int
    label: str


Node = (
    Heading
    | Paragraph
    | Bullets
    | Fields
    | Table
    | CodeBlock
    | Image
    | Sources
    | Actions
    | Progress
)


class Outcome(StrEnum):
    """The way a call ended; adapters choose colors and exit codes by it."""

    DONE = "done"
    REFUSED = "refused"
    OUTAGE = "outage"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call: its nodes in reading order."""

    nodes: tuple[Node, ...]
    outcome: Outcome = Outcome.DONE
    template: "ReplyTemplate | None" = field(default=None, compare=False, repr=False)

    def actions(self) -> tuple[Action, ...]:
        """Return every action of the reply, in order."""
        groups = (node.options for node in self.nodes if isinstance(node, Actions))
        return tuple(action for group in groups for action in group)


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A reply that differs between members only in one argument of its calls.

    An adapter can render *reply*, always the same object, once for everybody, and then replace
    *placeholder* by the member's *value*. Both have the same length; the placeholder is a whole
    argument and occurs nowhere else.
    """

    reply: Reply
    placeholder: str
    value: str

    def count_placeholders(self) -> int:
        """Return how often the placeholder occurs; only a rendering with as many can be filled."""
        values = (each.call.args.values() for each in self.reply.actions())
        return sum(value == self.placeholder for of_one in values for value in of_one)

    def filled_nodes(self) -> tuple[Node, ...]:
        """Return the nodes with the value filled in."""
        return tuple(
            Actions(tuple(map(self._fill_action, node.options)))
            if isinstance(node, Actions)
            else node
            for node in self.reply.nodes
        )

    def _fill_action(self, action: Action) -> Action:
        args = action.call.args.items()
        given = {name: self.value if value == self.placeholder else value for name, value in args}
        return Action(action.label, Call(action.call.command, given))


class FilledReply(Reply):
    """A filled template; its nodes are made only if somebody reads them, which few do."""

    def __init__(self, template: ReplyTemplate) -> None:
        object.__setattr__(self, "outcome", template.reply.outcome)
        object.__setattr__(self, "template", template)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The template's nodes with the value filled in."""
        return self.template.filled_nodes() if self.template else ()


def to_json(part: object) -> Any:
    """Return a reply, or a part of one, as plain data; each node names its ``kind``."""
    if isinstance(part, Call):
        return {"kind": "call", "command": part.command, "args": dict(part.args)}
    if is_dataclass(part):
        names = (each.name for each in fields(part) if each.compare)
        named = {name: to_json(getattr(part, name)) for name in names}
        return {"kind": type(part).__name__.lower(), **named}
    if isinstance(part, tuple):
        return [to_json(each) for each in part]
    if isinstance(part, datetime):
        return part.isoformat()
    if isinstance(part, bytes):
        return f"{len(part)} bytes"
    return part
