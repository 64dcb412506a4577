"""The parts of an answer that matter to a question, and what the question names beyond them."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from bot.formatting import has_money
from bot.language import thresholds
from bot.language.argument_parser import split_asides
from bot.language.asides import describe_aside, is_mentioned, is_money, is_place, is_subject
from bot.language.name_index import normalize
from bot.language.occupations import find_occupation
from bot.language.retrieval.search import SearchIndex
from bot.language.stories import pick_question
from bot.language.tokens import lower_capitals, tokenize
from content import FaqEntry, Statement

_YEAR = re.compile(r"\b20\d\d\b")  # in figures of an entry
_SOURCES = re.compile(r"^Our (?:sources|articles)\b")
_MAX_GAPS = 2  # sentences on what the sources don't say
P = TypeVar("P", str, str | Statement)


class _Rated(NamedTuple, Generic[P]):
    """A part of an answer, and how well it fits a question."""

    part: P
    rate: float


def arrange(question: str, entry: FaqEntry, index: SearchIndex) -> tuple[str | Statement, ...]:
    """Return the parts of *entry* that matter to *question*, the one it asks for before the others.

    Of what the sources don't say, that's at most two sentences, and none if the facts fit much
    better. If a fact fits much better than what the answer begins with, so does it.
    """
    if normalize(question) == normalize(entry.question):  # it asks for nothing in particular
        first = next(iter(entry.unstated), "")
        return (entry.beginning(first), *entry.facts) if entry.begins_with_unstated else entry.facts
    gaps, facts = _rate_parts(question, entry, index)
    best = max((each.rate for each in facts), default=-math.inf)
    sorted_facts = _sort_facts(facts)
    chosen, is_named = _choose_gaps(question, entry, gaps)
    if not chosen:
        return sorted_facts
    lead = chosen[0].rate - best
    if is_named or lead > thresholds.LEAD * (-1 if entry.begins_with_unstated else 1):
        text = _join(chosen)
        return (entry.beginning(text) if entry.begins_with_unstated else text, *sorted_facts)
    if lead > 0:
        return (*sorted_facts[:1], chosen[0].part, *sorted_facts[1:])
    return (*sorted_facts, chosen[0].part) if lead > -thresholds.NOTE_LAG else sorted_facts


def _rate_parts(
    question: str, entry: FaqEntry, index: SearchIndex
) -> tuple[list[_Rated[str]], list[_Rated[str | Statement]]]:
    """Return what the sources don't say, the best first, and the facts in their order."""
    rates = index.rate_lines(question, (*entry.unstated, *map(_text_of, entry.facts)))
    count = len(entry.unstated)
    if entry.unstated:
        rates[0] += thresholds.FIRST_GAP
    if entry.facts:
        rates[count] += thresholds.FIRST_FACT
    gaps = [*map(_Rated, entry.unstated, rates)]
    facts = [*map(_Rated, entry.facts, rates[count:])]
    return sorted(gaps, key=lambda each: -each.rate), facts


def _sort_facts(facts: Sequence[_Rated[str | Statement]]) -> tuple[str | Statement, ...]:
    """Return *facts*, the best before the others."""
    if not facts:
        return ()
    best = max(facts, key=lambda each: each.rate)
    if best.rate - facts[0].rate < thresholds.FACT_LEAD:
        best = facts[0]
    return (best.part, *(each.part for each in facts if each is not best))


def _choose_gaps(
    question: str, entry: FaqEntry, gaps: Sequence[_Rated[str]]
) -> tuple[list[_Rated[str]], bool]:
    """Return those of *gaps* that *question* asks for, and whether they name what it names."""
    if not gaps:
        return [], False
    jobs = find_occupation(question)
    named = [*jobs, *_list_named(question, [entry])]
    naming = _find_naming(named, gaps)
    if jobs and naming:
        return naming[:1], True  # the next would be on other jobs
    if jobs:  # the first is general
        return [each for each in gaps if each.part == entry.unstated[0]], False
    near = [*gaps]
    if not any(map(is_place, _read_asides(question))):
        lag = thresholds.OTHER_NAME_LAG
        near.sort(key=lambda each: lag * _names_others(each.part, entry) - each.rate)
    elif named and not naming:  # a sentence on other places seems near
        near = [each for each in gaps if not _names_others(each.part, entry)][:1] or near[:1]
    lowest = (naming or near)[0].rate - thresholds.NEXT_GAP
    close = (each for each in near if each.rate >= lowest)
    return [*dict.fromkeys((*naming, *close))][:_MAX_GAPS], bool(naming)


