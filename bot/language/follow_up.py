"""Follow-ups such as "and in the UK?", which change the last question instead of asking a new one.

A follow-up names only values of arguments, after words such as "and" or "what about". The rest of
the last question stays as it was. A line that is a whole question or a command isn't a follow-up.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from bot.call import Call
from bot.command import Arg, Command
from bot.conversation import LastCall
from bot.errors import Refusal
from bot.language import thresholds
from bot.language.argument_parser import ArgumentParser, call_action
from bot.language.argument_types import roles
from bot.language.intent import is_known_question, match_whole_line
from bot.language.name_index import NameIndex, NameRegistry, normalize
from bot.language.named_tokens import NamedTokens
from bot.language.retrieval.terms import is_same_term
from bot.language.tokens import Token, join_tokens, tokenize
from bot.reply import Action

_CONNECTIVES = re.compile(
    r"(?:(?:and|ok(?:ay)?|but|so|or|then|also|now|plus|well|(?:what|how) (?:about|if)|same)\b"
    r"[\s,:.…]*)+",
    re.IGNORECASE,
)
_PREPOSITIONS = re.compile(r"(?:in|for|at|as|with|to|from|on|of)\s", re.IGNORECASE)
_WHY_LINES = frozenset(
    {
        "why", "and why", "but why", "ok why", "why so", "why is that", "why that", "how so",
        "how come", "says who", "who says so", "who says that", "how do you know", "based on what",
        "explain", "explain that", "explain please",
    }
)  # fmt: skip
_COUNTRY = re.compile(r"\b(in|the|about|for|and) us\b", re.IGNORECASE)  # elsewhere a pronoun
# Words of a follow-up that don't change what it asks for.
_NEUTRAL_WORDS = frozenset(
    (
        "a an and as at by for from in just of on only or please pls s the then there to too vs "
        "with also instead one ones again level levels role roles job jobs person people someone "
        "somebody engineer engineers developer developers dev devs same"
    ).split()
)
_MAX_BUTTONS = 4


@dataclass(frozen=True)
class FollowUp:
    """A typed line, read as a follow-up."""

    line: str
    registry: NameRegistry
    commands: Mapping[str, Command]

    @property
    def asks_why(self) -> bool:
        """Whether the line asks for the reasons of the last answer."""
        return normalize(self.line) in _WHY_LINES

    @property
    def has_opening(self) -> bool:
        """Whether the line begins like a follow-up: "and", "what about", "in the"."""
        rest = self._rest
        return bool(rest) and (rest != self.line or bool(_PREPOSITIONS.match(rest)))

    @cached_property
    def _rest(self) -> str:
        """The line without its connectives."""
        found = _CONNECTIVES.match(self.line)
        return self.line[found.end() :] if found else self.line

    @cached_property
    def _tokens(self) -> list[Token]:
        """The words of the line after its connectives; none if they are no follow-up's."""
        if len(self.line) > thresholds.MAX_FOLLOW_UP_LENGTH:
            return []
        found = tokenize(_COUNTRY.sub(r"\1 US", f"in {self._rest}"))[1:]
        too_many = len(found) > thresholds.MAX_FOLLOW_UP_TOKENS
        is_question = is_known_question(self.line, self.registry.content)
        return [] if too_many or is_question or any(each.key for each in found) else found

    @cached_property
    def _readings(self) -> list[NamedTokens]:
        """The words as they are and, if that differs, without a plural's s ("seniors")."""
        texts = [each.text.rstrip("?!.,") for each in self._tokens]
        has_plural = any(each != _singular(each) for each in texts)
        singular = [Token(_singular(each)) for each in texts] if has_plural else []
        return [NamedTokens(each, self.registry) for each in (self._tokens, singular) if each]

    @cached_property
    def _has_known_words(self) -> bool:
        """Whether each word may belong to a value; whole questions end here, which saves time."""
        return all(self._is_known(at) for at in range(len(self._tokens)))

    def _is_known(self, at: int) -> bool:
        """Return True if the word at *at* is in a listed name, has a digit, or is a name itself.

        Some names aren't listed, and some of those have two words.
        """
        known = _known_words(self.registry)
        words = normalize(self._tokens[at].text).split()
        if all(
            each in known or _singular(each) in known or _is_neutral(each) or not each.isalpha()
            for each in words
        ):
            return True
        ranges = ((at, at + 1), (at, at + 2), (max(0, at - 1), at + 1))
        names = {join_tokens(self._tokens[start:end]) for start, end in ranges}
        return any(index.lookup(name) for name in names for index in self._indexes())

    def _indexes(self) -> Iterator[NameIndex[Any]]:
        """Yield the index of each kind of values that answering commands take."""
        args = (arg for each in self._answering_commands() for arg in each.args.values())
        for factory in dict.fromkeys(arg.names for arg in args if arg.names):
            yield self.registry.index_for(factory)

    def change(self, last: LastCall) -> Call | None:
        """Return the last question as changed by the line, or None if it isn't changed."""
        if self.asks_why:
            return last.why or _EVIDENCE
        if last.call is None or not self._tokens:
            return None
        before = self._answered_call(last.call)
        command = self.commands.get(before.command)
        if command is None:
            return None
        if command.answers_questions:
            return self._ask_for_role(command, before)
        named = self._named_values(command)
        if named is None:
            found = self._other_command(command, before)
            named = self._named_values(command, thresholds.CONFIDENT_MATCH) if not found else None
            if named is None:
                return found
        merged = _merge(command, before, named)
        is_complete = command.required <= merged.args.keys()
        return merged if is_complete else self._other_command(command, before)

    def ask_back(self) -> Refusal | None:
        """Return a question about what the line leaves open, or None if it isn't a follow-up.

        Its buttons are the likeliest questions.
        """
        if self.asks_why:
            return Refusal(
                "Why what? I don't remember your last question. Ask it in full.",
                *(Action(label, Call(name)) for label, name in _STARTS if name in self.commands),
            )
        found = [
            (command, named)
            for command in self._answering_commands()
            if (named := self._named_values(command)) and command.required <= named.args.keys()
        ]
        if not found:
            return None
        command, named = min(found, key=lambda each: each[0].hidden)
        label = ", ".join(self._labels(command, named))
        label = label[:1].upper() + label[1:]
        role = _role_argument(command)
        if role is None or role in named.args:
            offers = [self._action(*each) for each in found]
            return Refusal(f"{label}: what do you want to know?", *offers[:_MAX_BUTTONS])
        subject = command.args[role].description.partition(";")[0]
        whose = subject if subject.startswith("whose ") else "which role"
        values = self.registry.index_for(roles).entries[:_MAX_BUTTONS]
        calls = (Call(command.name, {role: each.id, **named.args}) for each in values)
        return Refusal(f"{label}: {whose}?", *(self._action(command, each) for each in calls))

    def _answered_call(self, call: Call) -> Call:
        """Return *call*, or the call that answers the question in it: "what do ML engineers earn".

        The command that takes questions answers some of them by another command.
        """
        command = self.commands.get(call.command)
        text = _question_of(command, call) if command else None
        found = match_whole_line(text, self.registry, self.commands) if text else None
        return found if found and self.commands[found.command].is_shareable else call

    def _named_values(
        self, command: Command, min_score: float = thresholds.EXACT_MATCH
    ) -> Call | None:
        """Return the call with the arguments of *command* that the line names.

        A typo counts if its score is at least *min_score*. Return None if the line names none, or
        if it has other words.
        """
        if min_score == thresholds.EXACT_MATCH and not self._has_known_words:
            return None
        call, has_own_word = self._read_for(command, min_score)
        return call if call and call.args and not has_own_word else None

    def _read_for(
        self, command: Command, min_score: float = thresholds.EXACT_MATCH
    ) -> tuple[Call | None, bool]:
        """Return the arguments of *command* in the line, and whether it also names the command.

        The call is None if a word is neither.
        """
        names = {_singular(each) for each in (command.name, *command.aliases)}
        own = names.union(map(_singular, command.keywords))

        def is_ignored(word: str) -> bool:
            plain = normalize(word)
            return plain in _NEUTRAL_WORDS or _singular(plain) in names

        for line in self._readings:
            parser = ArgumentParser(command, self.registry)
            call, others = parser.extract_named(line, is_ignored, min_score)
            words = [normalize(each.text) for each in others]
            if all(_is_neutral(each) or _singular(each) in own for each in words):
                has_own_word = any(_singular(each) in own - _NEUTRAL_WORDS for each in words)
                return call, has_own_word
        return None, False

    def _other_command(self, command: Command, before: Call) -> Call | None:
        """Return the call to another command that the line asks for, with the same role.

        "And in the UK?" after a question about tools asks for pay. Return None if several fit.
        """
        named: list[Call] = []
        valued: list[Call] = []
        for other in self._answering_commands() if self._has_known_words else ():
            call, has_own_word = self._read_for(other)
            if call is None or not (call.args or has_own_word):
                continue
            args = {**_carry_over(command, before, other, call), **call.args}
            complete = Call(other.name, {name: args[name] for name in other.args if name in args})
            lacks = {_role_argument(other)} - {None, *complete.args}
            if other.required <= complete.args.keys() and not lacks:
                (named if has_own_word else valued).append(complete)
        found = named or valued
        return found[0] if len(found) == 1 else None

    def _ask_for_role(self, command: Command, before: Call) -> Call | None:
        """Return the same question about the role that the line names, or None.

        Return None also if the question is about several roles.
        """
        index, text = self.registry.index_for(roles), _question_of(command, before)
        without_neutral = [each for each in self._tokens if not _is_neutral(normalize(each.text))]
        spellings = (self._tokens, without_neutral)
        role = next(filter(None, (index.lookup(join_tokens(each)) for each in spellings)), None)
        if role is None or text is None:
            return None
        parts = list(_split_by_role(text, self.registry))
        mentioned = {each for _, each in parts if each}
        if len(mentioned) > 1:
            return None
        asked = " ".join(role.label if each else word for word, each in parts)
        if not mentioned:
            asked = f"{asked.rstrip(' ?')} for {role.label}s?"
        return Call(command.name, {next(iter(command.args)): asked})

    def _answering_commands(self) -> Iterator[Command]:
        for command in self.commands.values():
            if command.is_shareable and not command.answers_questions:
                yield command

    def _labels(self, command: Command, call: Call) -> Iterator[str]:
        for name, value in call.args.items():
            names = command.args[name].names
            yield self.registry.label_for(names, value) if names else value

    def _action(self, command: Command, call: Call) -> Action:
        return call_action(command, call, self.registry)


