"""Jobs outside of software and data that members name. occupations.txt lists them."""

import re
from functools import cache
from pathlib import Path

from bot.language.name_index import normalize
from bot.language.word_lists import read_sections

_FILE = Path(__file__).with_name("occupations.txt")
_MAX_WORDS = 4
_OWN = re.compile(r"(?:\b(?:i m|im|i am|as|was|been|am|former|ex) (?:an? )?(?:\w+ ){0,2}|^)$")
_HERE = re.compile(r" (?:here|by trade|turned|for \d+ years)\b")


def find_occupation(text: str) -> tuple[str, ...]:
    """Return the normalized names of the first such job in *text*, or () if it names none."""
    return next((names for names, _, _ in _find_all(text)), ())


def names_own_occupation(text: str) -> bool:
    """Return True if somebody who writes *text* has, or had, such a job: "I'm a nurse"."""
    return any(
        _OWN.search(before) is not None or _HERE.match(after) is not None
        for _, before, after in _find_all(text)
    )


def _find_all(text: str) -> list[tuple[tuple[str, ...], str, str]]:
    """Return the names of each such job in *text*, with the normalized text before and after it."""
    words, known = normalize(text).split(), _read_file()
    found = []
    for at in range(len(words)):
        for count in range(_MAX_WORDS, 0, -1):
            names = known.get(" ".join(words[at : at + count]))
            if names is not None:
                before = " ".join((*words[:at], ""))
                found.append((names, before, " ".join(("", *words[at + count :]))))
                break
    return found


@cache
def _read_file() -> dict[str, tuple[str, ...]]:
    """Return all names of each job, in the singular and the plural, by each of its names."""
    found = {}
    for line in (line for _, lines in read_sections(_FILE) for line in lines if line):
        singular = [normalize(each) for each in line.split(",")]
        names = (*singular, *map(_to_plural, singular))
        found.update(dict.fromkeys(names, names))
    return found


def _to_plural(name: str) -> str:
    if name.endswith("man"):
        return f"{name[:-2]}en"
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
