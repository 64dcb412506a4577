"""Reading files of words and wordings, such as foreign.txt: lines below headings with "# "."""

from collections.abc import Iterator
from pathlib import Path


def read_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the title and the lines of each section of a file, without what precedes the first."""
    _, *sections = path.read_text(encoding="utf-8").split("\n# ")
    for section in sections:
        title, *lines = section.strip().splitlines()
        yield title, lines
