"""What every content file must look like."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from content.references import Ref

# The forms that a string can be asked to have, and how to say so to an author.
FORMS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "lower case letters, digits and single hyphens",
    r"^https?://[^\s]+$": "a web address that starts with https://",
    r"^[A-Z]{3}$": "three capital letters, like USD",
    r"^\d{4}$": 'four digits in quotes, like "2026"',
    r"^\d{4}-\d\d-\d\d$": "a date like 2026-06-16",
    r"^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$": "a kind and an id, like market/bls-developers-growth",
}
_ID, _URL, _CURRENCY, _YEAR, _DATE, CITE = FORMS

Id = Annotated[str, StringConstraints(pattern=_ID, max_length=48)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Brief = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Alias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Url = Annotated[str, StringConstraints(pattern=_URL, max_length=300)]
Currency = Annotated[str, Field(pattern=_CURRENCY, description="by its ISO 4217 code")]

SourceId = Annotated[Id, Ref("sources")]
RoleId = Annotated[Id, Ref("roles")]
LevelId = Annotated[Id, Ref("levels")]
CountryId = Annotated[Id, Ref("countries")]
DimensionId = Annotated[Id, Ref("dimensions")]


class Shape(BaseModel):
    """Whatever a file says beyond the known fields is a fault, not an extension."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Shape):
    """Something with an id, which an overlay can replace."""

    id: Id


class Named(Entry):
    """An entry that people call by a name or one of its aliases, in any case."""

    name: Brief
    aliases: tuple[Alias, ...] = ()


class Evidence(StrEnum):
    """What a source's figures rest on, strongest first."""

    OFFICIAL = "official statistics"
    SURVEY = "survey"
    OFFERS = "recruiter's offers"
    AGGREGATOR = "aggregator"
    OPINION = "practitioner's opinion"


class Source(Entry):
    """A document that we rely on. ``None`` means that the document does not state it."""

    short: Annotated[Brief, Field(max_length=16, description="the tag shown beside a figure")]
    title: Text | None = None
    author: Text | None = None
    publisher: Text | None = None
    published: Annotated[Brief | None, Field(description="as stated: 2026-06-16, early 2026")] = (
        None
    )
    read: Annotated[str, Field(pattern=_DATE, description="when we read it")]
    url: Url | None = None
    evidence: Evidence
    geography: Brief | None = None
    about: Text
    caution: Annotated[Text | None, Field(description="an interest or a weakness to know")] = None


class Statement(Shape):
    """One thing that one source says, in our words."""

    says: Text
    source: SourceId
    brief: Annotated[Brief | None, Field(description="the same in a table cell")] = None
    credited: Annotated[Text | None, Field(description="whom the source cites for it")] = None


class Group(Named):
    """A heading under which dimensions stand together."""


class View(StrEnum):
    """Where the lines of a dimension come from."""

    STATEMENTS = "statements"
    CONTRASTS = "contrasts"
    INTERVIEW = "interview"
    MARKET = "market"
    PAY = "pay"
    ROADMAPS = "roadmaps"
    TOOLS = "tools"


class Dimension(Named):
    """An aspect under which roles are compared."""

    asks: Text
    group: Annotated[Id, Ref("groups")]
    view: View = View.STATEMENTS
    glance: Annotated[bool, Field(description="belongs in the at-a-glance table")] = False


class Level(Named):
    """A rung of the ladder, with the years of experience that a source gives it."""

    years_from: Annotated[int, Field(ge=0, le=50)] | None = None
    years_to: Annotated[int, Field(ge=0, le=50)] | None = None
    source: SourceId | None = None

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.years_from is not None and self.source is None:
            raise ValueError("years need a source: add 'source'")
        return self


class Country(Named):
    """A country for which there are figures, by its ISO 3166 code in lower case."""

    short: Annotated[Brief, Field(max_length=8)]
    currency: Currency


class Background(Named):
    """Where somebody starts from."""


class Probe(Shape):
    """Something a candidate is asked or given, and what the answer shows."""

    stage: Literal["asked", "screened"]
    task: Text
    shows: Text | None = None
    source: SourceId


class Role(Named):
    """A job title and what the sources say about it. ``None`` means that none describes it."""

    brief: Text | None = None
    dimensions: dict[DimensionId, tuple[Statement, ...]] = {}
    interview: tuple[Probe, ...] = ()


class Contrast(Entry):
    """A difference between two roles, or what they share, that only makes sense for the pair."""

    roles: Annotated[tuple[RoleId, RoleId], Field(description="the pair, in either order")]
    about: Literal["difference", "shared", "choosing"]
    says: Text
    source: SourceId


class Basis(StrEnum):
    """What a pay figure counts."""

    BASE = "base"
    TOTAL = "total"
    GROSS = "gross"


class PayClaim(Entry):
    """A yearly pay figure as one source gives it. ``None`` means that the source leaves it out."""

    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    level: LevelId | None = None
    low: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    high: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    open_top: Annotated[bool, Field(description="the source writes a plus behind high")] = False
    median: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    mean: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    currency: Currency
    country: CountryId | None = None
    basis: Basis | None = None
    year: Annotated[str, Field(pattern=_YEAR)] | None = None
    among: Annotated[Brief | None, Field(description="the figure holds only among these")] = None
    source: SourceId
    credited: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        shapes = [self.low is not None and self.high is not None, self.median, self.mean]
        if sum(map(bool, shapes)) != 1 or (self.low is None) != (self.high is None):
            raise ValueError("give low and high, or a median, or a mean: just one of the three")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}: swap them")
        return self


class PayRemark(Entry):
    """What a source says about pay beyond a figure for a level: equity, premiums, outliers."""

    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    about: Literal["equity", "gap", "trend", "outlier", "advice"]
    says: Text
    source: SourceId


class MarketFigure(Entry):
    """A figure about the market that can be quoted: growth, shares, official medians."""

    roles: tuple[RoleId, ...] = ()
    figure: Brief
    says: Text
    period: Brief | None = None
    pay: Annotated[bool, Field(description="is about pay, so `salary` shows it, too")] = False
    source: SourceId
    credited: Text | None = None


class Category(Named):
    """A shelf on which tools stand."""


class Need(Shape):
    """Who says that a role needs a tool, and how much."""

    role: RoleId
    need: Literal["must-know", "nice-to-have", "used"]
    source: SourceId


class Tool(Named):
    """A tool, language or skill that a source names. ``None`` means not established."""

    category: Annotated[Id, Ref("categories")]
    purpose: Annotated[Text, Field(max_length=140)]
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]
    licence: Brief | None = None
    homepage: Url | None = None


class Step(Shape):
    """A stretch of a plan."""

    when: Brief
    do: Text
    source: SourceId


class Roadmap(Entry):
    """The way from a background to a role."""

    start: Annotated[Id, Ref("backgrounds")]
    role: RoleId
    time: tuple[Statement, ...] = ()
    brings: tuple[Statement, ...] = ()
    steps: tuple[Step, ...] = ()
    cautions: tuple[Statement, ...] = ()


class Question(Entry):
    """A question that people ask, answered from the sources."""

    topic: Literal["careers", "hiring"]
    question: Text
    also: Annotated[tuple[Text, ...], Field(description="other ways in which people ask it")] = ()
    answer: Annotated[tuple[Statement, ...], Field(min_length=1)]
    related: Annotated[tuple[Annotated[Id, Ref("faq")], ...], Field(min_length=2, max_length=2)]
    see: Annotated[tuple[Text, ...], Field(description="commands to type next")] = ()
