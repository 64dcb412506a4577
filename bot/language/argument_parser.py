"""Parsing the words after a command's name into arguments, in any order.

A typo is never corrected silently: the parser raises a Refusal that offers the corrected call.
"""

from calendar import month_name
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from bot.call import Call, quote
from bot.command import Arg, Command, truncate
from bot.errors import Refusal
from bot.language import thresholds
from bot.language.argument_types import help_topics
from bot.language.asides import is_subject
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.language.named_tokens import NamedTokens, find_aside_in, leading_phrases
from bot.language.retrieval.terms import extract_terms, is_stop_word
from bot.language.stories import fit_question
from bot.language.tokens import Token, join_tokens, tokenize
from bot.reply import Action

_MONTHS = frozenset(month_name[1:])
_MAX_LISTED_NAMES = 12  # in a message or as buttons
_MAX_LISTING_LENGTH = 120  # characters; longer lists aren't read
_MAX_LABEL_LENGTH = 100  # characters
_FILLERS = frozenset(
    (
        "vs versus v against than or and & + - / , of the a an as with for in at to from by on "
        "between please pls"
    ).split()
)


@dataclass(frozen=True, slots=True)
class ArgumentMatch:
    """A value of the argument *arg*, named by the first *consumed* tokens (words) of a line."""

    arg: str
    value: NamedValue[Any]
    consumed: int
    score: float = 100.0  # rapidfuzz's ratio; lower for a typo


class NotUnderstood(Refusal):
    """A Refusal because of words that are no argument of the command."""

    def __init__(self, refusal: Refusal, words: list[str]) -> None:
        super().__init__(refusal.message, *refusal.actions)
        self.words = tuple(words)


class Misspelled(Refusal):
    """A Refusal because of typos in arguments; *call* has them corrected."""

    def __init__(self, message: str, call: Call, action: Action) -> None:
        super().__init__(message, action)
        self.call = call


def help_action(command: Command) -> Action:
    """Return a button that opens the help of *command*."""
    return Action(f"How {command.words} works", Call("help", {"command": command.name}))


def missing_argument(command: Command, name: str, call: Call, registry: NameRegistry) -> Refusal:
    """Return a Refusal that asks for the argument *name* and offers up to 12 of its values.

    *call* holds the arguments that were given.
    """
    names = command.args[name].names
    index = registry.index_for(names) if names else None
    values = index.entries if index and not index.accepts_unlisted else ()  # else mere examples
    given = {key: value for key, value in call.args.items() if key in command.args}
    calls = [Call(command.name, {**given, name: each.id}) for each in values[:_MAX_LISTED_NAMES]]
    says = f"Add the {name}: {command.args[name].description}."
    actions = (call_action(command, each, registry) for each in calls)
    return Refusal(says, *actions, help_action(command), argument=name)


def call_action(command: Command, call: Call, registry: NameRegistry) -> Action:
    """Return a button that makes *call*, with a label such as "Salary: ML Engineer, senior"."""
    names = (command.args[name].names for name in call.args)
    values = [
        value if names_of is None else registry.label_for(names_of, value)
        for names_of, value in zip(names, call.args.values(), strict=True)
    ]
    if command.answers_questions and values:
        return Action(values[0], call)
    name = command.words.replace("-", " ").capitalize()
    label = ": ".join(filter(None, [name, ", ".join(values)]))
    return Action(truncate(label, _MAX_LABEL_LENGTH), call)


def shortest_line(command: Command, call: Call, registry: NameRegistry) -> str:
    """Return the shortest line that parses to *call*; it omits argument names if possible."""
    values = " ".join(quote(value) for value in call.args.values())
    free = any(command.args[name].names is None for name in call.args if name in command.args)
    if free and len(call.args) == 1:
        values = next(iter(call.args.values()))
    try:
        same = ArgumentParser(command, registry).parse(tokenize(values), values) == call
    except Refusal:
        same = False
    if same:
        return f"{command.words} {values}".strip()
    return command.words + call.to_line().removeprefix(command.name)


