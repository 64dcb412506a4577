"""Hiding of shipped statements in the replies to members of one community."""

import re
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, replace

from bot.community.statements import ShippedStatement, find_statement, reply_lines
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    Heading,
    Image,
    Inline,
    Item,
    Node,
    Paragraph,
    Progress,
    Prose,
    Reply,
    Sources,
    Table,
)
from bot.roles.wording import plain_words
from content import Content
from storage import HiddenStatement

_PART = "(hidden here)"  # in place of a part of a sentence
_EMPTY_CELL = "–"
_TAG = re.compile(r"^\s*\([^()]*\)")  # the source of the statement before it
_LABEL = re.compile(r"[^.;:]*:")  # of what is hidden, such as "ML Engineer:"
_PUNCTUATION = " .,;:"
_SENTENCE_ENDS = (".", "?", "!", "…", "⚠")


@dataclass(frozen=True, slots=True)
class _Hidden:
    statement: ShippedStatement
    reason: str

    def may_be_in(self, text: str) -> bool:
        """Return True if *text*, in small letters, has one of the statement's wordings."""
        return any(each.casefold() in text for each in self.statement.wordings)


class Hiding:
    """Leaves out of replies what a community's moderators don't show.

    A statement is left out wherever a reply says it: in the answer, a list, a paragraph or a table.
    One that the content no longer has, or says otherwise by now, isn't left out.
    """

    def __init__(
        self, hidden: Iterable[HiddenStatement] = (), content: Content | None = None
    ) -> None:
        found = (
            (each, find_statement(content, each.entry, each.text)) for each in hidden if content
        )
        self._hidden = tuple(_Hidden(each, row.reason) for row, each in found if each)

    def hides(self, line: Prose) -> bool:
        """Return True if *line*, a statement and its source, isn't shown."""
        return bool(self._find(line))

    def explain(self, lines: Iterable[Prose]) -> str:
        """Return the sentence in place of an answer whose *lines* are all hidden."""
        reasons = (each.reason for line in lines for each in self._find(line))
        return _hidden_answer(next(reasons, "no reason given"))

    def _find(self, line: Prose) -> list[_Hidden]:
        text = plain_words(line) if self._hidden else ""
        return [each for each in self._hidden if each.statement.occurs_in(text)]

    def apply(self, reply: Reply) -> Reply:
        """Return *reply* without the hidden statements, or *reply* itself if it has none."""
        text = _text_of(reply) if self._hidden else ""
        hidden = [each for each in self._hidden if each.may_be_in(text)]
        return _Filter(hidden).apply(reply) if hidden else reply


