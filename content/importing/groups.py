"""Rows into groups by role, level, country, currency and years, and those into quantiles.

Quantiles are those of Hyndman and Fan's type 7 (Sample Quantiles in Statistical Packages, 1996):
of n sorted amounts the p-quantile stands at place 1 + (n - 1)p, interpolated linearly. It is the
default of NumPy, R and spreadsheets, so anybody can check a figure, and p10 and p90 of as few as
five reports lie within them.

They rest on distinct rows. A repeat is a row of eleven equal fields, pay to the last digit among
them. In the survey that ships, of 293 rows of 2020 and 2021 four are repeats; of 62,229 of 2024
more than half are, one row 182 times, and nearly every row stands beside one that differs only in
pay: the two ends of one advertised band. A repeat is that band seen again, and not one more person.
Held against the ends of distinct bands, in the 29 US groups of 50 or more, p10 to p90 of distinct
rows and of all rows are off by 3% alike on average; but where one band was repeated a hundred
times all rows are off by up to 22%, distinct ones by up to 9%.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from content.importing.rows import Row
from content.models import Country, Level
from content.surveys import SMALLEST, PayGroup, Rate

DEFINITION = "Hyndman-Fan type 7, over distinct reports"
LEVELS = {"EN": "junior", "MI": "mid", "SE": "senior", "EX": "executive"}
FULL_TIME = "FT"
_DOLLAR = "USD"
_RECENT = 2  # years up to the last one that are taken together

Cell = tuple[str, str, str]  # role, country, currency
Cells = Mapping[Cell, Counter[Row]]


class Sorter:
    """Puts each sound row into its cell, or counts why it has none."""

    def __init__(self, roles: Mapping[str, str], countries: Mapping[str, Country]) -> None:
        """Sort by *roles*, the role of each title, and *countries* by id."""
        self._roles, self._countries = roles, countries
        self.cells: defaultdict[Cell, Counter[Row]] = defaultdict(Counter)
        self.left: Counter[str] = Counter()
        self.mapped: Counter[str] = Counter()
        self.unmapped: Counter[str] = Counter()
        self.converted: defaultdict[tuple[str, int], set[Row]] = defaultdict(set)

    def add(self, row: Row) -> None:
        """Count *row* in its cell and for its currency's rate."""
        role = self._roles.get(row.job_title)
        country = self._countries.get(row.employee_residence.lower())
        (self.mapped if role else self.unmapped)[row.job_title] += 1
        if row.salary_currency != _DOLLAR:
            self.converted[row.salary_currency, int(row.work_year)].add(row)
        if role is None:
            self.left["the title is none of ours"] += 1
        elif row.employment_type != FULL_TIME:
            self.left["the work is not full-time"] += 1
        elif country is None:
            self.left["the country is none of ours"] += 1
        elif row.salary_currency not in {country.currency, _DOLLAR}:
            self.left["the pay is neither in the country's currency nor in USD"] += 1
        else:
            self.cells[role, country.id, row.salary_currency][row] += 1

    def leave_out_all_but(self, written: Iterable[PayGroup]) -> None:
        """Count the rows that stand in none of the *written* groups."""
        held: defaultdict[Cell, set[int]] = defaultdict(set)
        for group in written:
            if group.level is None:
                cell = (group.role, group.country, group.currency)
                held[cell].update(range(group.first, group.last + 1))
        small = sum(
            times
            for cell, found in self.cells.items()
            for row, times in found.items()
            if int(row.work_year) not in held[cell]
        )
        if small:
            self.left[f"the group has under {SMALLEST} distinct reports"] = small


def groups(cells: Cells, roles: Iterable[str], levels: Iterable[Level]) -> Iterator[PayGroup]:
    """Give every group of enough distinct reports, in the order of the content."""
    places = {role: place for place, role in enumerate(roles)}
    ladder = [*(level.id for level in levels if level.id in LEVELS.values()), None]
    latest = max((int(row.work_year) for rows in cells.values() for row in rows), default=0)
    for cell in sorted(cells, key=lambda each: (places[each[0]], each[1:])):
        for level in ladder:
            own = {row: n for row, n in cells[cell].items() if level in {None, _level(row)}}
            for years in _windows(own, latest):
                found = {row: n for row, n in own.items() if int(row.work_year) in years}
                if len(found) >= SMALLEST:
                    yield _group(cell, level, found)


def _level(row: Row) -> str:
    return LEVELS[row.experience_level]


def _windows(rows: Iterable[Row], latest: int) -> list[set[int]]:
    """Give each year that rows are from, and the recent ones together when there are several."""
    years = sorted({int(row.work_year) for row in rows})
    recent = {year for year in years if year > latest - _RECENT}
    return [*({year} for year in years), *([recent] if len(recent) > 1 else [])]


def _group(cell: Cell, level: str | None, rows: Mapping[Row, int]) -> PayGroup:
    role, country, currency = cell
    years = [int(row.work_year) for row in rows]
    remote = sum(row.remote_ratio == "100" for row in rows)
    return PayGroup(
        role=role,
        level=level,
        country=country,
        currency=currency,
        first=min(years),
        last=max(years),
        records=sum(rows.values()),
        distinct=len(rows),
        remote=round(100 * remote / len(rows)),
        **quantiles([row.pay for row in rows]),
    )


def quantiles(amounts: Iterable[int]) -> dict[str, int]:
    """Give p10, p25, p50, p75 and p90 of two amounts or more, in whole units of the currency."""
    cuts = statistics.quantiles(amounts, n=100, method="inclusive")
    return {f"p{percent}": round(cuts[percent - 1]) for percent in (10, 25, 50, 75, 90)}


def rates(converted: Mapping[tuple[str, int], set[Row]]) -> Iterator[Rate]:
    """Give the rates at which the survey itself turned each currency into dollars, by year."""
    for (currency, year), rows in sorted(converted.items()):
        if len(rows) >= SMALLEST:
            usd = statistics.median(int(row.salary_in_usd) / row.pay for row in rows)
            yield Rate(currency=currency, year=year, usd=float(f"{usd:.4g}"), records=len(rows))
