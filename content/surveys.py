"""The models of pay surveys, which hold quantiles of groups of reports, not the reports."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from content.models import (
    CountryId,
    Currency,
    Entry,
    LevelId,
    PayBasis,
    RoleId,
    SourceId,
    StrictModel,
    Text,
)

ALL_LEVELS = "-"
MIN_REPORTS = 5  # minimum of distinct reports in a group
MEDIUM_REPORTS, HIGH_REPORTS = (
    15,
    50,
)  # distinct reports from which a group's confidence is medium or high

Title = Annotated[str, Field(min_length=1, max_length=100)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Amount = Annotated[int, Field(gt=0, lt=1_000_000_000)]


class Confidence(StrEnum):
    """The reliability of a group's quantiles, which depends on its number of distinct reports."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RoleTitles(Entry):
    """The job titles in surveys that count as one of the content's roles, if they match exactly."""

    role: RoleId
    titles: Annotated[tuple[Title, ...], Field(min_length=1)]


class PayGroup(StrictModel):
    """Quantiles of the yearly pay in one group of a survey's reports.

    A report is one person's or one job ad's pay. Amounts are in ``currency``. ``level`` is None for
    all levels together. ``first`` and ``last`` are the years of the earliest and the latest report.
    ``remote`` is in percent of the distinct reports. A file holds one group per line, with its
    values in the order of the fields, because 7,000 separate YAML values would make every start a
    third slower.
    """

    role: RoleId
    level: LevelId | None
    country: CountryId
    currency: Currency
    first: Year
    last: Year
    records: Annotated[int, Field(ge=MIN_REPORTS, description="reports, repeats among them")]
    distinct: Annotated[int, Field(ge=MIN_REPORTS, description="reports without exact repeats")]
    p10: Amount
    p25: Amount
    p50: Amount
    p75: Amount
    p90: Amount
    remote: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="before")
    @classmethod
    def _parse_row(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        names, values = list(cls.model_fields), data.split()
        if len(values) != len(names):
            columns = " ".join(names)
            raise ValueError(f"has {len(values)} values for {len(names)} columns: write {columns}")
        row: dict[str, str | None] = dict(zip(names, values, strict=True))
        return row | {"level": None} if row["level"] == ALL_LEVELS else row

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the JSON schema of a group as it is in a file: a string with all its values."""
        del core_schema, handler
        return {"type": "string", "description": " ".join(cls.model_fields)}

    def to_row(self) -> str:
        """Return the group as a line of a survey's file, without a line break."""
        return " ".join(ALL_LEVELS if value is None else str(value) for _, value in self)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        quantiles = [amount for _, amount in self.quantiles()]
        if quantiles != sorted(quantiles):
            raise ValueError("the quantiles don't increase: write them from p10 to p90")
        if self.first > self.last or self.distinct > self.records:
            raise ValueError("first is after last, or distinct above records: swap them")
        return self

    def quantiles(self) -> tuple[tuple[int, int], ...]:
        """Return pairs of a percentile (10, 25, 50, 75, 90) and the amount there, lowest first."""
        return (
            (10, self.p10),
            (25, self.p25),
            (50, self.p50),
            (75, self.p75),
            (90, self.p90),
        )

    @property
    def confidence(self) -> Confidence:
        """The reliability of the quantiles, by the number of distinct reports."""
        if self.distinct < MEDIUM_REPORTS:
            return Confidence.LOW
        return Confidence.MEDIUM if self.distinct < HIGH_REPORTS else Confidence.HIGH

    @property
    def years(self) -> str:
        """The years of the reports as text, such as "2024" or "2024–25"."""
        return f"{self.first}" if self.first == self.last else f"{self.first}–{self.last % 100:02}"


class ExchangeRate(StrictModel):
    """An exchange rate that a survey used in a year: US dollars for one unit of a currency."""

    currency: Currency
    year: Year
    usd: Annotated[float, Field(gt=0)]
    records: Annotated[int, Field(ge=MIN_REPORTS)]


class RowCounts(StrictModel):
    """The numbers of a survey's rows that were used, rejected as invalid, or left out.

    Each row counts once.
    """

    read: int
    used: Annotated[int, Field(description="rows behind the groups")]
    rejected: Annotated[dict[str, int], Field(description="faulty rows, by fault")]
    left: Annotated[dict[str, int], Field(description="valid rows that are in no group")]


class Survey(Entry):
    """The groups of a pay survey, and how they were derived from the survey's rows."""

    source: SourceId
    sha256: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="of the file that was read")
    ]
    basis: PayBasis
    quantiles: Annotated[Text, Field(description="how they are defined, and for which reports")]
    paired: Annotated[
        int,
        Field(ge=0, le=100, description="percent of rows next to one that differs only in pay"),
    ]
    rows: RowCounts
    mapped: Annotated[dict[Title, int], Field(description="rows of each title that was mapped")]
    unmapped: Annotated[
        dict[Title, int], Field(description="rows of each title that wasn't mapped")
    ]
    rates: tuple[ExchangeRate, ...] = ()
    groups: tuple[PayGroup, ...]

    def groups_for(self, role: str, level: str | None) -> tuple[PayGroup, ...]:
        """Return the groups of a role and level; the level None means all levels together."""
        return self._index.get((role, level), ())

    @cached_property
    def _index(self) -> dict[tuple[str, str | None], tuple[PayGroup, ...]]:
        found: dict[tuple[str, str | None], tuple[PayGroup, ...]] = {}
        for group in self.groups:
            key = group.role, group.level
            found[key] = (*found.get(key, ()), group)
        return found
