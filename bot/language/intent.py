"""What a line comes down to that starts with no command: a question, or words in another order.

"What does a senior ML engineer earn in Germany?" has a word for pay, a role, a level and a country
in it: that is a line of `salary`. One that says nothing else, as "ML engineer salary" does, is run;
any other is offered, since its words can mean something else.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache, partial

from bot.call import Call
from bot.command import Command
from bot.language.argument_parser import Reader
from bot.language.name_index import Known, folded
from bot.language.search import is_common, same, words
from bot.language.tokens import Word, split
from content import Content

_MOST = 30  # words that are looked at: a question is rarely longer, and each is held against names
# Who asks so wants a reason or an opinion, and no table.
_REASON = "why"
_OPINION = frozenset("is are am was do does did can could should will would has have if".split())
# What changes nothing about a line of ours: medians and lists are what there is.
_ASIDE = frozenset(words("hire use average typical current now year annual list question please"))
_COUNTRY = re.compile(r"\b(in|the) us\b")  # elsewhere "us" is who asks


def gist(line: str, known: Known, commands: Mapping[str, Command]) -> list[Call]:
    """Give the commands that *line* has a cue for, the fullest first."""
    said, typed, calls = words(line), _typed(line), []
    for command in commands.values():
        cues = {one: cue for cue in command.keywords for one in words(cue)}
        if any(same(word, cue) for word in said for cue in cues):
            call, _ = Reader(command, known).named([_spelt(word, cues) for word in typed], _empty)
            calls.append(call)
    ready = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(ready, key=lambda call: -len(call.args))


def whole(line: str, known: Known, commands: Mapping[str, Command]) -> Call | None:
    """Give the one command that *line* names, without a slip, saying no more than its arguments.

    None where it asks for a reason or an opinion, and for a question that has its own answer.
    """
    if not _states(line) or is_put(line, known.content):
        return None
    found = list(_whole(line, known, commands))
    most = max((len(call.args) for call in found), default=0)
    best = [call for call in found if len(call.args) == most]
    return best[0] if len(best) == 1 else None


def is_put(line: str, content: Content) -> bool:
    """Tell whether *line* is a question that has an answer of its own, as it is put there."""
    put, asked = _questions(content)
    return folded(line) in put or frozenset(words(line)) in asked


def _states(line: str) -> bool:
    """Tell whether *line* says in prose what it wants."""
    said, typed = folded(line).split(), split(line)
    plain = len(typed) <= _MOST and not any(word.key for word in typed)
    return plain and bool(said) and _REASON not in said and said[0] not in _OPINION


def _whole(line: str, known: Known, commands: Mapping[str, Command]) -> Iterator[Call]:
    typed = _typed(line)
    said = {*words(line), *(word.text.casefold() for word in typed)}
    ours = (
        each for each in commands.values() if each.is_for_members and not each.answers_questions
    )
    for command in ours:
        own = frozenset(each for each in (command.name, *command.aliases) if "-" not in each)
        cues = own.union(*map(words, (*command.keywords, *own)))
        if cues.isdisjoint(said):
            continue
        call, others = Reader(command, known).named(typed, partial(_empty, own=own), sure=100)
        more = {one for word in others for one in words(word.text)}
        if more <= cues | _ASIDE and command.required <= call.args.keys():
            yield call


@lru_cache(maxsize=1)  # a process has one content
def _questions(content: Content) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """Give every way in which questions with an answer are put, and what the questions speak of."""
    entries = content.faq.values()
    put = (folded(text) for each in entries for text in (each.question, *each.also))
    asked = (each.question for each in entries if _states(each.question))
    return frozenset(put), frozenset(frozenset(words(text)) for text in asked)


def _empty(word: str, own: Collection[str] = ()) -> bool:
    """Tell whether *word* names nothing: it is the command's *own*, or "us", but not "US"."""
    return word.casefold() in own or (is_common(word) and not word.isupper())


def _typed(line: str) -> list[Word]:
    return split(_COUNTRY.sub(r"\1 US", line))[:_MOST]


def _spelt(word: Word, cues: Mapping[str, str]) -> Word:
    """Write a misspelt cue as it was meant: it may name something as well, as "delete" does."""
    said = [each for each in words(word.text) if each not in cues]
    meant = (text for cue, text in cues.items() for each in said if same(each, cue))
    right = next(meant, None)
    return Word(right) if right else word
