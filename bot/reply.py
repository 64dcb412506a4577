"""What a command answers: meaning, which each adapter turns into its platform's markup.

A ``str`` is literal text. Whoever renders a node matches on the closed unions ``Inline`` and
``Node`` with ``assert_never``, so that a new node fails type checking in every renderer at once.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from bot.call import Call
from bot.charts.model import Chart


@dataclass(frozen=True, slots=True)
class Bold:
    """Words that carry the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words set apart a little: a source's tag, an aside."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody, or a role of many, by platform-tagged id; showing them never notifies them."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by platform-tagged id; where it is at home, it leads there."""

    id: str


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, aware and in UTC; adapters show it in the reader's zone where they can."""

    at: datetime


Inline = str | Bold | Emphasis | Code | Link | Mention | Channel | Time
Prose = str | tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Bullets:
    """Points in no strict order."""

    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Pairs of a label and what stands for it."""

    items: tuple[tuple[str, Prose], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. A *firm* one is never wrapped: figures, short tags."""

    title: str
    nowrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; every row has a cell for every column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Prose, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a ragged table where it is made, not where it is drawn."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell for each column")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Text whose line breaks and spaces count."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, or a chart to draw one from, and the same facts in words for who does not see it."""

    name: str
    data: bytes | Chart
    alt: str

    @property
    def png(self) -> bytes:
        """Give the PNG; a chart is drawn when this is first asked for."""
        if isinstance(self.data, bytes):
            return self.data
        from bot.charts.png_renderer import png  # noqa: PLC0415  # who shows no picture pays for none

        return png(self.data)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the answer rests on, in small print, one line for each source."""

    lines: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A next step: what it is called and the Call that it makes."""

    label: str
    call: Call


@dataclass(frozen=True, slots=True)
class Actions:
    """Next steps to choose from."""

    options: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something has come."""

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
    """How a Call ended; adapters choose accents and exit codes by it."""

    DONE = "done"
    REFUSED = "refused"
    OUTAGE = "outage"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its nodes in reading order."""

    nodes: tuple[Node, ...]
    outcome: Outcome = Outcome.DONE
    template: "ReplyTemplate | None" = field(default=None, compare=False, repr=False)

    def actions(self) -> tuple[Action, ...]:
        """Give every choice of the reply, in order."""
        shown = (node.options for node in self.nodes if isinstance(node, Actions))
        return tuple(choice for options in shown for choice in options)


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A reply that is the same for everybody but for one word, which stands in its Calls alone.

    An adapter that keeps drawings can draw *reply*, always the same object, just once, and put the
    *word* of each where the *blank* is, which is as long, is a whole argument of a Call, and stands
    nowhere else. The reply that has this pattern is whole without it.
    """

    reply: Reply
    placeholder: str
    value: str

    def count_placeholders(self) -> int:
        """Count the blanks: where fewer or more were drawn, the drawing can't be filled in."""
        values = (each.call.args.values() for each in self.reply.actions())
        return sum(value == self.placeholder for of_one in values for value in of_one)

    def filled_nodes(self) -> tuple[Node, ...]:
        """Give the nodes with the word put in."""
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
    """A pattern filled in; its nodes are made when they are looked at, and few look."""

    def __init__(self, template: ReplyTemplate) -> None:
        object.__setattr__(self, "outcome", template.reply.outcome)
        object.__setattr__(self, "template", template)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The pattern's nodes, with the word put in."""
        return self.template.filled_nodes() if self.template else ()


def to_json(part: object) -> Any:  # one case for each kind of value
    """Turn a reply, or a part of one, into plain data; each node names its ``kind``."""
    if isinstance(part, Call):
        return {"kind": "call", "command": part.command, "args": dict(part.args)}
    if is_dataclass(part):
        told = (each.name for each in fields(part) if each.compare)
        named = {name: to_json(getattr(part, name)) for name in told}
        return {"kind": type(part).__name__.lower(), **named}
    if isinstance(part, tuple):
        return [to_json(each) for each in part]
    if isinstance(part, datetime):
        return part.isoformat()
    if isinstance(part, bytes):
        return f"{len(part)} bytes"
    return part
