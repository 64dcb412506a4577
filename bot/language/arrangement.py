"""The parts of an answer that matter to a question, and what the question names beyond them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

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


@dataclass(frozen=True, slots=True)
class _Gap:
    """A sentence on what the sources don't say, and whether it comes before what they say."""

    sentence: str
    is_first: bool


def arrange(question: str, entry: FaqEntry, index: SearchIndex) -> tuple[str | Statement, ...]:
    """Return the parts of *entry* that matter to *question*, the one it asks for before the others.

    Of what the sources don't say, that's at most one sentence: the one that is asked for, or the
    first if the answer begins with it.
    """
    gap = _find_gap(question, entry, index)
    if entry.begins_with_unstated:
        sentence = gap.sentence if gap else next(iter(entry.unstated), "")
        return (entry.beginning(sentence), *_sort_facts(question, entry, index))
    if gap is None:
        return _sort_facts(question, entry, index)
    if gap.is_first:
        return (gap.sentence, *entry.facts)
    return (*_sort_facts(question, entry, index), gap.sentence)


def _sort_facts(question: str, entry: FaqEntry, index: SearchIndex) -> tuple[str | Statement, ...]:
    """Return the facts of *entry*, the one that *question* asks for before the others."""
    if not entry.facts:
        return ()
    best = index.pick_line(question, entry.question, [*map(_text_of, entry.facts)])
    return (entry.facts[best], *entry.facts[:best], *entry.facts[best + 1 :])


def _find_gap(question: str, entry: FaqEntry, index: SearchIndex) -> _Gap | None:
    """Return what the sources don't say that *question* asks for, or None."""
    if not entry.unstated or question == entry.question:  # which asks for nothing in particular
        return None
    facts = [*map(_text_of, entry.facts)]
    said = " ".join((entry.question, *facts))
    asides = [each for each in _read_asides(question) if not is_mentioned(each, said)]
    jobs = find_occupation(question)
    for each in entry.unstated:
        words = f" {normalize(each)} "
        if any(is_mentioned(aside, each) for aside in asides) or any(
            f" {job} " in words for job in jobs
        ):
            return _Gap(each, is_first=True)
    gains = index.weigh_lines(question, entry.question, (*entry.unstated, *facts))
    of_gaps, of_facts = gains[: len(entry.unstated)], gains[len(entry.unstated) :]
    cosines = index.compare_lines(question, entry.unstated)
    rates = [
        each + thresholds.GAIN_WEIGHT * gain for each, gain in zip(cosines, of_gaps, strict=True)
    ]
    least = thresholds.LIKE_BEGINNING if entry.begins_with_unstated else thresholds.LIKE_NOTE
    is_like = max(rates) >= least and not (asides or jobs)  # it may name others of that kind
    best = rates.index(max(rates)) if is_like else of_gaps.index(max(of_gaps))
    gain = of_gaps[best]
    if not is_like and gain < thresholds.LINE_GAIN:
        return None
    lead = gain - max(of_facts, default=0.0)
    is_first = gain >= thresholds.LINE_GAIN and lead >= thresholds.GAP_LEAD
    return _Gap(entry.unstated[best], is_first)


def find_ignored(question: str, shown: Sequence[object]) -> tuple[str, ...]:
    """Return the asides in *question*, such as "Brazil", that no entry *shown* mentions.

    There are none if the first isn't an entry: a command mentions what it ignores itself. In a long
    question, places, currencies, companies and the like matter only to an entry with figures of
    pay, and years only to one with figures for a year: they rather belong to the story. A place
    also matters to an entry that says for which places the sources have no answer.
    """
    entries = [each for each in shown if isinstance(each, FaqEntry)]
    asides = _read_asides(question) if entries and entries[0] == shown[0] else ()
    if not asides:
        return ()
    # Of the sentences on what the sources don't say, one that mentions an aside is shown.
    text = " ".join(chain.from_iterable(map(_list_texts, entries)))
    is_short = len(pick_question(question).split()) <= thresholds.MAX_SHORT_WORDS
    by_place = any(_name_places(each.unstated) for each in entries)
    return tuple(
        each
        for each in asides
        if not is_mentioned(each, text)
        and (is_short or (by_place and is_place(each)) or _matters(each, text))
    )


def _list_texts(entry: FaqEntry) -> Iterator[str]:
    yield entry.question
    yield from map(_text_of, entry.parts)


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
