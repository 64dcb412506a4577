"""Likeness of questions: which ones mean the same."""

import asyncio
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language import thresholds
from bot.language.name_index import normalize
from bot.language.places import find_place, may_begin_place
from bot.language.retrieval.names import MARK, ORDINARY_WORDS
from bot.language.retrieval.terms import split_words, to_term
from bot.language.retrieval.vectors import DIMENSIONS, PackedVectors
from bot.language.retrieval.vocabulary import FILLER_WORDS
from bot.language.understanding import search_index
from content import Content

_LENGTH = 16  # hexadecimal digits
_MAX_NAME = 4  # words
_SLICE = 0.002  # seconds that grouping may take at once


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The parts of a question that are compared."""

    fingerprint: str
    vector: bytes | None
    unknown: frozenset[str]  # the terms of words that have no vector
    names: frozenset[str]  # those of roles and places
    words: tuple[str, ...]


def fingerprint(question: str, content: Content) -> str:
    """Return a hash of the stems of the words of *question*, or "" if it has none that count.

    The order of words and typos don't matter, nor by which name a role or country is called.
    """
    return _hash({*_list_terms(question, content)}, question)


def _hash(terms: set[str], question: str) -> str:
    """Return the hash of *terms*; with those of roles and places alone, all words count."""
    if all(each.startswith(MARK) for each in terms):
        terms = {*terms, *split_words(question)} if terms else terms
    words = " ".join(sorted(terms))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_LENGTH] if words else ""


def likeness(one: str, other: str, content: Content) -> float:
    """Return how alike two questions are, from 0 to 1: the cosine of their vectors.

    It's less if one has words without a vector, such as a name, that the other hasn't, or if they
    are about different roles or places.
    """
    first, second = (_read(each, content) for each in (one, other))
    vectors = [each.vector for each in (first, second) if each.vector is not None]
    cosine = PackedVectors(vectors[:1]).compare(vectors[1])[0] if len(vectors) > 1 else 0.0
    return _rate(first, second, cosine)


async def group_alike(questions: Sequence[str], content: Content) -> tuple[tuple[int, ...], ...]:
    """Return the positions of *questions* in groups of like ones, the largest group first.

    It is done without holding up the event loop.
    """
    groups: list[list[int]] = []
    until = time.perf_counter() + _SLICE
    for found in _group(questions, content):
        groups = found
        if time.perf_counter() >= until:
            await asyncio.sleep(0)
            until = time.perf_counter() + _SLICE
    return tuple(map(tuple, sorted(groups, key=len, reverse=True)))


def _group(questions: Sequence[str], content: Content) -> Iterator[list[list[int]]]:
    """Yield the groups so far; a pause is possible after each step."""
    groups: list[list[int]] = []
    meanings: list[_Meaning] = []
    for each in questions:
        meanings.append(_read(each, content))
        yield groups
    vectors = PackedVectors([each.vector or bytes(DIMENSIONS) for each in meanings])
    yield groups
    for number, meaning in enumerate(meanings):
        cosines = vectors.compare(meaning.vector) if meaning.vector else [0.0] * len(meanings)
        rated = ((_rate(meaning, meanings[group[0]], cosines[group[0]]), group) for group in groups)
        likest, group = max(rated, key=lambda pair: pair[0], default=(0.0, []))
        if likest >= thresholds.ALIKE:
            group.append(number)
        else:
            groups.append([number])
        yield groups


def _rate(one: _Meaning, other: _Meaning, cosine: float) -> float:
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return 1.0
    if one.vector is None or other.vector is None:
        return 0.0
    names_differ = one.names and other.names and one.names != other.names
    factor = thresholds.OTHER_NAMES_FACTOR if names_differ else 1.0
    rated = factor * max(cosine, 0.0) / (1 + len(one.unknown ^ other.unknown))
    is_near = rated >= thresholds.ALIKE
    return (
        rated * thresholds.OTHER_WORD_FACTOR
        if is_near and _differ_at_one_place(one, other)
        else rated
    )


def _differ_at_one_place(one: _Meaning, other: _Meaning) -> bool:
    """Return True if the questions are the same but for words that count, all at one place.

    "Who runs the study group?" and "Who runs the server?" are such questions.
    """
    first, second = one.words, other.words
    before = _count_same(first, second)
    after = _count_same(first[before:][::-1], second[before:][::-1])
    parts = (each[before : len(each) - after] for each in (first, second))
    return all(any(word not in FILLER_WORDS for word in part) for part in parts) and (
        2 * (before + after) >= max(len(first), len(second))
    )


def _count_same(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the number of words that both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))


@lru_cache(maxsize=1024)  # a list that waits is shown again and again
def _read(question: str, content: Content) -> _Meaning:
    index = search_index(content)
    read = index.read(question[: thresholds.MAX_QUESTION_LENGTH]).words
    words = (each for each in read.split if each not in FILLER_WORDS)
    unknown = frozenset(to_term(each) for each in words if not index.has_vector(each))
    terms = {*_list_terms(question, content)}
    names = frozenset(each for each in terms if each.startswith(MARK))
    return _Meaning(_hash(terms, question), read.vector, unknown, names, tuple(read.split))


def _list_terms(question: str, content: Content) -> Iterator[str]:
    """Yield the stem of each word of *question* that counts, or the id of its role or country."""
    index, roles = search_index(content), _list_role_names(content)
    words, at = split_words(question[: thresholds.MAX_QUESTION_LENGTH]), 0
    while at < len(words):
        count, term = _find_name(words[at : at + _MAX_NAME], roles) or (1, None)
        if term is None and words[at] not in FILLER_WORDS:
            term = to_term(index.correct(words[at]))
        if term is not None:
            yield term
        at += count


def _find_name(words: Sequence[str], roles: dict[str, str]) -> tuple[int, str] | None:
    """Return how many of *words* name a role or place first, and its id or country, or None."""
    may_be_place = words[0] not in ORDINARY_WORDS and may_begin_place(words[0])
    for count in range(len(words), 0, -1):
        text = " ".join(words[:count])
        if text in roles:
            return count, roles[text]
        place = find_place(text) if may_be_place else None
        if place is not None:
            return count, f"{MARK}{place.country if place.is_country else place.name}"
    return None


@lru_cache(maxsize=1)  # a process has one content
def _list_role_names(content: Content) -> dict[str, str]:
    """Return the ids of roles by their names, also in the plural."""
    names = {
        normalize(name): f"{MARK}{role.id}"
        for role in content.roles.values()
        for name in (*role.aliases, role.name, role.id)
    }
    return {**{f"{name}s": id_ for name, id_ in names.items()}, **names}
