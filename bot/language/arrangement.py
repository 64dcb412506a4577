"""The parts of an answer that matter to a question, and what the question names beyond them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

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


@dataclass(frozen=True, slots=True)
class _Gap:
    """A text on what the sources don't say, and whether it comes before what they say."""

    text: str
    is_first: bool


def arrange(question: str, entry: FaqEntry, index: SearchIndex) -> tuple[str | Statement, ...]:
    """Return the parts of *entry* that matter to *question*, the one it asks for before the others.

    Of what the sources don't say, that's at most two sentences: those that are asked for, or the
    first if the answer begins with it.
    """
    gap = _find_gap(question, entry, index)
    if entry.begins_with_unstated:
        sentence = gap.text if gap else next(iter(entry.unstated), "")
        return (entry.beginning(sentence), *_sort_facts(question, entry, index))
    if gap is None:
        return _sort_facts(question, entry, index)
    if gap.is_first:
        return (gap.text, *entry.facts)
    return (*_sort_facts(question, entry, index), gap.text)


def _sort_facts(question: str, entry: FaqEntry, index: SearchIndex) -> tuple[str | Statement, ...]:
    """Return the facts of *entry*, the one that *question* asks for before the others."""
    if not entry.facts:
        return ()
    best = index.pick_line(question, entry.question, [*map(_text_of, entry.facts)])
    return (entry.facts[best], *entry.facts[:best], *entry.facts[best + 1 :])


def _find_gap(question: str, entry: FaqEntry, index: SearchIndex) -> _Gap | None:
    """Return what the sources don't say that *question* asks for, or None."""
    if not entry.unstated or normalize(question) == normalize(entry.question):
        return None  # it asks for nothing in particular
    facts = [*map(_text_of, entry.facts)]
    gains = index.weigh_lines(question, entry.question, (*entry.unstated, *facts))
    rated = _rate_gaps(question, entry, gains, index)
    jobs = find_occupation(question)
    named = [*jobs, *_list_named(question, [entry])]
    naming = _find_naming(named, (each.text for each in rated))
    near = rated if entry.begins_with_unstated else [*filter(_is_near, rated)]
    if named and not naming:  # a sentence on others of their kind seems near
        kept = entry.unstated[: entry.begins_with_unstated]
        near = [each for each in near if each.gain >= thresholds.LINE_GAIN or each.text in kept]
    close = [each.text for each in near if each.rate >= near[0].rate - thresholds.NEXT_GAP]
    chosen = [*dict.fromkeys((*naming, *close))]
    if jobs and naming:
        chosen = naming[:1]  # the next would be on other jobs
    if not chosen:
        return None
    most = max(gains[len(entry.unstated) :], default=0.0)
    least = max(thresholds.LINE_GAIN, most + thresholds.GAP_LEAD)
    return _Gap(_join(*chosen[:_MAX_GAPS]), bool(naming) or near[0].gain >= least)


def _list_named(question: str, entries: Iterable[FaqEntry]) -> list[str]:
    """Return the asides in *question* that the questions and facts of *entries* don't mention."""
    said = _read_facts(entries)
    return [each for each in _read_asides(question) if not is_mentioned(each, said)]


def _find_naming(named: Iterable[str], sentences: Iterable[str]) -> list[str]:
    """Return the first of *sentences* that mentions each of *named*, if there is one."""
    listed = [*sentences]
    found = (next((each for each in listed if is_mentioned(name, each)), None) for name in named)
    return [*dict.fromkeys(filter(None, found))]


class _Rating(NamedTuple):
    """How near a sentence is to a question."""

    rate: float
    gain: float  # the weight of the words that it has in common with the question
    text: str


def _rate_gaps(
    question: str, entry: FaqEntry, gains: Sequence[float], index: SearchIndex
) -> list[_Rating]:
    """Return what the sources don't say by how near it is to *question*, the nearest first.

    *gains* are the weights of the words in common. If the answer begins with such a sentence in any
    case, the first, which is the most general, seems a little nearer.
    """
    cosines = index.compare_lines(question, entry.unstated)
    rated = [
        _Rating(cosine + thresholds.GAIN_WEIGHT * gain, gain, each)
        for cosine, gain, each in zip(cosines, gains, entry.unstated, strict=False)
    ]
    if entry.begins_with_unstated:
        rated[0] = rated[0]._replace(rate=rated[0].rate + thresholds.FIRST_GAP)
    return sorted(rated, key=lambda each: -each.rate)


def _is_near(rating: _Rating) -> bool:
    """Return True if a sentence is near enough to be added to an answer that begins with facts."""
    is_like = rating.rate >= thresholds.LIKE_NOTE and rating.gain >= thresholds.NOTE_GAIN
    return is_like or rating.gain >= thresholds.LINE_GAIN


def _join(first: str, second: str = "") -> str:
    """Return one or two sentences as one text, which doesn't name the sources twice."""
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
    text = _read_facts(entries)
    gaps = [each for entry in entries for each in entry.unstated]
    told = [each for each in named if _find_naming([each], gaps)][:_MAX_GAPS]
    is_short = len(pick_question(question).split()) <= thresholds.MAX_SHORT_WORDS
    by_place = any(_name_places(each.unstated) for each in entries)
    return tuple(
        each
        for each in named
        if each not in told and (is_short or (by_place and is_place(each)) or _matters(each, text))
    )


def _read_facts(entries: Iterable[FaqEntry]) -> str:
    """Return the questions and the facts of *entries* as one text."""
    return " ".join(
        each for entry in entries for each in (entry.question, *map(_text_of, entry.facts))
    )


def _text_of(part: str | Statement) -> str:
    return part if isinstance(part, str) else part.says


@lru_cache(maxsize=1)  # each entry that may answer a question is compared with them
def _read_asides(question: str) -> tuple[str, ...]:
    """Return the asides in what *question* asks."""
    asked = lower_capitals(pick_question(question))
    return split_asides(tokenize(asked, thresholds.MAX_LINE_TOKENS))[0]


@lru_cache(maxsize=512)  # an entry names the same places each time
def _name_places(sentences: tuple[str, ...]) -> bool:
    """Return True if one of *sentences* names a place."""
    asides = (split_asides(tokenize(each.rstrip(".")))[0] for each in sentences)
    return any(map(is_place, chain.from_iterable(asides)))


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
