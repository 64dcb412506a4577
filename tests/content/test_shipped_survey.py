"""The shipped groups compared with the survey's CSV, if the CSV is available."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from content import Content
from content.importing import import_salaries

CSV = os.environ.get("CROSSROADS_SALARY_CSV", "")
SHIPPED = Path(__file__).parent.parent.parent / "content" / "surveys" / "aijobs-2025-01.yaml"
LEVELS = {"EN": "junior", "MI": "mid", "SE": "senior", "EX": "executive"}
Rows = list[tuple[str, ...]]

at_hand = pytest.mark.skipif(not CSV, reason="set CROSSROADS_SALARY_CSV to the survey's CSV")


@at_hand
def test_the_shipped_groups_are_rebuilt_byte_for_byte(tmp_path: Path, content: Content) -> None:
    out = tmp_path / SHIPPED.name
    import_salaries(Path(CSV), out, "aijobs", content)
    assert out.read_bytes() == SHIPPED.read_bytes()


def quantile(amounts: list[int], share: float) -> float:
    """Return a quantile of Hyndman and Fan's type 7, computed from its definition."""
    place = (len(amounts) - 1) * share
    below = int(place)
    above = min(below + 1, len(amounts) - 1)
    return amounts[below] + (place - below) * (amounts[above] - amounts[below])


@pytest.fixture
def rows(content: Content) -> dict[tuple[str, str, str], Rows]:
    """Return the full-time rows of each role, country and currency."""
    roles = {title: each.role for each in content.titles.values() for title in each.titles}
    found: dict[tuple[str, str, str], Rows] = defaultdict(list)
    with Path(CSV).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if row[3] in roles and row[2] == "FT":
                found[roles[row[3]], row[7].lower(), row[5]].append(tuple(row))
    return found


@at_hand
def test_every_shipped_group_is_what_its_rows_give(
    content: Content, rows: dict[tuple[str, str, str], Rows]
) -> None:
    for group in content.surveys["aijobs-2025-01"].groups:
        own = [
            row
            for row in rows[group.role, group.country, group.currency]
            if group.level in {None, LEVELS[row[1]]} and group.first <= int(row[0]) <= group.last
        ]
        distinct = set(own)
        amounts = sorted(int(row[4]) for row in distinct)
        assert (group.records, group.distinct) == (len(own), len(distinct))
        assert {group.first, group.last} <= {int(row[0]) for row in own}
        for percent, amount in group.quantiles():
            assert abs(quantile(amounts, percent / 100) - amount) <= 0.5 + 1e-6
        remote = 100 * sum(row[8] == "100" for row in distinct) / len(distinct)
        assert abs(remote - group.remote) <= 0.5


def test_the_shipped_file_is_small_and_its_rows_add_up(content: Content) -> None:
    survey = content.surveys["aijobs-2025-01"]
    assert SHIPPED.stat().st_size < 80_000
    counts = survey.rows
    assert counts.used + sum((counts.left | counts.rejected).values()) == counts.read
    known = {title for each in content.titles.values() for title in each.titles}
    assert set(survey.mapped) <= known
    assert not known & set(survey.unmapped)
    assert sum((*survey.mapped.values(), *survey.unmapped.values())) == counts.read
