"""Translation of common words in questions in other languages to English.

A search understands English. Members also write "salaire ml engineer en france" or "cuánto gana":
the words of this field are few, so a list of them is enough to find the answer, which is English.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from bot.language.word_lists import read_sections

ONLY_ENGLISH = "I only understand English."
_FILE = Path(__file__).with_name("foreign.txt")
_MAX_WORDS = 4


def to_english(text: str) -> str:
    """Return *text* with the words of other languages in English; English stays as it is."""
    tokens = text.split()
    plain = [_strip_accents(each) for each in tokens]
    words, small, _ = _read_file()
    parts: list[str | None] = [None] * len(tokens)
    first_words = _first_words()
    for at in (at for at, each in enumerate(plain) if each.partition(" ")[0] in first_words):
        for count in range(min(_MAX_WORDS, len(tokens) - at), 0, -1):
            found = words.get(" ".join(plain[at : at + count]))
            if found is not None and parts[at] is None:
                parts[at : at + count] = [found, *[""] * (count - 1)]
                break
    if not any(parts) or not _is_foreign(plain, parts):
        return text
    rest = [
        part if part is not None else small.get(word, token)
        for part, word, token in zip(parts, plain, tokens, strict=True)
    ]
    return " ".join(filter(None, rest))


def has_other_script(text: str) -> bool:
    """Return True if most letters of *text* aren't Latin ones, so that it can't be English."""
    letters = [each for each in text if each.isalpha()]
    others = sum(not unicodedata.name(each, "LATIN").startswith("LATIN") for each in letters)
    return 2 * others > len(letters)


def _is_foreign(plain: list[str], parts: list[str | None]) -> bool:
    """Return True unless the only foreign words may also be English, such as "come"."""
    _, _, also_english = _read_file()
    return any(part and word not in also_english for word, part in zip(plain, parts, strict=True))


@cache
def _read_file() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Return English by foreign words and by small ones, and words that are English, too."""
    words, small, also_english = dict(read_sections(_FILE)).values()
    found = []
    for section in (words, small):
        rows = (row.partition(": ") for row in section)
        found.append({word: english for english, _, others in rows for word in others.split(", ")})
    return found[0], found[1], frozenset(" ".join(also_english).split())


@cache
def _first_words() -> frozenset[str]:
    """Return the words with which something foreign begins."""
    return frozenset(text.split(" ")[0] for text in _read_file()[0])


@lru_cache(maxsize=4096)
def _strip_accents(word: str) -> str:
    letters = word.casefold()
    if not letters.isascii():
        folded = unicodedata.normalize("NFD", letters.replace("ß", "ss").replace("ł", "l"))
        letters = "".join(each for each in folded if not unicodedata.combining(each))
    return letters.strip(".,;:!?¿¡()\"'").replace("'", " ")
