"""NameIndex: a lookup of an argument's valid values by name, in any spelling or with a typo."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, Protocol, TypeVar

from bot.language import thresholds
from content import Content

T = TypeVar("T")

_MAX_SUGGESTED = 12  # names in the message about a wrong one
_TWO_SHORT = re.compile(r"[a-z]{2} [a-z]{2}")  # "ai es" is AI in Spain, not AIEs


class CommandNames(Protocol):
    """The names of a command; `bot.command.Command` has them."""

    @property
    def name(self) -> str:
        """The command's main name."""

    @property
    def words(self) -> str:
        """The command as members type it, such as "tips add" for "tips-add"."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The command's other names."""


@dataclass(frozen=True, slots=True)
class NamedValue(Generic[T]):
    """A valid value of an argument: its id, the label that people see, and its other names."""

    id: str
    label: str
    value: T
    aliases: tuple[str, ...] = ()
    caution: str = ""  # to be shown with it, if it isn't quite what was named


class NameIndex(Generic[T]):
    """A lookup table of an argument's valid values by all their names; it also finds typos.

    The table is built when it is first used, because many are never used.
    """

    def __init__(
        self,
        noun: str,
        values: Iterable[NamedValue[T]],
        parse_extra: Callable[[str], str | None] | None = None,
        extra: re.Pattern[str] | None = None,
    ) -> None:
        """Index *values*.

        *noun* is the word for one value in messages ("level"). *parse_extra* returns the id of the
        value that a text means, such as "4 years", if such texts are too many to list, or None.
        They and their beginnings match *extra*.
        """
        self.noun = noun
        self._values = values
        self._parse_extra, self._extra = parse_extra, extra

    @cached_property
    def entries(self) -> tuple[NamedValue[T], ...]:
        """All listed values."""
        return tuple(self._values)

    @cached_property
    def _by_spelling(self) -> dict[str, NamedValue[T]]:
        found: dict[str, NamedValue[T]] = {}
        for plain, value in self._spellings():
            found.setdefault(plain, value)
            found.setdefault(plain.replace(" ", ""), value)
        return found

    @cached_property
    def _spaced(self) -> frozenset[str]:
        """The spellings as written, with their spaces."""
        return frozenset(plain for plain, _ in self._spellings())

    @cached_property
    def _long_enough(self) -> list[str]:
        return [each for each in self._by_spelling if len(each) >= thresholds.MIN_NAME_LENGTH]

    def _spellings(self) -> Iterator[tuple[str, NamedValue[T]]]:
        """Yield each normalized spelling with its value; values' own names precede aliases."""
        for value in self.entries:
            yield normalize(value.id), value
            yield normalize(value.label), value
        for value in self.entries:
            for alias in value.aliases:
                yield normalize(alias), value

    @property
    def candidates(self) -> tuple[NamedValue[T], ...]:
        """The values that completion suggests."""
        return self.entries

    @property
    def accepts_unlisted(self) -> bool:
        """Whether some valid names aren't listed, because there are too many."""
        return self._parse_extra is not None

    def lookup(self, text: str) -> NamedValue[T] | None:
        """Return the value that *text* names, or None.

        Case, hyphens and spaces don't matter, except between two words of two letters.
        """
        wanted = normalize(text)
        found = self._by_spelling.get(wanted)
        if found is None and not _TWO_SHORT.fullmatch(wanted):
            found = self._by_spelling.get(wanted.replace(" ", ""))
        if found is None and self._parse_extra is not None:
            value_id = self._parse_extra(text)
            found = self._by_spelling.get(normalize(value_id)) if value_id else None
        return found

    def may_begin(self, word: str) -> bool:
        """Return False if surely no name begins with *word*, one or a few of its words."""
        if self._extra is not None and self._extra.fullmatch(word):
            return True
        plain = normalize(word).replace(" ", "")
        if len(plain) < thresholds.MIN_NAME_LENGTH:  # many names begin with one or two letters
            return not plain or plain in self._first_words
        at = bisect_left(self._sorted_spellings, plain)
        following = self._sorted_spellings[at : at + 1]
        return any(each.startswith(plain) for each in following)

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(plain.split(" ")[0] for plain, _ in self._spellings())

    @cached_property
    def _sorted_spellings(self) -> list[str]:
        return sorted(plain.replace(" ", "") for plain, _ in self._spellings())

    def first_suggestions(self, text: str) -> tuple[NamedValue[T], ...]:
        """Return the values to suggest before all others while a member types *text*."""
        found = self.lookup(text)
        return (found,) if found else ()

    def unknown_message(self, text: str) -> str:
        """Return the error message for a name that isn't found; it lists values' labels."""
        return f"I don't know the {self.noun} “{text}”. Pick from: {self._describe_some()}."

    def _describe_some(self) -> str:
        """Return the labels as one text; of many, only the first, and how many more there are."""
        hidden = 0 if self.accepts_unlisted else len(self.entries) - _MAX_SUGGESTED
        if hidden <= 0:
            return self.describe_values()
        shown = ", ".join(value.label for value in self.entries[:_MAX_SUGGESTED])
        return f"{shown} and {hidden} more"

    def fuzzy_match(self, text: str) -> tuple[float, NamedValue[T]] | None:
        """Return a score (up to 100) and the value that *text* is probably a typo of, or None."""
        wanted = normalize(text)
        if len(wanted) < thresholds.MIN_NAME_LENGTH:
            return None
        from rapidfuzz import fuzz, process  # noqa: PLC0415  # exact names don't need it

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
        """Return the labels as one text: "AI Engineer, ML Engineer"."""
        return ", ".join(value.label for value in self.entries)


