"""The shipped statements: sentences of the content that a community's moderators can hide."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.command import truncate
from bot.formatting import format_claim
from bot.language.arrangement import continue_sentence
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

_LONG = 40  # characters; a shorter wording may be a part of another sentence
_SHORT = 8  # a shorter wording is only found where it is all that is said
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
    source: str = ""  # the short name of the source, if it has one

    @property
    def label(self) -> str:
        """The statement as it is named in a list: a pay figure has its source before it."""
        return f"{self.beside}: {self.text}" if self.beside else self.text

    def occurs_in(self, line: str) -> bool:
        """Return True if *line*, a bullet, paragraph, cell or row of a reply, says it."""
        return self.find_in(line, line) is not None

    def find_in(self, text: str, line: str) -> re.Match[str] | None:
        """Return the place where *text*, which is *line* or a part of it, says it, or None.

        A short wording within a sentence counts only if *line* names the source, too.
        """
        if self.beside not in line:
            return None
        folded = text.casefold()  # sentences may begin with the small letter of a short wording
        whole = _TAG.sub("", line.casefold()).strip(_ENDS)
        is_cited = bool(self.source) and self.source in line
        for each in self.wordings:
            wording = each.casefold()
            if wording not in folded:
                continue
            pattern = re.escape(each)
            if self.beside:
                pattern = rf"{pattern}(?![\w+])"
            elif len(each) < _LONG and wording.strip(_ENDS) != whole:
                if len(each) < _SHORT or not is_cited:
                    continue
                pattern = rf"(?<!\w){pattern}(?=\s*(?:$|[.,;:(…]))"
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                return found
        return None


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
        source = content.sources[entry.source].short
        yield ShippedStatement(key, figure, (figure,), source, source)
        return
    for text, brief, source_id in _texts(entry):
        wordings = tuple(dict.fromkeys((text, brief or truncate(text, _CUT))))
        source = content.sources[source_id].short if source_id else ""
        yield ShippedStatement(key, text, wordings, source=source)


def _texts(entry: object) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each statement of an entry, its short wording and its source's id if it has them."""
    match entry:
        case FaqEntry():
            yield from ((each, None, None) for each in filter(None, [entry.says]))
            yield from _sourced(entry.answer)
            for sentence in entry.unstated:
                yield sentence, continue_sentence(sentence), None
        case Role():
            yield from ((each, None, None) for each in filter(None, (entry.brief,)))
            yield from (each for found in entry.dimensions.values() for each in _sourced(found))
            yield from ((each.task, None, each.source) for each in entry.interview)
        case Contrast() | MarketFigure():
            yield entry.says, entry.brief, entry.source
        case PayRemark():
            yield entry.says, None, entry.source
        case Roadmap():
            yield from _sourced((*entry.time, *entry.brings, *entry.cautions))
            yield from ((each.do, None, each.source) for each in entry.steps)
        case Tool():
            yield entry.purpose, None, None


def _sourced(statements: Iterable[Statement]) -> Iterator[tuple[str, str | None, str | None]]:
    return ((each.says, each.brief, each.source) for each in statements)
