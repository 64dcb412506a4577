"""The names that people call things by: exact in any case, near misses with a suggestion."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from rapidfuzz import fuzz, process

from content import Content

T = TypeVar("T")

_NEAR = 72  # rapidfuzz ratio: 'senor' and 'sallary' are near, 'god' and 'grad' (57) are not
_CLOSE = 88  # of a name that is written without its spaces: 'enginer' is no 'aiengineer'
_ALIKE = 60  # of the words that two names do not share
_TRIED = 5  # names that come near and are looked at
_SHORTEST = 3  # two letters are near to everything


class Titled(Protocol):
    """What a command looks like from here."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else it is called."""


@dataclass(frozen=True, slots=True)
class Name(Generic[T]):
    """One thing that can be named: its id, how it is shown, and what else people call it."""

    id: str
    label: str
    meaning: T
    aliases: tuple[str, ...] = ()


class Names(Generic[T]):
    """The closed set of names that an argument takes."""

    def __init__(
        self, noun: str, names: Iterable[Name[T]], also: Callable[[str], str | None] | None = None
    ) -> None:
        """Index *names*; *also* may recognise further spellings and give an id for them."""
        self.noun = noun
        self.all = tuple(names)
        self._also = also
        self._index: dict[str, Name[T]] = {}
        self._spelt: set[str] = set()  # the same without those that leave spaces out
        own = ((name, each) for name in self.all for each in (name.id, name.label))
        other = ((name, each) for name in self.all for each in name.aliases)
        for name, spelling in (
            *own,
            *other,
        ):  # what one thing is called outdoes an alias of another
            plain = folded(spelling)
            self._spelt.add(plain)
            self._index.setdefault(plain, name)
            self._index.setdefault(plain.replace(" ", ""), name)
        self._longer = [each for each in self._index if len(each) >= _SHORTEST]

    @property
    def likely(self) -> tuple[Name[T], ...]:
        """The suggestions before anything is typed."""
        return self.all

    @property
    def open(self) -> bool:
        """Tell whether spellings are recognised that can't all be listed."""
        return self._also is not None

    def exact(self, text: str) -> Name[T] | None:
        """Find what *text* names, in any case and with hyphens, spaces or neither."""
        wanted = folded(text)
        found = self._index.get(wanted) or self._index.get(wanted.replace(" ", ""))
        if found is None and self._also is not None:
            known = self._also(text)
            found = self._index.get(folded(known)) if known else None
        return found

    def offered(self, text: str) -> tuple[Name[T], ...]:
        """Return the names to suggest first while somebody types *text*."""
        found = self.exact(text)
        return (found,) if found else ()

    def unknown(self, shown: str) -> str:
        """Say that what somebody wrote names nothing here, and what would."""
        return f"“{shown}” is not a {self.noun} I know. I know: {self.listing()}."

    def near(self, text: str) -> tuple[float, Name[T]] | None:
        """Find what *text* was probably meant to name, with a score up to 100."""
        wanted = folded(text)
        if len(wanted) < _SHORTEST:
            return None
        best = process.extract(
            wanted, self._longer, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_TRIED
        )
        for spelling, score, _ in best:
            if (score >= _CLOSE or spelling in self._spelt) and _alike(wanted, spelling):
                return score, self._index[spelling]
        return None

    def listing(self) -> str:
        """Name them all, as in "AI Engineer, ML Engineer"."""
        return ", ".join(name.label for name in self.all)


def _alike(one: str, other: str) -> bool:
    """Tell whether what two names do not share is alike: "prompt engineer" is no ML engineer."""
    ours, theirs = ([word.rstrip("s") for word in name.split()] for name in (one, other))
    own = " ".join(word for word in ours if word not in theirs)
    rest = " ".join(word for word in theirs if word not in ours)
    return not own or not rest or fuzz.ratio(own, rest) >= _ALIKE


class Written(Names[T]):
    """Names that follow a rule, and are too many to be listed: numbers, times, ids."""

    def __init__(
        self,
        noun: str,
        read: Callable[[str], Name[T] | None],
        such_as: str,
        likely: Iterable[str] = (),
    ) -> None:
        """Take the reader, a description of the form, and the values that most people want."""
        super().__init__(noun, ())
        self._read, self._such_as = read, such_as
        self._likely = tuple(name for each in likely if (name := read(each)))

    @property
    def likely(self) -> tuple[Name[T], ...]:
        """See Names."""
        return self._likely

    @property
    def open(self) -> bool:
        """Tell that they can't all be listed."""
        return True

    def exact(self, text: str) -> Name[T] | None:
        """Read *text* by the rule."""
        return self._read(text.strip())

    def near(self, text: str) -> None:
        """Guess nothing: no number is meant by another."""

    def listing(self) -> str:
        """Say what they look like."""
        return self._such_as

    def unknown(self, shown: str) -> str:
        """Say how one is written."""
        return f"“{shown}” is no {self.noun}. Write it like {self._such_as}."


class Known:
    """What names are taken from: the content and the commands."""

    def __init__(self, content: Content, commands: Mapping[str, Titled]) -> None:
        """Keep both; sets of names are indexed when they are first asked for."""
        self.content, self.commands = content, commands
        self._indexed: dict[NamesOf, Names[Any]] = {}

    def names(self, names_of: "Callable[[Known], Names[T]]") -> Names[T]:
        """Give the set of names that *names_of* makes of what is known."""
        if names_of not in self._indexed:
            self._indexed[names_of] = names_of(self)
        return self._indexed[names_of]

    def label(self, names_of: "Callable[[Known], Names[T]]", value: str) -> str:
        """Give what *value* names as it is shown."""
        found = self.names(names_of).exact(value)
        return found.label if found else value


NamesOf = Callable[[Known], Names[Any]]


def folded(text: str) -> str:
    """Reduce a name to what must match: letters and digits in lower case, single spaces."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", lowered.replace("+", " plus ").replace("#", " sharp ")).strip()
