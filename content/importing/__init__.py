"""Import of a CSV file with salaries as a survey, a content file."""

import hashlib
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from content.importing.groups import DEFINITION, RowGrouper, build_groups, compute_rates
from content.importing.rows import ImportRefused, NoGroupsFound, Row, read_rows, same_but_for_pay
from content.importing.write import format_survey, replace_file
from content.library import Content
from content.models import PayBasis
from content.surveys import RowCounts, Survey

__all__ = ["ImportRefused", "NoGroupsFound", "import_salaries"]


def import_salaries(path: Path, out: Path, source: str, content: Content) -> Survey:
    """Derive a survey from the CSV file at *path*, write it to the YAML file *out*, and return it.

    *source* is the id of the content's source for the survey. The same CSV file and content always
    produce the same output file.

    Raises:
        ImportRefused: if *path* can't be imported or *out* can't be written.
        NoGroupsFound: if no group of rows is large enough.

    """
    if source not in content.sources:
        known = ", ".join(content.sources)
        raise ImportRefused(f"There is no source '{source}' in the content. There are: {known}.")
    if out.suffix != ".yaml" or not out.parent.is_dir():
        raise ImportRefused(f"{out} can't be written: name a .yaml file in a folder that exists.")
    if not path.is_file():
        raise ImportRefused(f"{path} is not a file.")
    try:
        survey = _derive_survey(path, out.stem, source, content)
    except NoGroupsFound:
        raise
    except ImportRefused as refused:
        raise ImportRefused(f"{path} {refused}") from refused
    except ValidationError as error:
        raise ImportRefused(
            f"{out.name} is an invalid name: {error.errors()[0]['msg']}."
        ) from error
    replace_file(out, format_survey(survey))
    return survey


def _derive_survey(path: Path, name: str, source: str, content: Content) -> Survey:
    rejected: Counter[str] = Counter()
    sorter = RowGrouper(_roles_by_title(content), content.countries)
    before: Row | None = None
    read = pairs = 0
    for row in read_rows(path, rejected):
        read += 1
        sorter.add(row)
        paired = before is not None and same_but_for_pay(before, row)
        pairs += paired
        before = None if paired else row
    found = tuple(build_groups(sorter.cells, content.roles, content.levels.values()))
    if not found:
        raise NoGroupsFound(read + rejected.total(), read, rejected)
    sorter.count_ungrouped(found)
    return Survey(
        id=name,
        source=source,
        sha256=_hash_file(path),
        basis=PayBasis.GROSS,
        quantiles=DEFINITION,
        paired=round(100 * 2 * pairs / read),
        rows=RowCounts(
            read=read + rejected.total(),
            used=read - sorter.left_out.total(),
            rejected=_sort_counts(rejected),
            left=_sort_counts(sorter.left_out),
        ),
        mapped=_sort_counts(sorter.mapped),
        unmapped=_sort_counts(sorter.unmapped),
        rates=tuple(compute_rates(sorter.converted)),
        groups=found,
    )


def _roles_by_title(content: Content) -> dict[str, str]:
    """Return a dict from each job title to a role's id.

    Raise ImportRefused if a title belongs to two roles.
    """
    roles: dict[str, str] = {}
    for entry in content.titles.values():
        for title in entry.titles:
            if roles.setdefault(title, entry.role) != entry.role:
                raise ImportRefused(
                    f"can't be sorted: '{title}' is under two roles in titles.yaml."
                )
    return roles


def _sort_counts(counts: Counter[str]) -> dict[str, int]:
    """Return *counts* as a dict sorted from the largest count to the smallest, then by name."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
