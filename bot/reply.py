"""Replies as platform-neutral nodes, which each adapter renders to its platform's markup.

A ``str`` is literal text, never markup. Renderers match on the unions ``Inline`` and ``Node`` and
end with ``assert_never``, so mypy names every renderer that lacks a new node.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace
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


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command to type, such as "quiz" or "salary ml"; adapters add the platform's prefix.

    On Discord, the name of a slash command can be clicked.
    """

    line: str


Inline = str | Bold | Emphasis | Code | CommandLine | Link | Mention | Channel | Time
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


class ActionStyle(StrEnum):
    """The look of a button."""

    NORMAL = "normal"
    PRIMARY = "primary"  # the one that most people want next; at most one in a reply
    DANGER = "danger"  # deletes something


@dataclass(frozen=True, slots=True)
class Action:
    """A button or a line of a menu: its label, and the call that a click on it makes."""

    label: str
    call: Call
    style: ActionStyle = ActionStyle.NORMAL
    short: Call | None = field(default=None, compare=False, repr=False)
    """The call to use instead if *call* is too long for the platform's buttons."""


@dataclass(frozen=True, slots=True)
class Actions:
    """A group of buttons in the text, such as a quiz question's answers or a panel's buttons.

    Adapters show them as a menu if there are many. Buttons that lead on from an answer belong into
    `Reply.buttons` and `Reply.more`.
    """

    options: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list, with a button beside it that acts on the entry."""

    prose: Prose
    action: Action


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
    | Item
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
    """The answer to a call: one sentence that answers, then nodes in reading order.

    *buttons* are shown in one row below the nodes, and *more* in a menu below the row. The row has
    room for five buttons with those that adapters add (Back, Share, pages); others move to the
    menu.
    """

    answer: Prose
    nodes: tuple[Node, ...] = ()
    buttons: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    outcome: Outcome = Outcome.DONE
    return_to: Call | None = None  # shows this reply again, if its own call would do more than that
    why: Call | None = field(default=None, compare=False)  # explains the answer, if asked "why?"
    template: "ReplyTemplate | None" = field(default=None, compare=False, repr=False)
    argument: str = field(default="", compare=False)  # that a refusal is about
    is_returned: bool = field(default=False, compare=False)  # it is what return_to shows: no Back
    about: Call | None = field(default=None, compare=False)  # shows this answer alone

    def __post_init__(self) -> None:
        """Raise ValueError if the reply doesn't begin with an answer."""
        if not self.answer:
            raise ValueError("a reply begins with a sentence that answers")

    def with_lead(self, text: str) -> "Reply":
        """Return the reply with *text* before its answer."""
        answer = (self.answer,) if isinstance(self.answer, str) else self.answer
        return replace(self, answer=(f"{text} ", *answer))

    def with_caution(self, text: str) -> "Reply":
        """Return the reply with *text* as a caution below its answer or the list it leads on to."""
        answer = self.answer if isinstance(self.answer, str) else self.answer[-1]
        at = 1 if isinstance(answer, str) and answer.endswith(":") else 0
        nodes = (*self.nodes[:at], Paragraph(f"⚠ {text}"), *self.nodes[at:])
        rest = (self.buttons, self.more, self.outcome, self.return_to)
        return Reply(self.answer, nodes, *rest, about=self.about)

    def actions(self) -> tuple[Action, ...]:
        """Return all buttons and menu lines of the reply, in order."""
        return (*(each for node in self.nodes for each in _actions_in(node)), *self._controls())

    def _controls(self) -> tuple[Action, ...]:
        return (*self.buttons, *self.more)


def _actions_in(node: Node) -> tuple[Action, ...]:
    if isinstance(node, Item):
        return (node.action,)
    return node.options if isinstance(node, Actions) else ()


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

    def fill_node(self, node: Node) -> Node:
        """Return *node* with the value in place of the placeholder."""
        if isinstance(node, Item):
            return Item(node.prose, *self.fill_actions((node.action,)))
        return Actions(self.fill_actions(node.options)) if isinstance(node, Actions) else node

    def fill_actions(self, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        """Return *actions* with the value in place of the placeholder."""
        return tuple(replace(each, call=self._fill_call(each.call)) for each in actions)

    def _fill_call(self, call: Call) -> Call:
        args = call.args.items()
        given = {name: self.value if value == self.placeholder else value for name, value in args}
        return Call(call.command, given)


class FilledReply(Reply):
    """The reply that a template makes with its value.

    Its nodes and buttons are built only if they are read, because an adapter that has rendered the
    template doesn't need them.
    """

    template: ReplyTemplate

    def __init__(self, template: ReplyTemplate) -> None:
        for name in ("answer", "outcome", "return_to", "why", "argument", "is_returned", "about"):
            object.__setattr__(self, name, getattr(template.reply, name))
        object.__setattr__(self, "template", template)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The template's nodes with its value in place of the placeholder."""
        return tuple(map(self.template.fill_node, self.template.reply.nodes))

    @cached_property
    def buttons(self) -> tuple[Action, ...]:
        """The template's buttons with its value in place of the placeholder."""
        return self.template.fill_actions(self.template.reply.buttons)

    @cached_property
    def more(self) -> tuple[Action, ...]:
        """The template's menu with its value in place of the placeholder."""
        return self.template.fill_actions(self.template.reply.more)


def to_json(part: object) -> Any:
    """Return a reply, or a part of one, as data for JSON; each node is a dict with its ``kind``."""
    if isinstance(part, Call):
        return {"kind": "call", "command": part.command, "args": dict(part.args)}
    if is_dataclass(part):
        names = (each.name for each in fields(part) if each.compare)
        named = {name: to_json(getattr(part, name)) for name in names}
        kind = Reply if isinstance(part, Reply) else type(part)  # also for a FilledReply
        return {"kind": kind.__name__.lower(), **named}
    if isinstance(part, tuple):
        return [to_json(each) for each in part]
    if isinstance(part, datetime):
        return part.isoformat()
    if isinstance(part, bytes):
        return f"{len(part)} bytes"
    return part
