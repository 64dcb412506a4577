"""Reading the files of wordings: a heading begins with "# ", and lines follow."""

from collections.abc import Iterator
from pathlib import Path


def read_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the title and the lines of each section of a file."""
    _, *sections = path.read_text(encoding="utf-8").split("\n# ")
    for section in sections:
        title, *lines = section.strip().splitlines()
        yield title, lines