@dataclass(slots=True)
class ArgumentParser:
    """Parses the words after a command's name into a call. Each line needs a new parser."""

    command: Command
    registry: NameRegistry
    args: dict[str, str] = field(default_factory=dict)  # found so far: ids by argument
    _typos: list[tuple[str, str]] = field(default_factory=list)  # as typed, and corrected
    _unknown: list[str] = field(default_factory=list)
    _ignored: list[str] = field(default_factory=list)
    _wrong: tuple[str, str] | None = None  # an argument, and the unknown value after its name

    def parse(self, tokens: list[Token], rest: str) -> Call:
        """Return the call with the arguments that *tokens* name.

        *rest* is the same text before it was split into tokens, for a command that takes free text.

        Raises:
            Refusal: if tokens are unknown or have typos; it offers the corrected call if possible.

        """
        first = next(iter(self.command.args), None)
        keyed = any(token.key in self.command.args for token in tokens)
        if first and self._takes_text(first) and not keyed:
            text = _strip_quotes(rest)
            if self.command.answers_questions:
                text = fit_question(text, self.command.args[first].max_length)
            return Call(self.command.name, {first: text} if text else {})
        tokens = [self._undo_unknown_key(token) for token in tokens]
        at = 0
        while at < len(tokens) and len(self._unknown) < thresholds.MAX_UNKNOWN_TOKENS:
            at += self._parse_next(tokens[at:])
        call = Call(self.command.name, self.args, tuple(self._ignored))
        if self._wrong and len(self._unknown) == len(self._wrong[1].split()):
            raise NotUnderstood(self._wrong_value(*self._wrong), self._unknown)
        if self._unknown:
            raise NotUnderstood(self._not_understood(call), self._unknown)
        if self._typos:
            wrong = ", ".join(f"“{truncate(typo)}”" for typo, _ in self._typos)
            right = ", ".join(f"“{meant}”" for _, meant in self._typos)
            says = f"I don't know {wrong}. Did you mean {right}?"
            raise Misspelled(says, call, self._action(call))
        return call

    def extract_named(
        self,
        line: NamedTokens,
        is_ignored: Callable[[str], bool],
        min_score: float = thresholds.CONFIDENT_MATCH,
    ) -> tuple[Call, list[Token]]:
        """Return a call with the values that *line* names, and the tokens that name no value.

        A match with a score below *min_score* (0 to 100) doesn't count, nor does a single word for
        which *is_ignored* returns True.
        """
        others = [line.tokens[at] for at in self._read_others(line, is_ignored, min_score)]
        return self._named_call(), others

    def extract_whole(
        self, line: NamedTokens, is_ignored: Callable[[str], bool], terms: AbstractSet[str]
    ) -> tuple[Call, list[Token]] | None:
        """Return what `extract_named` returns for exact names, if they are most of the line.

        Return None as soon as a word names no value, is no aside and has none of the *terms*.
        """
        others, end_of_aside = list[Token](), 0
        for at in self._read_others(line, is_ignored, thresholds.EXACT_MATCH):
            token, aside = line.tokens[at], line.find_aside(at)
            if aside is not None and is_subject(aside[1]):
                return None  # "at a bank": an entry may be about it
            if aside is not None:
                end_of_aside = at + aside[0]
            is_aside = at < end_of_aside or (others and others[-1].text == "in")
            if not is_aside and any(each not in terms for each in extract_terms(token.text)):
                return None
            others.append(token)
        return self._named_call(), others

    def _named_call(self) -> Call:
        args = {name: self.args[name] for name in self.command.args if name in self.args}
        return Call(self.command.name, args)

    def _read_others(
        self, line: NamedTokens, is_ignored: Callable[[str], bool], min_score: float
    ) -> Iterator[int]:
        """Store the values that *line* names, and yield the positions of the other tokens."""
        at = 0
        names = tuple(arg.names for arg in self.command.args.values() if arg.names is not None)
        with_typos = min_score < thresholds.EXACT_MATCH
        while at < len(line.tokens):
            is_key = line.tokens[at].text.casefold() in self.command.args
            may_name = with_typos or is_key or line.list_beginning(at, names)
            taken = self._take_named(line, at, is_ignored, min_score) if may_name else 0
            if not taken:
                yield at
            at += taken or 1

    def _take_named(
        self, line: NamedTokens, at: int, is_ignored: Callable[[str], bool], min_score: float
    ) -> int:
        match = self._match_at(line, at)
        if match is None and min_score < thresholds.EXACT_MATCH:
            match = self._match_fuzzily([*line.tokens[at:]])
        if match is None or match.score < min_score:
            return 0
        if match.consumed == 1 and is_ignored(line.tokens[at].text):
            return 0
        follows = at > 0 and _is_filler(line.tokens[at - 1])
        before = self._argument_name(line.tokens[at - 1]) if follows else None
        if before not in (None, match.arg):
            return 0  # "from data analyst" isn't the role that somebody wants
        return self._bind(match)

    def _undo_unknown_key(self, token: Token) -> Token:
        """Return *token* without its key if "key:value" as a whole is a name, as in "discord:123".

        The key stays if it is the name of an argument or a typo of one.
        """
        if not token.key or token.key in self.command.args or token.quoted:
            return token
        from rapidfuzz import fuzz, process  # noqa: PLC0415  # most lines have no such key

        whole = Token(token.raw, raw=token.raw)
        typo = process.extractOne(
            token.key,
            list(self.command.args),
            scorer=fuzz.ratio,
            score_cutoff=thresholds.OPTION_NAME_MATCH,
        )
        line = NamedTokens([whole], self.registry)
        return token if typo or self._match_exactly(line, 0, self._open_args()) is None else whole

    # The _parse methods read from the first token on and return the number of tokens they used.

    def _parse_next(self, tokens: list[Token]) -> int:
        first = tokens[0]
        text_argument = self._next_text_argument()
        if text_argument is not None and first.key not in self.command.args:
            return self._parse_text(text_argument, tokens, first.raw)
        return self._parse_keyed(tokens) if first.key else self._parse_named(tokens)

    def _parse_named(self, tokens: list[Token]) -> int:
        """Store the value that the first tokens name; return the number of tokens that it takes.

        No ``key:`` precedes the value, so it is stored for the argument that has such a value.
        """
        first = tokens[0]
        match = self._match(tokens)
        if match is not None and match.consumed == 1 and _is_filler(first):
            match = None  # "in" and "at" rarely mean India and Austria
        if match is not None and not self._starts_unknown(tokens[match.consumed :]):
            return self._bind(match)
        if match is None and _is_filler(first):
            return 1 + self._skip_wrong_value(tokens)
        aside = find_aside_in(tokens) if match is None and self.command.is_shareable else None
        if aside is not None:
            self._ignored.append(aside[1])
            return aside[0]
        typo = self._match_fuzzily(tokens, match.consumed + 1 if match else 1)
        if match is not None and not (typo and typo.score >= thresholds.CONFIDENT_MATCH):
            return self._bind(match)
        if typo is None:
            self._unknown.append(first.text)
            return 1
        typed = tokens[1 if self._argument_name(first) else 0 : typo.consumed]
        self._typos.append((join_tokens(typed), typo.value.label))
        return self._bind(typo)

    def _skip_wrong_value(self, tokens: list[Token]) -> int:
        """Return the length of an unknown value after an argument's name, as in "from teacher".

        Return 0 if there is none. The value is kept as unknown. It may be a value of another
        argument: "from data analyst".
        """
        key = self._argument_name(tokens[0])
        if key is None or len(tokens) == 1 or tokens[1].key or _is_filler(tokens[1]):
            return 0
        other = self._match_exactly(NamedTokens(tokens[1:], self.registry), 0, self._open_args())
        if other is None and self._match_fuzzily(tokens) is not None:
            return 0
        if self.command.args[key].names is None or (other and other.arg == key):
            return 0
        count = other.consumed if other else 1
        self._wrong = key, join_tokens(tokens[1 : 1 + count])
        self._unknown.extend(each.text for each in tokens[1 : 1 + count])
        return count

    def _starts_unknown(self, tokens: list[Token]) -> bool:
        """Return True if the first of the remaining tokens names no value and isn't a filler word.

        It may then belong to the name before it, which has a typo.
        """
        if not tokens or tokens[0].key or _is_filler(tokens[0]):
            return False
        return self._match(tokens) is None and find_aside_in(tokens) is None

    def _action(self, call: Call) -> Action:
        return call_action(self.command, call, self.registry)

    def _open_args(self) -> dict[str, Arg]:
        """Return the arguments that have no value yet, by name."""
        return {name: arg for name, arg in self.command.args.items() if name not in self.args}

    def _bind(self, match: ArgumentMatch) -> int:
        self.args[match.arg] = match.value.id
        return match.consumed

    def _match(self, tokens: Sequence[Token]) -> ArgumentMatch | None:
        """Return the match of the value that the first tokens name without a typo, or None.

        The first token may also be the name of the value's argument.
        """
        return self._match_at(NamedTokens(tokens, self.registry), 0)

    def _match_at(self, line: NamedTokens, at: int) -> ArgumentMatch | None:
        """Return what `_match` returns for the tokens of *line* from *at* on."""
        match = self._match_after_argument_name(line, at)
        match = match or self._match_exactly(line, at, self._open_args())
        aside = line.find_aside(at) if match else None
        is_part = match is not None and aside is not None and aside[0] > match.consumed
        return None if is_part else match  # "new" names a beginner, but "New Zealand" doesn't

    def _match_after_argument_name(self, line: NamedTokens, at: int) -> ArgumentMatch | None:
        """Return the match of an argument's name and a value ("from data scientist"), or None."""
        key = self._argument_name(line.tokens[at])
        match = self._match_exactly(line, at + 1, {key: self.command.args[key]}) if key else None
        longest = self._match_exactly(line, at + 1, self._open_args()) if match else None
        if match is None or longest is None or longest.consumed > match.consumed:
            return None  # in "from data analyst", "data" is no data scientist
        return replace(match, consumed=match.consumed + 1)

    def _argument_name(self, token: Token) -> str | None:
        """Return the text of *token* if it names an argument that has no value yet, else None."""
        key = token.text.casefold()
        is_open = key in self.command.args and key not in self.args
        return key if is_open and len(key) > 1 and not token.quoted else None

    def _match_exactly(
        self, line: NamedTokens, at: int, args: Mapping[str, Arg]
    ) -> ArgumentMatch | None:
        """Return the match of the longest name that the tokens from *at* on make, or None."""
        best, names = None, tuple(arg.names for arg in args.values() if arg.names is not None)
        beginning = line.list_beginning(at, names)
        for name, arg in args.items() if beginning else ():
            found = line.find(at, arg.names) if arg.names in beginning else None
            if found is not None and (best is None or found[0] > best.consumed):
                best = ArgumentMatch(name, found[1], found[0])
        return best

    def _match_fuzzily(self, tokens: list[Token], min_count: int = 1) -> ArgumentMatch | None:
        """Return the match of the name most similar to *min_count* or more first tokens, or None.

        The first token may also be the name of an argument. If scores are equal, the longer match
        wins.
        """
        key = self._argument_name(tokens[0])
        if key is None or len(tokens) == 1:
            return self._best_fuzzy_match(tokens, min_count, self._open_args())
        args = {key: self.command.args[key]}
        match = self._best_fuzzy_match(tokens[1:], max(1, min_count - 1), args)
        return replace(match, consumed=match.consumed + 1) if match else None

    def _best_fuzzy_match(
        self, tokens: list[Token], min_count: int, args: Mapping[str, Arg]
    ) -> ArgumentMatch | None:
        found = [
            ArgumentMatch(arg, match[1], count, match[0])
            for count, text in leading_phrases(tokens, thresholds.MAX_TYPO_TOKENS)
            if count >= min_count
            for arg, index in self._indexes(args)
            if (match := index.fuzzy_match(text)) is not None
        ]
        return max(found, key=lambda match: (match.score, match.consumed), default=None)

    def _indexes(self, args: Mapping[str, Arg]) -> Iterator[tuple[str, NameIndex[Any]]]:
        for name, arg in args.items():
            if arg.names is not None:
                yield name, self.registry.index_for(arg.names)

    def _parse_keyed(self, tokens: list[Token]) -> int:
        """Store the value of ``key:value`` and return the number of tokens that it takes.

        Without quotes, the value may continue in the next tokens. Raise Refusal if the command has
        no such argument, or the argument no such value.
        """
        first = tokens[0]
        arg = self.command.args.get(first.key)
        if arg is None:
            says = f"{self.command.words} has no option “{truncate(first.key)}”."
            options = ", ".join(self.command.args) or "none"
            raise Refusal(f"{says} Its options: {options}.", help_action(self.command))
        if arg.names is None:
            return self._parse_text(first.key, tokens, first.text)
        value = [Token(first.text), *tokens[1:]] if first.text else tokens[1:]
        match = self._match_exactly(NamedTokens(value, self.registry), 0, {first.key: arg})
        if match is None:
            raise self._wrong_value(first.key, value[0].text if value else "")
        return self._bind(match) + (not first.text)

    def _parse_text(self, name: str, tokens: list[Token], start: str) -> int:
        """Store free text for the argument *name* and return the number of tokens that it takes.

        The text ends before the next argument's ``key:``. Unknown keys belong to the text.
        """
        keys = (at for at, token in enumerate(tokens) if at and token.key in self.command.args)
        count = next(keys, len(tokens))
        text = " ".join([start, *(token.raw for token in tokens[1:count])])
        self.args[name] = _strip_quotes(text)
        return count

    def _next_text_argument(self) -> str | None:
        """Return the name of the next argument that must come, if it takes free text, or None.

        In addition to required arguments, those up to a text of several lines must come: in "tips
        edit 1 New text", the text follows the number. After them, it is an optional one that takes
        the rest of the line.
        """
        arguments, names = self._open_args(), list(self.command.args)
        long = (at for at, arg in enumerate(self.command.args.values(), 1) if arg.is_multiline)
        needed = self.command.required | set(names[: next(long, 0)])
        name = next((name for name in arguments if name in needed), None)
        if name is None:
            return next((name for name, arg in arguments.items() if arg.takes_rest), None)
        return name if self._takes_text(name) else None

    def _takes_text(self, name: str) -> bool:
        arg = self.command.args[name]
        return arg.names is None and arg.picker is None

    def _wrong_value(self, key: str, text: str) -> Refusal:
        """Return a Refusal for an unknown value; it offers the same line with valid values."""
        _, index = next(self._indexes({key: self.command.args[key]}))
        match = index.fuzzy_match(text)
        values = [match[1]] if match else index.entries[:4]
        calls = (Call(self.command.name, {**self.args, key: value.id}) for value in values)
        return Refusal(index.unknown_message(truncate(text)), *map(self._action, calls))

    def _not_understood(self, call: Call) -> Refusal:
        """Return a Refusal for unknown words; it lists valid values if they are few."""
        words = ", ".join(f"“{truncate(word)}”" for word in self._unknown[:3])
        if any(arg.names is help_topics for arg in self.command.args.values()):
            return Refusal(f"There's no command {words}. Pick one:", self._action(call))
        takes = {
            index.noun: index.describe_values()
            for _, index in self._indexes(self.command.args)
            if len(index.entries) <= _MAX_LISTED_NAMES
        }
        listing = " ".join(f"{noun.capitalize()}: {those}." for noun, those in takes.items())
        listing = listing if len(listing) <= _MAX_LISTING_LENGTH else ""
        name = self.command.words
        says = f"I don't understand {words} in {name}. Type “help {name}” to see its options."
        options = [] if self.command.required - call.args.keys() else [self._action(call)]
        return Refusal(f"{says} {listing}".strip(), *options, help_action(self.command))


def split_asides(tokens: list[Token]) -> tuple[tuple[str, ...], list[Token]]:
    """Return the asides in *tokens* ("Brazil", "2015"), and the other tokens.

    A capitalized name after "in" counts, too, because it may be a place that I don't know.
    """
    at, asides, others = 0, list[str](), list[Token]()
    while at < len(tokens):
        aside = find_aside_in(tokens[at : at + thresholds.MAX_TYPO_TOKENS])
        if aside is None and at and tokens[at - 1].text == "in":
            aside = (1, tokens[at].text.strip(".,;:!?")) if _is_name(tokens[at].text) else None
        if aside is None:
            others.append(tokens[at])
        else:
            asides.append(aside[1])
        at += aside[0] if aside else 1
    return tuple(asides), others


def _is_name(word: str) -> bool:
    if is_stop_word(word) or word in _MONTHS:
        return False
    return word.istitle() and len(word) >= thresholds.MIN_PLACE_LENGTH


def _is_filler(token: Token) -> bool:
    return token.text.casefold().strip(".,;") in _FILLERS


def _strip_quotes(text: str) -> str:
    return text.strip().strip('"“”').strip()
