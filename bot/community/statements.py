"""The shipped statements: sentences of the content that a community's moderators can hide."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.command import truncate
from bot.formatting import format_claim
from bot.reply import (
    Bullets,
    Fields,
    Heading,
    Item,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
)
from bot.roles.wording import plain_words
from content import (
    Content,
    Contrast,
    FaqEntry,
    MarketFigure,
    PayClaim,
    PayRemark,
    Roadmap,
    Role,
    Statement,
    Tool,
)

_SHORT = 20  # characters; a shorter wording is only found where it is all that is said
_CUT = 110  # characters to which comparisons cut a sentence without a short wording
_TAG = re.compile(r"\s*\([^()]*\)\s*$")  # the name of a source, at the end
_ENDS = " .;,"
_KEY_LENGTH = 8  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class ShippedStatement:
    """A statement of the content entry "kind/id", in each wording in which it can be shown.

    If *beside* isn't empty, it is also in the same line or row, since the wording alone, such
    as "$180K–$240K", may be another statement's, too.
    """

    entry: str
    text: str  # the statement as the content has it
    wordings: tuple[str, ...]
    beside: str = ""

    @property
    def label(self) -> str:
        """The statement as it is named in a list: a pay figure has its source before it."""
        return f"{self.beside}: {self.text}" if self.beside else self.text

    def occurs_in(self, line: str) -> bool:
        """Return True if *line*, a bullet, paragraph, cell or row of a reply, says it."""
        if self.beside not in line:
            return False
        folded = line.casefold()  # sentences may begin with the small letter of a short wording
        whole = "" if self.beside else _TAG.sub("", folded).strip(_ENDS)
        for each in self.wordings:
            wording = each.casefold()
            if wording in folded and (
                self.beside or len(wording) >= _SHORT or wording.strip(_ENDS) == whole
            ):
                return True
        return False


@lru_cache(maxsize=2)  # the content and, while it is reloaded, the one before
def shipped_statements(content: Content) -> tuple[ShippedStatement, ...]:
    """Return all statements of the content that a reply can show, in the content's order."""
    kinds = ("faq", "roles", "contrasts", "market", "remarks", "roadmaps", "tools", "pay")
    return tuple(
        statement
        for kind in kinds
        for entry in content.entries(kind).values()
        for statement in _entry_statements(entry, f"{kind}/{entry.id}", content)
    )


def statements_of(content: Content, entry: str) -> tuple[ShippedStatement, ...]:
    """Return the statements of the entry "kind/id"; none if it doesn't exist."""
    found = content.resolve(entry)
    return tuple(_entry_statements(found, entry, content)) if found else ()


def find_statement(content: Content, entry: str, text: str) -> ShippedStatement | None:
    """Return the statement of the entry "kind/id" with this *text*, or None if it has changed."""
    return next((each for each in statements_of(content, entry) if each.text == text), None)


def statement_key(statement: ShippedStatement) -> str:
    """Return a short name of a statement: its entry and a hash of its text."""
    digest = hashlib.sha256(statement.text.encode()).hexdigest()[:_KEY_LENGTH]
    return f"{statement.entry}-{digest}"


def find_statements(reply: Reply, content: Content) -> tuple[ShippedStatement, ...]:
    """Return the statements that *reply* shows, in the order of the content, each text once."""
    lines = tuple(reply_lines(reply))
    found: dict[tuple[str, str], ShippedStatement] = {}
    for each in shipped_statements(content):
        if any(each.occurs_in(line) for line in lines):
            found.setdefault((each.text, each.beside), each)
    return tuple(found.values())


def reply_lines(reply: Reply) -> Iterator[str]:
    """Yield the text of the answer and of each bullet, paragraph, cell and row of *reply*."""
    yield plain_words(reply.answer)
    for node in reply.nodes:
        yield from (plain_words(each) for each in _node_prose(node))
        if isinstance(node, Table):
            yield from (" ".join(map(plain_words, row)) for row in node.rows)


def _node_prose(node: Node) -> Iterable[Prose]:
    match node:
        case Paragraph() | Item():
            return (node.prose,)
        case Bullets():
            return node.items
        case Fields():
            return ((f"{label} {plain_words(prose)}",) for label, prose in node.items)
        case Table():
            return (cell for row in node.rows for cell in row)
        case Heading():
            return (node.text,)
        case _:
            return ()


def _entry_statements(entry: object, key: str, content: Content) -> Iterator[ShippedStatement]:
    """Yield the statements of an entry, whose name is *key*."""
    if isinstance(entry, PayClaim):
        figure = format_claim(entry)
        yield ShippedStatement(key, figure, (figure,), content.sources[entry.source].short)
        return
    for text, brief in _texts(entry):
        yield ShippedStatement(
            key, text, tuple(dict.fromkeys((text, brief or truncate(text, _CUT))))
        )


def _texts(entry: object) -> Iterator[tuple[str, str | None]]:
    """Yield each statement of an entry, with its short wording if it has one."""
    match entry:
        case FaqEntry():
            yield from ((each, None) for each in filter(None, (entry.unstated, entry.says)))
            yield from _sourced(entry.answer)
        case Role():
            yield from ((each, None) for each in filter(None, (entry.brief,)))
            yield from (pair for found in entry.dimensions.values() for pair in _sourced(found))
            yield from ((each.task, None) for each in entry.interview)
        case Contrast() | MarketFigure():
            yield entry.says, entry.brief
        case PayRemark():
            yield entry.says, None
        case Roadmap():
            yield from _sourced((*entry.time, *entry.brings, *entry.cautions))
            yield from ((each.do, None) for each in entry.steps)
        case Tool():
            yield entry.purpose, None


def _sourced(statements: Iterable[Statement]) -> Iterator[tuple[str, str | None]]:
    return ((each.says, each.brief) for each in statements)
