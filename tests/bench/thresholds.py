"""Measure the thresholds of language understanding on random typos and on words of the FAQ.

For each value of a threshold: the share of typos that are corrected to the right name, and the
share of other words that are wrongly taken for a typo. ``python tests/bench/thresholds.py``.
"""

import random
from collections.abc import Iterable
from string import ascii_lowercase
from typing import Any

from bot.app import App
from bot.language import thresholds
from bot.language.argument_types import commands
from bot.language.completion import complete
from bot.language.name_index import NamedValue, NameIndex, normalize
from bot.language.retrieval.terms import extract_terms, is_same_term
from content import Content, load

_TYPOS = 3  # for each name or word
_random = random.Random(1)  # noqa: S311  # repeatable, not secret


def make_typo(word: str) -> str:
    """Return *word* with one letter deleted, swapped, replaced or inserted."""
    while True:
        at, letter = _random.randrange(len(word)), _random.choice(ascii_lowercase)
        edits = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
        )
        typo = _random.choice(edits)
        if typo != word and typo == typo.strip():
            return typo


def faq_words(content: Content) -> list[str]:
    """Return the unique words of all FAQ questions."""
    texts = (text for each in content.faq.values() for text in (each.question, *each.also))
    return sorted({word for text in texts for word in normalize(text).split()})


def name_indexes(app: App) -> list[NameIndex[Any]]:
    """Return the indexes of the names that members can type."""
    members = [each for each in app.commands.values() if each.is_for_members]
    builders = [arg.names for each in members for arg in each.args.values() if arg.names]
    indexes = (app.name_registry.index_for(build) for build in dict.fromkeys([*builders, commands]))
    return [each for each in indexes if each.entries and each.lookup("50k") is None]


def measure(name: str, values: Iterable[float], report: Any) -> None:
    """Print *report* for each value of a threshold; a star marks the value in use."""
    present = getattr(thresholds, name)
    for value in values:
        setattr(thresholds, name, value)
        print(f"{name} {value}{'*' if value == present else ''}: {report()}")  # noqa: T201
    setattr(thresholds, name, present)


def main() -> None:
    """Measure names, search terms and completion."""
    app = App(load())
    indexes, words = name_indexes(app), faq_words(app.content)
    spellings = [
        (index, value, normalize(each))
        for index in indexes
        for value in index.entries
        for each in sorted({value.id, value.label, *value.aliases})
    ]
    typos = [
        (index, value, make_typo(each))
        for index, value, each in spellings
        for _ in range(_TYPOS * (len(each) > thresholds.MIN_NAME_LENGTH))
    ]
    typos = [each for each in typos if each[0].lookup(each[2]) is None]
    others = [(index, each) for index in indexes for each in words if index.lookup(each) is None]

    def names() -> str:
        matches = ((index.fuzzy_match(typo), value) for index, value, typo in typos)
        right = sum(match is not None and match[1] is value for match, value in matches)
        wrong = sum(index.fuzzy_match(word) is not None for index, word in others)
        return f"{right / len(typos):.1%} of typos, {wrong / len(others):.1%} of other words"

    measure("NAME_MATCH", range(60, 92, 4), names)
    measure("DIFFERENCE_MATCH", range(40, 90, 10), names)
    measure("MAX_NAME_CANDIDATES", (1, 2, 3, 5, 10), names)
    pairs = [(each, make_typo(each)) for each in words if len(each) >= thresholds.MIN_TERM_LENGTH]
    faq_terms = {term for word in words for term in extract_terms(word)}
    answers = (said.says for each in app.content.faq.values() for said in each.answer)
    answer_terms = {term for text in answers for term in extract_terms(text)} - faq_terms

    def terms() -> str:
        same = sum(
            all(map(is_same_term, extract_terms(word), extract_terms(typo))) for word, typo in pairs
        )
        wrong = sum(any(is_same_term(each, term) for term in faq_terms) for each in answer_terms)
        return f"{same / len(pairs):.1%} of typos, {wrong / len(answer_terms):.1%} of other words"

    measure("TERM_MATCH", range(76, 92, 2), terms)
    cut = [(index, value, normalize(value.label)) for index in indexes for value in index.entries]
    begun = [(index, value, make_typo(each[: len(each) * 2 // 3])) for index, value, each in cut
             if len(each) > thresholds.MIN_TERM_LENGTH]  # fmt: skip

    def completions() -> str:
        lists: list[tuple[NamedValue[Any], list[NamedValue[Any]]]] = [
            (value, complete(index, typed)) for index, value, typed in begun
        ]
        found = sum(value in shown for value, shown in lists) / len(lists)
        return f"{found:.1%} found, {sum(len(shown) for _, shown in lists) / len(lists):.1f} shown"

    measure("COMPLETION_MATCH", range(40, 85, 5), completions)


if __name__ == "__main__":
    main()