class _Filter:
    """Leaves *hidden* statements out of one reply, and collects the reasons for that."""

    def __init__(self, hidden: Sequence[_Hidden]) -> None:
        self._hidden, self._reasons = hidden, list[str]()

    def apply(self, reply: Reply) -> Reply:
        """Return the reply without the statements, or *reply* itself if it has none."""
        answer = self._cut(reply.answer)
        nodes = tuple(self._filter_nodes(reply.nodes))
        buttons, more = map(self._filter_actions, (reply.buttons, reply.more))
        if not self._reasons and (buttons, more) == (reply.buttons, reply.more):
            return reply
        if answer is None:
            answer, nodes = _promote(nodes, self._reasons[0])
        elif any(map(_says_something, reply.nodes)) and not any(map(_says_something, nodes)):
            nodes = (Paragraph(_hidden_part(self._reasons[0])), *nodes)
        return Reply(
            answer,
            nodes,
            buttons,
            more,
            reply.outcome,
            reply.return_to,
            why=reply.why,
            argument=reply.argument,
            is_returned=reply.is_returned,
            about=reply.about,
        )

    def _filter_nodes(self, nodes: Iterable[Node]) -> Iterator[Node]:
        """Yield *nodes* without hidden statements."""
        for node in nodes:
            match node:
                case Paragraph(prose) | Item(prose):
                    kept = self._cut(prose)
                    if kept is not None:
                        yield node if kept is prose else replace(node, prose=kept)
                case Bullets(items):
                    left = tuple(self._cut_all(items))
                    yield from _unless_empty(node, Bullets(left), left)
                case Fields(items):
                    fields = (
                        (label, self._cut(prose, f"{label} {plain_words(prose)}"))
                        for label, prose in items
                    )
                    kept_fields = tuple((label, each) for label, each in fields if each is not None)
                    yield from _unless_empty(node, Fields(kept_fields), kept_fields)
                case Table(columns, rows):
                    kept_rows = tuple(self._filter_rows(rows))
                    yield from _unless_empty(node, Table(columns, kept_rows), kept_rows)
                case Actions(options):
                    actions = self._filter_actions(options)
                    yield from _unless_empty(node, Actions(actions), actions)
                case Image(_, _, alt) if found := self._find(alt):
                    self._reasons += (each.reason for each in found)
                case _:
                    yield node

    def _cut_all(self, items: Iterable[Prose]) -> Iterator[Prose]:
        cut = (self._cut(each) for each in items)
        yield from (each for each in cut if each is not None)

    def _filter_rows(self, rows: Iterable[tuple[Prose, ...]]) -> Iterator[tuple[Prose, ...]]:
        """Yield the rows of a table; one that then has only its first cell is left out."""
        for row in rows:
            whole = " ".join(map(plain_words, row))
            cut = [self._cut(cell, whole) for cell in row]
            if all(cell is not None for cell in cut):
                yield tuple(cell for cell in cut if cell is not None)
            elif cut[0] is not None and any(cell is not None for cell in cut[1:]):
                yield tuple(_EMPTY_CELL if cell is None else cell for cell in cut)

    def _filter_actions(self, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        return tuple(each for each in actions if not self._find(each.label))

    def _find(self, line: str) -> list[_Hidden]:
        return [each for each in self._hidden if each.statement.occurs_in(line)]

    def _cut(self, prose: Prose, whole: str = "") -> Prose | None:
        """Return *prose* without hidden statements, or None if nothing else is left of it.

        *whole* is the text of the row if *prose* is a cell of a table or the value of a field.
        """
        for hidden in self._hidden:
            statement, text = hidden.statement, plain_words(prose)
            row = whole if statement.beside else ""
            while statement.find_in(text, row or text):
                self._reasons.append(hidden.reason)
                left = _cut_from(prose, statement, row or text)
                if left is None:
                    return None
                prose, text = left, plain_words(left)
        return prose


def _hidden_answer(reason: str) -> str:
    return f"The moderators have hidden this answer here: {reason}"


def _hidden_part(reason: str) -> str:
    return f"The moderators have hidden part of this answer: {reason}"


def _promote(nodes: tuple[Node, ...], reason: str) -> tuple[Prose, tuple[Node, ...]]:
    """Return the first statement in *nodes* as the answer, and the nodes without it.

    If there is none, the answer says so, and why.
    """
    for at, node in enumerate(nodes):
        before, after = nodes[:at], nodes[at + 1 :]
        match node:
            case Bullets((first, *rest)):
                left = (Bullets(tuple(rest)),) if rest else ()
                return first, (*before, *left, *after)
            case Paragraph(prose) if _says_something(node):
                return prose, (*before, *after)
    if any(map(_says_something, nodes)):
        return _hidden_part(reason), nodes
    return _hidden_answer(reason), tuple(each for each in nodes if not isinstance(each, Sources))


def _says_something(node: Node) -> bool:
    """Return True if *node* has facts, not only a remark, buttons or the names of sources."""
    if isinstance(node, Paragraph):
        parts = (node.prose,) if isinstance(node.prose, str) else node.prose
        return any(_letters(each) for each in parts if not isinstance(each, Emphasis))
    return not isinstance(node, Heading | Actions | Sources | Progress)


def _cut_from(prose: Prose, statement: ShippedStatement, line: str) -> Prose | None:
    """Return *prose* without the first place that says *statement*, nor the source named after it.

    *line* is all its text, or a row of a table with this cell. Within a sentence, a mark takes the
    place. Return None if nothing else is left.
    """
    parts = (prose,) if isinstance(prose, str) else prose
    for at, part in enumerate(parts):
        text = part.text if isinstance(part, Bold | Emphasis) else part
        found = statement.find_in(text, line) if isinstance(text, str) else None
        if found is None or not isinstance(text, str):
            continue
        before = (*parts[:at], text[: found.start()])
        after = [_TAG.sub("", text[found.end() :]), *parts[at + 1 :]]
        if len(after) > 1 and not _letters(after[0]) and _is_tag(after[1]):
            after[:2] = [""]
        said, rest = plain_words(before).strip(), plain_words(tuple(after))
        if not _letters(rest) and (not _letters(said) or _LABEL.fullmatch(said)):
            return None
        if not statement.beside and (not _letters(said) or said.endswith(_SENTENCE_ENDS)):
            after[0] = str(after[0]).lstrip(_PUNCTUATION)
        elif statement.beside and said.startswith("⚠"):
            return None  # it compares figures
        else:
            before = (*before, _mark(statement, said))
            after[0] = _clause_end(statement).sub("", str(after[0]))
        return tuple(each for each in (*before, *after) if each != "")
    return None  # its wording is spread over several parts


def _mark(statement: ShippedStatement, said: str) -> str:
    """Return the words in place of *statement* after what is *said* before it in its sentence."""
    source = statement.beside
    is_named = not (source and said) or said.endswith((f"{source} says", f"{source}'s"))
    return _PART if is_named else f"{source}'s figure is hidden here"


def _clause_end(statement: ShippedStatement) -> re.Pattern[str]:
    """Return a pattern for the words after a figure that say what it is and whose."""
    says = f"(?:, says {re.escape(statement.beside)})?" if statement.beside else ""
    return re.compile(f"^(?: (?:base|total|gross))?{says}" if says else "^$")


def _is_tag(part: Inline) -> bool:
    return isinstance(part, Emphasis) and part.text.strip().startswith("(")


def _letters(part: object) -> bool:
    """Return True if *part*, a text or another inline node, shows a letter or a digit."""
    return not isinstance(part, str) or any(map(str.isalnum, part))


def _unless_empty(before: Node, after: Node, left: Sized) -> Iterator[Node]:
    """Yield *after*, or *before* if they are equal; nothing if nothing is *left*."""
    if before == after:
        yield before
    elif left:
        yield after


def _text_of(reply: Reply) -> str:
    """Return all text of *reply* in small letters."""
    alts = (each.alt for each in reply.nodes if isinstance(each, Image))
    labels = (each.label for each in reply.actions())
    return "\n".join((*reply_lines(reply), *alts, *labels)).casefold()
