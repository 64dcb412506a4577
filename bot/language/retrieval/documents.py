"""Documents of a search, and what it reads of their texts."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.language import thresholds
from bot.language.name_index import normalize
from bot.language.retrieval.terms import Word, read_words, split_words
from bot.language.retrieval.vectors import TextVectors

_DIGEST_SIZE = 12


@dataclass(frozen=True, slots=True)
class Document:
    """The texts of an FAQ entry: its question, other wordings of it, and the answers.

    *group* is what documents have in common between which a search needn't decide. Documents that
    aren't answers hold questions that have none.
    """

    question: str
    wordings: Sequence[str] = ()
    answers: Sequence[str] = ()
    group: str = ""
    is_answer: bool = True

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and its other wordings."""
        return (self.question, *self.wordings)

    @property
    def digest(self) -> str:
        """A hash of the texts."""
        texts = "\0".join((*self.phrasings, "", *self.answers))
        return hashlib.blake2b(texts.encode(), digest_size=_DIGEST_SIZE).hexdigest()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The texts of a document as the search compares them with questions."""

    exact: Sequence[str]  # the phrasings, normalized
    stems: Sequence[Sequence[str]]  # those of each phrasing
    counts: Mapping[str, float]  # how often each term occurs; an occurrence in answers counts less
    vector: bytes  # the packed mean of the phrasings, empty without one
    words: frozenset[str]  # all words, in lower case


def read_document(
    document: Document,
    split: Callable[[str], Sequence[str]],
    vectors: TextVectors,
    weights: tuple[float, float] = (1.0, thresholds.ANSWER_WEIGHT),
) -> ReadDocument:
    """Return *document* read by *split*, which returns the words of a phrasing.

    *weights* are how much a word in a phrasing and one in an answer counts.
    """
    phrasings = [split(each) for each in document.phrasings]
    answers = [split_words(each) for each in document.answers]
    read = [read_words(each) for each in phrasings]
    return ReadDocument(
        [normalize(each) for each in document.phrasings],
        [[*dict.fromkeys(word[0] for word in words)] for words in read],
        _count_terms(read, map(read_words, answers), weights),
        vectors.embed_mean(phrasings),
        frozenset(chain.from_iterable((*phrasings, *answers))),
    )


def _count_terms(
    phrasings: Iterable[Sequence[Word]],
    answers: Iterable[Sequence[Word]],
    weights: tuple[float, float],
) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for texts, weight in zip((phrasings, answers), weights, strict=True):
        for term in (term for words in texts for word in words for term in word):
            counts[term] += weight
    return dict(counts)
