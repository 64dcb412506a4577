"""The names that an argument takes: exact lookup in any spelling, and suggestions for typos."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from rapidfuzz import fuzz, process

from bot.language import thresholds
from content import Content

T = TypeVar("T")


class CommandNames(Protocol):
    """The names of a command."""

    @property
    def name(self) -> str:
        """Its main name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""


@dataclass(frozen=True, slots=True)
class NamedValue(Generic[T]):
    """A value with its id, the label that people see, and its other names."""

    id: str
    label: str
    value: T
    aliases: tuple[str, ...] = ()


class NameIndex(Generic[T]):
    """A closed set of named values."""

    def __init__(
        self,
        noun: str,
        values: Iterable[NamedValue[T]],
        parse_extra: Callable[[str], str | None] | None = None,
    ) -> None:
        """Index *values*; *parse_extra* may return the id for spellings that can't be listed."""
        self.noun = noun
        self.entries = tuple(values)
        self._parse_extra = parse_extra
        self._by_spelling: dict[str, NamedValue[T]] = {}
        self._spaced: set[str] = set()  # spellings as written, with their spaces
        own = [(value, each) for value in self.entries for each in (value.id, value.label)]
        others = [(value, each) for value in self.entries for each in value.aliases]
        for value, spelling in own + others:  # one value's own name beats another's alias
            plain = normalize(spelling)
            self._spaced.add(plain)
            self._by_spelling.setdefault(plain, value)
            self._by_spelling.setdefault(plain.replace(" ", ""), value)
        self._long_enough = [
            each for each in self._by_spelling if len(each) >= thresholds.MIN_NAME_LENGTH
        ]

    @property
    def candidates(self) -> tuple[NamedValue[T], ...]:
        """The values that completion suggests."""
        return self.entries

    @property
    def accepts_unlisted(self) -> bool:
        """Whether there are valid spellings that can't all be listed."""
        return self._parse_extra is not None

    def lookup(self, text: str) -> NamedValue[T] | None:
        """Return the value that *text* names, in any case, with hyphens, spaces or neither."""
        wanted = normalize(text)
        found = self._by_spelling.get(wanted) or self._by_spelling.get(wanted.replace(" ", ""))
        if found is None and self._parse_extra is not None:
            value_id = self._parse_extra(text)
            found = self._by_spelling.get(normalize(value_id)) if value_id else None
        return found

    def first_suggestions(self, text: str) -> tuple[NamedValue[T], ...]:
        """Return the values to suggest first while somebody types *text*."""
        found = self.lookup(text)
        return (found,) if found else ()

    def unknown_message(self, text: str) -> str:
        """Return the error for a name that isn't in the index."""
        return f"“{text}” is not a {self.noun} I know. I know: {self.describe_values()}."

    def fuzzy_match(self, text: str) -> tuple[float, NamedValue[T]] | None:
        """Return the value that *text* is probably a typo of, with a score up to 100."""
        wanted = normalize(text)
        if len(wanted) < thresholds.MIN_NAME_LENGTH:
            return None
        best = process.extract(
            wanted,
            self._long_enough,
            scorer=fuzz.ratio,
            score_cutoff=thresholds.NAME_MATCH,
            limit=thresholds.MAX_NAME_CANDIDATES,
        )
        for spelling, score, _ in best:
            near = spelling in self._spaced or score >= thresholds.SPACELESS_NAME_MATCH
            if near and _have_similar_differences(wanted, spelling):
                return score, self._by_spelling[spelling]
        return None

    def describe_values(self) -> str:
        """List the labels, as in "AI Engineer, ML Engineer"."""
        return ", ".join(value.label for value in self.entries)


def _have_similar_differences(one: str, other: str) -> bool:
    """Return whether the words that two names don't share are similar."""
    left, right = ([word.rstrip("s") for word in name.split()] for name in (one, other))
    left_only = " ".join(word for word in left if word not in right)
    right_only = " ".join(word for word in right if word not in left)
    if not left_only or not right_only:
        return True
    return fuzz.ratio(left_only, right_only) >= thresholds.DIFFERENCE_MATCH


class ParsedNames(NameIndex[T]):
    """Names that are parsed because there are too many to list: numbers, times, ids."""

    def __init__(
        self,
        noun: str,
        parse: Callable[[str], NamedValue[T] | None],
        example: str,
        suggested: Iterable[str] = (),
    ) -> None:
        """Take the parser, an example for errors, and the names that completion suggests."""
        super().__init__(noun, ())
        self._parse, self._example = parse, example
        self._suggested = tuple(value for each in suggested if (value := parse(each)))

    @property
    def candidates(self) -> tuple[NamedValue[T], ...]:
        """The values that completion suggests."""
        return self._suggested

    @property
    def accepts_unlisted(self) -> bool:
        """Always true."""
        return True

    def lookup(self, text: str) -> NamedValue[T] | None:
        """Parse *text*."""
        return self._parse(text.strip())

    def fuzzy_match(self, text: str) -> None:
        """Return None: a wrong number isn't a typo of another."""

    def describe_values(self) -> str:
        """Return the example."""
        return self._example

    def unknown_message(self, text: str) -> str:
        """Return the error for text that can't be parsed."""
        return f"“{text}” is no {self.noun}. Write it like {self._example}."


class NameRegistry:
    """The name indexes of all arguments, built from the content and the commands."""

    def __init__(self, content: Content, commands: Mapping[str, CommandNames]) -> None:
        self.content, self.commands = content, commands
        self._indexes: dict[NameIndexFactory, NameIndex[Any]] = {}

    def index_for(self, build: "Callable[[NameRegistry], NameIndex[T]]") -> NameIndex[T]:
        """Return the index that *build* makes; it is built once."""
        if build not in self._indexes:
            self._indexes[build] = build(self)
        return self._indexes[build]

    def label_for(self, build: "Callable[[NameRegistry], NameIndex[T]]", text: str) -> str:
        """Return the label of the value that *text* names, or *text* itself."""
        found = self.index_for(build).lookup(text)
        return found.label if found else text


NameIndexFactory = Callable[[NameRegistry], NameIndex[Any]]


def normalize(text: str) -> str:
    """Reduce a name to lower-case letters, digits and single spaces, for comparison."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", lowered.replace("+", " plus ").replace("#", " sharp ")).strip()