_EVIDENCE = Call("sources")  # for an answer that no page explains
_STARTS = (("Common questions", "ask"), ("Compare the roles", "compare"), ("Look up pay", "salary"))


@lru_cache(maxsize=1)  # a process has one registry
def _known_words(registry: NameRegistry) -> frozenset[str]:
    """Return every word of commands' names and keywords, and of their arguments' values."""
    texts: list[str] = []
    for command in registry.commands.values():
        if not isinstance(command, Command) or not command.is_shareable:
            continue
        texts += [command.name, *command.aliases, *command.keywords]
        for factory in filter(None, (arg.names for arg in command.args.values())):
            for value in registry.index_for(factory).entries:
                texts += [value.id, value.label, *value.aliases]
    return frozenset(word for text in texts for word in normalize(text).split())


def _merge(command: Command, before: Call, named: Call) -> Call:
    """Return the call *before* with the arguments in *named*, which may reset others."""
    reset = {each for name in named.args for each in command.args[name].resets}
    kept = {name: value for name, value in before.args.items() if name not in reset}
    args = {**kept, **named.args}
    return Call(command.name, {name: args[name] for name in command.args if name in args})


def _carry_over(command: Command, before: Call, other: Command, call: Call) -> dict[str, str]:
    """Return the arguments of *before* that *other* takes, too, without those it has a value for.

    An argument of the same name comes first, then one with the same kind of values.
    """
    values = {
        name: (command.args[name], value)
        for name, value in before.args.items()
        if name in command.args
    }
    carried: dict[str, str] = {}
    for name, arg in other.args.items():
        if name in call.args or arg.names is None:
            continue
        same = [key for key in values if values[key][0].names is arg.names]
        source = name if name in same else next(iter(same), None)
        if source is not None and not _is_reset(other, call, name):
            carried[name] = values.pop(source)[1]
    return carried


