"""From a salary CSV to a file of content: read, group, write whole or not at all."""

import hashlib
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from content.importing.groups import DEFINITION, Sorter, groups, rates
from content.importing.rows import NoGroups, Refused, Row, rows, same_but_for_pay
from content.importing.write import replace, text
from content.library import Content
from content.models import Basis
from content.surveys import Survey, Tally

__all__ = ["NoGroups", "Refused", "import_salaries"]


def import_salaries(path: Path, out: Path, source: str, content: Content) -> Survey:
    """Derive a survey from the CSV at *path* and write it to *out*; returns what was written.

    The same file and content give the same bytes. *source* is the id of the survey's source.

    Raises:
        Refused: in plain words; *out* is as it was then. NoGroups: with numbers to put in words.

    """
    if source not in content.sources:
        known = ", ".join(content.sources)
        raise Refused(f"There is no source '{source}' in the content. There are: {known}.")
    if out.suffix != ".yaml" or not out.parent.is_dir():
        raise Refused(f"{out} can't be written: name a .yaml file in a folder that exists.")
    if not path.is_file():
        raise Refused(f"{path} is no file.")
    try:
        survey = _survey(path, out.stem, source, content)
    except NoGroups:
        raise
    except Refused as refused:
        raise Refused(f"{path} {refused}") from refused
    except ValidationError as error:
        raise Refused(f"{out.name} is no good name: {error.errors()[0]['msg']}.") from error
    replace(out, text(survey))
    return survey


def _survey(path: Path, name: str, source: str, content: Content) -> Survey:
    rejected: Counter[str] = Counter()
    sorter = Sorter(_titles(content), content.countries)
    before: Row | None = None
    read = pairs = 0
    for row in rows(path, rejected):
        read += 1
        sorter.add(row)
        paired = before is not None and same_but_for_pay(before, row)
        pairs += paired
        before = None if paired else row
    found = tuple(groups(sorter.cells, content.roles, content.levels.values()))
    if not found:
        raise NoGroups(read + rejected.total(), read, rejected)
    sorter.leave_out_all_but(found)
    return Survey(
        id=name,
        source=source,
        sha256=_digest(path),
        basis=Basis.GROSS,
        quantiles=DEFINITION,
        paired=round(100 * 2 * pairs / read),
        rows=Tally(
            read=read + rejected.total(),
            used=read - sorter.left.total(),
            rejected=_ranked(rejected),
            left=_ranked(sorter.left),
        ),
        mapped=_ranked(sorter.mapped),
        unmapped=_ranked(sorter.unmapped),
        rates=tuple(rates(sorter.converted)),
        groups=found,
    )


def _titles(content: Content) -> dict[str, str]:
    """Give the role of each title."""
    roles: dict[str, str] = {}
    for entry in content.titles.values():
        for title in entry.titles:
            if roles.setdefault(title, entry.role) != entry.role:
                raise Refused(f"can't be sorted: '{title}' stands under two roles in titles.yaml.")
    return roles


def _ranked(counts: Counter[str]) -> dict[str, int]:
    """Order counts from the largest down, and by name where they are equal."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
