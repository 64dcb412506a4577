"""Replies as platform-neutral nodes, which each adapter renders to its platform's markup.

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
    """Bold text, for the words that answer the question."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Text that matters less, such as a source in parentheses or a remark."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Text that readers can type exactly as it is shown, such as a command."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words linked to a URL."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a member or role by platform-tagged id ("slack:T1/U2"); nobody is notified."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by platform-tagged id; shown as a link on the platform that it is on."""

    id: str


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, as a UTC datetime; adapters show it in the reader's time zone if they can."""

    at: datetime


Inline = str | Bold | Emphasis | Code | Link | Mention | Channel | Time
Prose = str | tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading above the nodes that follow it."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list."""

    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A list of labels, each with its value."""

    items: tuple[tuple[str, Prose], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; *nowrap* keeps its cells on one line, for figures and short names."""

    title: str
    nowrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has one cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Prose, ...], ...]

    def __post_init__(self) -> None:
        """Raise ValueError if a row doesn't have one cell for each column."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell for each column")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Preformatted text, shown with its line breaks and spaces."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, or a chart to be drawn as one; *alt* is alternative text with the same facts."""

    name: str
    data: bytes | Chart
    alt: str

    async def png(self) -> bytes:
        """Return the image as PNG data; a chart is drawn in a worker thread."""
        return self.data if isinstance(self.data, bytes) else await render_in_thread(self.data)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of the reply in small print, one line each."""

    lines: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its label, and the call that a click on it makes."""

    label: str
    call: Call


@dataclass(frozen=True, slots=True)
class Actions:
    """A group of buttons, which adapters show as a menu if there are many."""

    options: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A progress bar that shows *done* of *total* steps."""

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
    """The result of a call: success or a kind of error. It decides colors and exit codes."""

    DONE = "done"
    REFUSED = "refused"  # the caller can fix it: Refusal
    OUTAGE = "outage"  # something is down for now: Outage
    BUG = "bug"  # any other exception


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call: its nodes (headings, tables, buttons and so on) in reading order."""

    nodes: tuple[Node, ...]
    outcome: Outcome = Outcome.DONE
    template: "ReplyTemplate | None" = field(default=None, compare=False, repr=False)

    def actions(self) -> tuple[Action, ...]:
        """Return the buttons of all groups in the reply, in order."""
        groups = (node.options for node in self.nodes if isinstance(node, Actions))
        return tuple(action for group in groups for action in group)


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A reply that differs between members only in one argument of its buttons' calls.

    *reply*, which is the same object for all members, has *placeholder* in place of that argument.
    An adapter can render it once, and then replace the placeholder by each member's *value*, which
    has the same length. The placeholder occurs nowhere else in the reply.
    """

    reply: Reply
    placeholder: str
    value: str

    def count_placeholders(self) -> int:
        """Return how often the placeholder occurs in the arguments of the reply's buttons."""
        values = (each.call.args.values() for each in self.reply.actions())
        return sum(value == self.placeholder for of_one in values for value in of_one)

    def filled_nodes(self) -> tuple[Node, ...]:
        """Return the nodes of *reply* with *value* in place of the placeholder."""
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
    """The reply that a template makes with its value.

    Its nodes are built only if they are read, because an adapter that has rendered the template
    doesn't need them.
    """

    def __init__(self, template: ReplyTemplate) -> None:
        object.__setattr__(self, "outcome", template.reply.outcome)
        object.__setattr__(self, "template", template)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The template's nodes with its value in place of the placeholder."""
        return self.template.filled_nodes() if self.template else ()


def to_json(part: object) -> Any:
    """Return a reply, or a part of one, as data for JSON; each node is a dict with its ``kind``."""
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