def _is_reset(command: Command, call: Call, name: str) -> bool:
    return any(name in command.args[each].resets for each in call.args)


def _question_of(command: Command, call: Call) -> str | None:
    """Return the question in *call* if *command* takes questions, else None."""
    return call.args.get(next(iter(command.args))) if command.answers_questions else None


def _role_argument(command: Command) -> str | None:
    return next((name for name, arg in command.args.items() if _takes_role(arg)), None)


def _takes_role(arg: Arg) -> bool:
    return arg.names is roles


def _split_by_role(text: str, registry: NameRegistry) -> Iterator[tuple[str, str | None]]:
    """Yield the words of *text*; those that name a role are yielded together, with its id."""
    index, words = registry.index_for(roles), text.split()
    at = 0
    while at < len(words):
        longest = min(thresholds.MAX_NAME_TOKENS, len(words) - at)
        phrases = ((count, " ".join(words[at : at + count])) for count in range(longest, 0, -1))
        count, role = next(
            ((count, found.id) for count, phrase in phrases if (found := index.lookup(phrase))),
            (1, None),
        )
        yield " ".join(words[at : at + count]), role
        at += count


def _is_neutral(word: str) -> bool:
    """Return True if *word* doesn't change a question; "enginer" is such a word, too."""
    return word in _NEUTRAL_WORDS or is_same_term(word, "engineer")


def _singular(word: str) -> str:
    return word.removesuffix("s")
