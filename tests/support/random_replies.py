"""Random replies, and the words that a reader must find in them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from operator import attrgetter

from hypothesis import strategies as st

from bot.call import Call
from bot.language.mentions import anonymize
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Channel,
    Code,
    CodeBlock,
    Column,
    CommandLine,
    Emphasis,
    Fields,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    Mention,
    Node,
    Paragraph,
    Progress,
    Reply,
    Sources,
    Table,
    Time,
)

# Whole words with text that breaks naive renderers: markup of several languages, wide and combining
# characters, right-to-left script, format strings.
_TRICKY = (
    "[bold]", "[/]", ":smile:", "*_~`", "<@1>", "@everyone", "{0.__class__}", "%s", "\\n", "&amp;",
    "漢字漢字", "👩‍💻", "e\u0301te\u0301", "שלום", "مرحبا", "https://x.y/z", "|", "```", "#1", "…",
)  # fmt: skip
_word = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=10),
    st.sampled_from(_TRICKY),
)
text = st.lists(_word, min_size=1, max_size=12).map(" ".join)
_short = st.lists(_word, min_size=1, max_size=3).map(" ".join)
_inline = st.one_of(
    text,
    st.builds(Bold, text),
    st.builds(Emphasis, text),
    st.builds(Code, text),
    st.builds(CommandLine, text),
    st.builds(Link, text, st.just("https://example.org/a?b=c")),
    st.builds(Mention, st.just("discord:1234567890")),
    st.builds(Channel, st.just("discord:9876543210")),
    st.builds(
        Time, st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
    ),
)


def _spaced(parts: list[Inline]) -> tuple[Inline, ...]:
    """Put a space between parts, so that their words don't run together."""
    return tuple(each for part in parts for each in (part, " "))


prose = st.one_of(text, st.lists(_inline, min_size=1, max_size=4).map(_spaced))
calls = st.builds(Call, _word, st.dictionaries(st.sampled_from("abc"), text, max_size=2))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 6))
    columns = tuple(draw(st.builds(Column, _short, st.booleans())) for _ in range(width))
    row = st.lists(prose, min_size=width, max_size=width).map(tuple)
    return Table(columns, tuple(draw(st.lists(row, min_size=1, max_size=4))))


_action = st.builds(Action, text, calls)
_actions = st.lists(_action, max_size=4).map(tuple)
_nodes: st.SearchStrategy[Node] = st.one_of(
    st.builds(Heading, text),
    st.builds(Paragraph, prose),
    st.builds(Bullets, st.lists(prose, max_size=4).map(tuple)),
    st.builds(Fields, st.lists(st.tuples(_short, prose), max_size=4).map(tuple)),
    tables(),
    st.builds(CodeBlock, st.lists(text, min_size=1, max_size=3).map("\n".join)),
    st.builds(Image, st.just("chart.png"), st.just(b"\x89PNG"), text),
    st.builds(Sources, st.lists(prose, max_size=3).map(tuple)),
    st.builds(Actions, _actions),
    st.builds(Item, prose, _action),
    st.builds(Progress, st.integers(0, 9), st.integers(9, 12), _short),
)
_controls = st.lists(st.builds(Action, _short, calls), max_size=6).map(tuple)
replies = st.builds(
    Reply, prose, st.lists(_nodes, max_size=6).map(tuple), buttons=_controls, more=_controls
)

_UNSEEN = {
    "style",
    "call",
    "short",
    "about",
    "template",
    "return_to",
    "why",
    "png",
    "language",
    "data",
    "outcome",
    "at",
    "series",
}


def strings_in(
    part: object, called: Callable[[Mention | Channel], str] = attrgetter("id")
) -> Iterator[str]:
    """Yield every literal string of a reply; *called* returns the text for a mention."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mention | Channel):
        yield called(part)
    elif isinstance(part, Image):
        yield from (part.alt,) if isinstance(part.data, bytes) else strings_in(part.data, called)
    elif is_dataclass(part):
        for each in fields(part):
            if each.name not in _UNSEEN:
                yield from strings_in(getattr(part, each.name), called)
    elif isinstance(part, tuple) and not isinstance(part, Mapping):
        for each in part:
            yield from strings_in(each, called)


def words_in(reply: Reply) -> set[str]:
    """Return every word that a reader must see."""
    return {word for each in strings_in(reply, anonymize) for word in each.split()}


def words_of_first_titles(reply: Reply) -> set[str]:
    """Return the words in the titles of tables' first columns.

    Discord leaves such a title out if the column's cells head the rows of a list.
    """
    titles = (each.columns[0].title for each in reply.nodes if isinstance(each, Table))
    return {word for title in titles for word in title.split()}