def _list_named(question: str, entries: Iterable[FaqEntry]) -> list[str]:
    """Return the asides in *question* that the questions and facts of *entries* don't mention."""
    said = [*map(_read_facts, entries)]
    return [
        each
        for each in _read_asides(question)
        if not any(is_mentioned(each, text) for text in said)
    ]


def _find_naming(named: Iterable[str], sentences: Sequence[_Rated[str]]) -> list[_Rated[str]]:
    """Return the first of *sentences* that mentions each of *named*, if there is one."""
    found = (
        next((each for each in sentences if is_mentioned(name, each.part)), None) for name in named
    )
    return [*dict.fromkeys(filter(None, found))]


def _join(chosen: Sequence[_Rated[str]]) -> str:
    """Return one or two sentences as one text, which doesn't name the sources twice."""
    first, second = (*(each.part for each in chosen), "")[:_MAX_GAPS]
    has_same_subject = first.split()[:2] == second.split()[:2]
    return f"{first} {continue_sentence(second) if has_same_subject else second}".strip()


def continue_sentence(sentence: str) -> str:
    """Return *sentence* as it follows another one on the same sources: "They don't mention …"."""
    return _SOURCES.sub("They", sentence)


def find_ignored(question: str, shown: Sequence[object]) -> tuple[str, ...]:
    """Return the asides in *question*, such as "Brazil", that no entry *shown* mentions.

    There are none if the first isn't an entry: a command mentions what it ignores itself. In a long
    question, places, currencies, companies and the like matter only to an entry with figures of
    pay, and years only to one with figures for a year: they rather belong to the story. A place
    also matters to an entry that says for which places the sources have no answer.
    """
    entries = [each for each in shown if isinstance(each, FaqEntry)]
    named = _list_named(question, entries) if entries and entries[0] == shown[0] else []
    if not named:
        return ()
    text = " ".join(map(_read_facts, entries))
    is_short = len(pick_question(question).split()) <= thresholds.MAX_SHORT_WORDS
    by_place = any(map(is_place, named)) and any(
        _names_place(sentence) for each in entries for sentence in each.unstated
    )
    asked = [
        each for each in named if is_short or (by_place and is_place(each)) or _matters(each, text)
    ]
    if not asked:
        return ()
    gaps = [sentence for entry in entries for sentence in entry.unstated]
    told = [each for each in named if any(is_mentioned(each, sentence) for sentence in gaps)]
    return tuple(each for each in asked if each not in told[:_MAX_GAPS])


def _read_facts(entry: FaqEntry) -> str:
    """Return the question and the facts of *entry* as one text."""
    return " ".join((entry.question, *map(_text_of, entry.facts)))


def _text_of(part: str | Statement) -> str:
    return part if isinstance(part, str) else part.says


@lru_cache(maxsize=1)  # each entry that may answer a question is compared with them
def _read_asides(question: str) -> tuple[str, ...]:
    """Return the asides in what *question* asks."""
    asked = lower_capitals(pick_question(question))
    return split_asides(tokenize(asked, thresholds.MAX_LINE_TOKENS))[0]


@lru_cache(maxsize=2048)  # an entry names the same places each time
def _names_place(sentence: str) -> bool:
    """Return True if *sentence* names a place."""
    return any(map(is_place, split_asides(tokenize(sentence.rstrip(".")))[0]))


def _names_others(sentence: str, entry: FaqEntry) -> bool:
    """Return True if *sentence* names a place or a job, and isn't the first one of *entry*."""
    is_first = sentence == entry.unstated[0]
    return not is_first and (_names_place(sentence) or bool(find_occupation(sentence)))


def _matters(aside: str, text: str) -> bool:
    """Return True if the figures in *text* aren't about *aside*.

    A year matters only to figures for a year, remote work to everything, and the rest to pay. A
    name that isn't known may be a place.
    """
    if aside.isdecimal():
        return _YEAR.search(text) is not None
    is_known = describe_aside(aside) is not None
    about_pay = is_money(aside) or is_place(aside) or is_subject(aside) or not is_known
    return has_money(text) or not about_pay
