"""Jobs outside of software and data that members name. occupations.txt lists them."""

from functools import cache
from pathlib import Path

from bot.language.name_index import normalize
from bot.language.word_lists import read_sections

_FILE = Path(__file__).with_name("occupations.txt")
_MAX_WORDS = 4


def find_occupation(text: str) -> tuple[str, ...]:
    """Return the normalized names of the first such job in *text*, or () if it names none."""
    words, known = normalize(text).split(), _read_file()
    for at in range(len(words)):
        for count in range(_MAX_WORDS, 0, -1):
            found = known.get(" ".join(words[at : at + count]))
            if found is not None:
                return found
    return ()


@cache
def _read_file() -> dict[str, tuple[str, ...]]:
    """Return all names of each job by each of its names."""
    found = {}
    for line in (line for _, lines in read_sections(_FILE) for line in lines if line):
        names = tuple(map(normalize, line.split(",")))
        found.update(dict.fromkeys(names, names))
    return found