def _have_similar_differences(one: str, other: str) -> bool:
    """Return True if the words only in *one* are similar to the words only in *other*.

    Return True also if one of the two texts has no such words.
    """
    left, right = ([word.rstrip("s") for word in name.split()] for name in (one, other))
    left_only = " ".join(word for word in left if word not in right)
    right_only = " ".join(word for word in right if word not in left)
    if not left_only or not right_only:
        return True
    from rapidfuzz import fuzz  # noqa: PLC0415  # exact names don't need it

    return fuzz.ratio(left_only, right_only) >= thresholds.DIFFERENCE_MATCH


class ParsedNames(NameIndex[T]):
    """A NameIndex that parses values which are too many to list, such as numbers, times and ids."""

    def __init__(
        self,
        noun: str,
        parse: Callable[[str], NamedValue[T] | None],
        example: str,
        suggested: Iterable[str] = (),
    ) -> None:
        """Use *parse*, which returns the value that a typed text means, or None.

        *example* is a valid text to show in errors; *suggested* are texts for completion.
        """
        super().__init__(noun, ())
        self._parse, self._example = parse, example
        self._suggested = tuple(value for each in suggested if (value := parse(each)))

    @property
    def candidates(self) -> tuple[NamedValue[T], ...]:
        """The values that completion suggests."""
        return self._suggested

    @property
    def accepts_unlisted(self) -> bool:
        """Always True, because the valid names are too many to list."""
        return True

    def may_begin(self, word: str) -> bool:
        """Return True, because only parsing can tell."""
        del word
        return True

    def lookup(self, text: str) -> NamedValue[T] | None:
        """Return the value that *text* means, or None if it can't be parsed."""
        return self._parse(text.strip())

    def fuzzy_match(self, text: str) -> None:
        """Return None, because a wrong number isn't a typo of another."""

    def describe_values(self) -> str:
        """Return the example of a valid text."""
        return self._example

    def unknown_message(self, text: str) -> str:
        """Return the error message for text that can't be parsed; it shows the example."""
        return f"“{text}” isn't a {self.noun}. Write it like {self._example}."


class NameRegistry:
    """The NameIndex of each type of argument, built from content and commands when needed."""

    def __init__(self, content: Content, commands: Mapping[str, CommandNames]) -> None:
        self.content, self.commands = content, commands
        self._indexes: dict[NameIndexFactory, NameIndex[Any]] = {}
        self.list_beginning = lru_cache(maxsize=1 << 14)(self._list_beginning)

    def _list_beginning(
        self, factories: "tuple[NameIndexFactory, ...]", word: str
    ) -> "tuple[NameIndexFactory, ...]":
        """Return those of *factories* in whose NameIndex a name may begin with *word*."""
        return tuple(each for each in factories if self.index_for(each).may_begin(word))

    def index_for(self, factory: "Callable[[NameRegistry], NameIndex[T]]") -> NameIndex[T]:
        """Return the NameIndex that *factory* builds; *factory* is called only the first time."""
        if factory not in self._indexes:
            self._indexes[factory] = factory(self)
        return self._indexes[factory]

    def label_for(self, factory: "Callable[[NameRegistry], NameIndex[T]]", text: str) -> str:
        """Return the label of the value that *text* names in *factory*'s NameIndex, else *text*."""
        found = self.index_for(factory).lookup(text)
        return found.label if found else text


NameIndexFactory = Callable[[NameRegistry], NameIndex[Any]]


@lru_cache(maxsize=4096)  # a question's words are looked up in the names of every command
def normalize(text: str) -> str:
    """Return *text* as lower-case letters, digits and single spaces, to compare names by."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", lowered.replace("+", " plus ").replace("#", " sharp ")).strip()
