"""Words into arguments, by what they can name: any order, and never guessing in silence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz, process

from bot.call import Call, quote
from bot.command import Arg, Command, truncate
from bot.errors import Refusal
from bot.language.name_index import Known, Name, Names
from bot.language.tokens import Word, joined, split
from bot.reply import Action

_LONGEST_NAME = 5  # words in a name: "4 years of relevant experience"
_LONGEST_SLIP = 3  # words in a misspelt name
_SURE = 88  # a slip's score from which on it is preferred to a shorter exact name
_SLIP = 72  # rapidfuzz's score from which on a word is an option's name misspelt
_LOST = 10  # words that name nothing, from which on the others are not looked at
_FEW = 12  # names that can be listed in a message
_SHORT = 120  # characters of such lists that are read before they are skipped
_SHORT = 120  # characters of such lists that are read before they are skipped
_LABEL = 100  # characters of a line that is offered: it may hold what somebody wrote at length
_FILLERS = frozenset(
    (
        "vs versus v against than or and & + - / , of the a an as with for in at to from by on "
        "between please pls"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """A run of *taken* words that names something that argument *arg* takes."""

    arg: str
    name: Name[Any]
    taken: int
    score: float = 100.0  # of a near miss, rapidfuzz's ratio


def help_on(command: Command) -> Action:
    """Lead to the explanation of *command*."""
    return Action(f"how {command.name} works", Call("help", {"command": command.name}))


def missing(command: Command, name: str, call: Call, known: Known) -> Refusal:
    """Say that *command* needs *name*, and offer the values where they are few."""
    names_of = command.args[name].names
    names = known.names(names_of).all if names_of else ()
    given = {key: value for key, value in call.args.items() if key in command.args}
    calls = [Call(command.name, {**given, name: each.id}) for each in names[:_FEW]]
    says = f"{command.name} needs a {name}: {command.args[name].description}."
    options = (Action(truncate(shortest(command, each, known), _LABEL), each) for each in calls)
    return Refusal(says, *options, help_on(command))


def shortest(command: Command, call: Call, known: Known) -> str:
    """Give the shortest line that is read as *call*: values alone where they say it all."""
    values = " ".join(quote(value) for value in call.args.values())
    free = any(command.args[name].names is None for name in call.args if name in command.args)
    if free and len(call.args) == 1:
        values = next(iter(call.args.values()))
    try:
        same = Reader(command, known).read(split(values), values) == call
    except Refusal:
        same = False
    return f"{command.name} {values}".strip() if same else call.to_line()


@dataclass(slots=True)
class Reader:
    """Reads the words that follow a command's name."""

    command: Command
    known: Known
    args: dict[str, str] = field(default_factory=dict)
    _slips: list[tuple[str, str]] = field(default_factory=list)
    _unknown: list[str] = field(default_factory=list)

    def read(self, words: list[Word], rest: str) -> Call:
        """Understand *words*; *rest* is the same text as it was typed, for free text.

        Raises:
            Refusal: with the corrected Call as an option where there is one.

        """
        free = next(iter(self.command.args), None)
        whole = free is not None and self._is_text(free)
        if free and whole and not any(word.key in self.command.args for word in words):
            text = rest.strip().strip('"“”').strip()
            return Call(self.command.name, {free: text} if text else {})
        words = [self._unkeyed(word) for word in words]
        at = 0
        while at < len(words) and len(self._unknown) < _LOST:
            at += self._take_next(words[at:])
        call = Call(self.command.name, self.args)
        if self._unknown:
            raise self._not_understood(call)
        if self._slips:
            wrong = ", ".join(f"“{truncate(slip)}”" for slip, _ in self._slips)
            right = ", ".join(meant for _, meant in self._slips)
            raise Refusal(f"I don't know {wrong}. Did you mean {right}?", self._choice(call))
        return call

    def named(
        self, words: list[Word], empty: Callable[[str], bool], sure: float = _SURE
    ) -> tuple[Call, list[Word]]:
        """Read what is named among *words* by a score of *sure*; give all the others, too.

        A single word that is *empty* names nothing.
        """
        at, others = 0, list[Word]()
        while at < len(words):
            taken = self._pick(words[at:], empty, sure)
            others += words[at : at + (not taken)]
            at += taken or 1
        return Call(self.command.name, self._ordered()), others

    def _pick(self, words: list[Word], empty: Callable[[str], bool], sure: float) -> int:
        """Read what the next words name, if they do; gives how many words it took."""
        match = self._spelt_out(words) or self._exact(words, self._left()) or self._near(words)
        if match is None or match.score < sure or (match.taken == 1 and empty(words[0].text)):
            return 0
        return self._bind(match)

    def _unkeyed(self, word: Word) -> Word:
        """Take "discord:123" for a name, not for an option, unless it is one misspelt."""
        if not word.key or word.key in self.command.args or word.quoted:
            return word
        whole = Word(word.typed, typed=word.typed)
        slip = process.extractOne(
            word.key, list(self.command.args), scorer=fuzz.ratio, score_cutoff=_SLIP
        )
        return word if slip or self._exact([whole], self._left()) is None else whole

    def _take_next(self, words: list[Word]) -> int:
        """Read the next argument; returns how many words it took."""
        text = self._text_next()
        if text is not None and words[0].key not in self.command.args:
            return self._take_text(text, words, words[0].typed)
        return self._take(words)

    def _take(self, words: list[Word]) -> int:
        """Read what is given by its key, or by what it names."""
        first = words[0]
        if first.key:
            return self._take_keyed(words)
        match = self._spelt_out(words) or self._exact(words, self._left())
        if match is not None and match.taken == 1 and _filler(first):
            match = None  # "in" and "at" are said more often than India and Austria are meant
        if match is not None and not self._stray(words[match.taken :]):
            return self._bind(match)
        if match is None and _filler(first):
            return 1
        slip = self._near(words, match.taken + 1 if match else 1)
        if match is not None and not (slip and slip.score >= _SURE):
            return self._bind(match)
        if slip is None:
            self._unknown.append(first.text)
            return 1
        said = words[1 if self._own_name(first) else 0 : slip.taken]
        self._slips.append((joined(said), slip.name.label))
        return self._bind(slip)

    def _stray(self, words: list[Word]) -> bool:
        """Tell whether the next word is nothing by itself: then it may be the end of a slip."""
        if not words or words[0].key or _filler(words[0]):
            return False
        return self._spelt_out(words) is None and self._exact(words, self._left()) is None

    def _choice(self, call: Call) -> Action:
        return Action(shortest(self.command, call, self.known), call)

    def _ordered(self) -> dict[str, str]:
        return {name: self.args[name] for name in self.command.args if name in self.args}

    def _left(self) -> dict[str, Arg]:
        return {name: arg for name, arg in self.command.args.items() if name not in self.args}

    def _bind(self, match: Match) -> int:
        self.args[match.arg] = match.name.id
        return match.taken

    def _spelt_out(self, words: list[Word]) -> Match | None:
        """Read "from data scientist": an argument's own name before its value."""
        key = self._own_name(words[0])
        match = self._exact(words[1:], {key: self.command.args[key]}) if key else None
        return replace(match, taken=match.taken + 1) if match else None

    def _own_name(self, word: Word) -> str | None:
        """Read *word* as the name of an argument that is not given yet."""
        key = word.text.casefold()
        return key if key in self._left() and len(key) > 1 and not word.quoted else None

    def _exact(self, words: list[Word], args: Mapping[str, Arg]) -> Match | None:
        """Find the longest run of words that is just a name that one of *args* takes."""
        for taken, text in reversed(list(_runs(words, _LONGEST_NAME))):
            for arg, names in self._names(args):
                found = names.exact(text)
                if found is not None:
                    return Match(arg, found, taken)
        return None

    def _near(self, words: list[Word], least: int = 1) -> Match | None:
        """Find the run of *least* words or more that comes nearest to a name.

        Longer runs win ties; an argument's own name may stand before it.
        """
        key = self._own_name(words[0])
        if key is not None and len(words) > 1:
            inner = self._nearest(words[1:], max(1, least - 1), {key: self.command.args[key]})
            return replace(inner, taken=inner.taken + 1) if inner else None
        return self._nearest(words, least, self._left())

    def _nearest(self, words: list[Word], least: int, args: Mapping[str, Arg]) -> Match | None:
        found = [
            Match(arg, near[1], taken, near[0])
            for taken, text in _runs(words, _LONGEST_SLIP)
            if taken >= least
            for arg, names in self._names(args)
            if (near := names.near(text)) is not None
        ]
        return max(found, key=lambda match: (match.score, match.taken), default=None)

    def _names(self, args: Mapping[str, Arg]) -> Iterator[tuple[str, Names[Any]]]:
        for name, arg in args.items():
            if arg.names is not None:
                yield name, self.known.names(arg.names)

    def _take_keyed(self, words: list[Word]) -> int:
        """Read ``key:value``, where a value without quotes may go on over the next words."""
        first = words[0]
        arg = self.command.args.get(first.key)
        if arg is None:
            says = f"{self.command.name} has no option “{truncate(first.key)}”."
            options = ", ".join(self.command.args) or "none"
            raise Refusal(f"{says} Its options: {options}.", help_on(self.command))
        if arg.names is None:
            return self._take_text(first.key, words, first.text)
        value = [Word(first.text), *words[1:]] if first.text else words[1:]
        match = self._exact(value, {first.key: arg})
        if match is None:
            raise self._wrong(first.key, value[0].text if value else "")
        return self._bind(match) + (not first.text)

    def _take_text(self, name: str, words: list[Word], begins: str) -> int:
        """Read free text as it was typed, up to the next option; a colon alone makes none."""
        keys = (at for at, word in enumerate(words) if at and word.key in self.command.args)
        taken = next(keys, len(words))
        text = " ".join([begins, *(word.typed for word in words[1:taken])])
        self.args[name] = text.strip().strip('"“”').strip()
        return taken

    def _text_next(self) -> str | None:
        """Name the argument that has to come next, if it takes free text."""
        needed = (name for name in self._left() if name in self.command.required)
        name = next(needed, None)
        return name if name is not None and self._is_text(name) else None

    def _is_text(self, name: str) -> bool:
        arg = self.command.args[name]
        return arg.names is None and arg.picker is None

    def _wrong(self, key: str, value: str) -> Refusal:
        """Say what *key* takes, and offer the line with that."""
        _, names = next(self._names({key: self.command.args[key]}))
        near = names.near(value)
        meant = [near[1]] if near else list(names.all[:4])
        calls = (Call(self.command.name, {**self.args, key: name.id}) for name in meant)
        options = map(self._choice, calls)
        return Refusal(names.unknown(truncate(value)), *options)

    def _not_understood(self, call: Call) -> Refusal:
        """Say which words were not understood, and which would be."""
        words = ", ".join(f"“{truncate(word)}”" for word in self._unknown[:3])
        takes = {
            names.noun: names.listing()
            for _, names in self._names(self.command.args)
            if len(names.all) <= _FEW
        }
        listing = " ".join(f"{noun.capitalize()}: {those}." for noun, those in takes.items())
        listing = listing if len(listing) <= _SHORT else ""
        name = self.command.name
        says = f"I don't understand {words} in {name}. Type “help {name}” for its options."
        options = [] if self.command.required - call.args.keys() else [self._choice(call)]
        return Refusal(f"{says} {listing}".strip(), *options, help_on(self.command))


def _filler(word: Word) -> bool:
    return word.text.casefold().strip(".,;") in _FILLERS


def _runs(words: list[Word], longest: int) -> Iterator[tuple[int, str]]:
    """Give the runs of words from the first on, up to *longest* or the next ``key:``."""
    for taken in range(1, min(longest, len(words)) + 1):
        if words[taken - 1].key:
            return
        yield taken, joined(words[:taken])
