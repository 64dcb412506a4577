"""Reading a text as search terms: stems of its words, and the topics that they belong to."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, partial

from bot.language import thresholds
from bot.language.name_index import normalize
from bot.language.retrieval.vocabulary import FILLER_WORDS, RELATED, STOP_WORDS, SYNONYMS

Word = tuple[str, ...]
"""The terms of one word: its stem, and the topics it belongs to, such as "#pay"."""

_COUNTRY = re.compile(r"\bU\.?S\b")  # in lower case, "us" is usually a pronoun
_PHRASES = (
    (re.compile(r"\bmach\w{2,4} l\w{0,3}rn\w*"), "ml"),  # also with typos
    (re.compile(r"\bhow much (?:money )?(?:do|does|can|will|would|could)\b"), "pay"),
    (re.compile(r"^(whats? .+?) makes?(?= (?:in|as|at|with|per)\b|$)"), r"\1 pay"),
)
_REPLACEMENTS = {word: row.split()[0] for row in SYNONYMS for word in row.split()}
_ENDINGS = ("ingly", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s")


def extract_terms(text: str) -> list[str]:
    """Return the search terms of *text*: word stems, without stop words.

    Words with the same meaning become the same term.
    """
    return [to_term(word) for word in split_words(text) if word not in STOP_WORDS]


def read_words(words: Sequence[str]) -> list[Word]:
    """Return those of *words* that a search uses, as terms.

    A known phrase such as "big tech" is one word.
    """
    terms = tuple(map(to_term, words))
    topics, phrases = _topics()
    found: list[Word] = []
    at = 0
    while at < len(words):
        possible = phrases.get(terms[at], ())
        phrase = next(filter(partial(_is_at, at, terms), possible), ()) if possible else ()
        if phrase:
            found.append(topics[phrase])
        elif words[at] not in FILLER_WORDS:
            found.append((terms[at], *topics.get((terms[at],), ())))
        at += len(phrase) or 1
    return found


def split_words(text: str) -> list[str]:
    """Return the words of *text* in lower case, with known phrases replaced."""
    plain = normalize(_COUNTRY.sub("USA", text))
    for phrase, word in _PHRASES:
        plain = phrase.sub(word, plain)
    return plain.split()


def is_stop_word(word: str) -> bool:
    """Return True if *word* is too common to search for, such as "in" or "us"."""
    return normalize(word) in STOP_WORDS


def is_same_term(word: str, other: str) -> bool:
    """Return True if two words are equal, or long and nearly equal in spelling."""
    if word == other:
        return True
    if min(len(word), len(other)) < thresholds.MIN_TERM_LENGTH:
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415  # the checks above settle most words

    return fuzz.ratio(word, other) >= thresholds.TERM_MATCH


def known_words() -> Iterator[str]:
    """Yield every word of the vocabulary."""
    yield from FILLER_WORDS
    yield from _REPLACEMENTS
    yield from RELATED.replace(",", " ").split()


@cache
def _topics() -> tuple[dict[Word, Word], dict[str, list[Word]]]:
    """Return the topics of each related word or phrase, and the phrases by their first term.

    Longer phrases come first.
    """
    topics: dict[Word, Word] = {}
    for row in RELATED.strip().splitlines():
        names = row.split(", ")
        for name in names:
            terms = tuple(map(to_term, name.split()))
            topics[terms] = tuple(dict.fromkeys((*topics.get(terms, ()), f"#{names[0]}")))
    phrases: dict[str, list[Word]] = {}
    for terms in sorted((each for each in topics if len(each) > 1), key=len, reverse=True):
        phrases.setdefault(terms[0], []).append(terms)
    return topics, phrases


def _is_at(position: int, terms: Word, phrase: Word) -> bool:
    return terms[position : position + len(phrase)] == phrase


@lru_cache(maxsize=8192)  # texts have the same words again and again
def to_term(word: str) -> str:
    """Return the stem of *word*, or of the word that replaces it."""
    return _stem(_REPLACEMENTS.get(word, word))


def _stem(word: str) -> str:
    """Return *word* without a common English ending.

    The result needn't be a real stem, because questions and FAQ entries are treated alike. The
    search finds as many entries as with Snowball's English stems (93.8% first or second in the
    development questions), which take a hundred times longer; without stems it finds 91.7%.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            word = word.removesuffix(ending)
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word  # noqa: PLR2004
