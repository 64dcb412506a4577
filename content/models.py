"""The pydantic models of content entries, except quizzes and surveys."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from content.references import AnyRef, Ref

# Patterns of strings, with the description that an author reads in an error.
STRING_FORMATS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "lower case letters, digits and single hyphens",
    r"^https?://[^\s]+$": "a web address that starts with https://",
    r"^[A-Z]{3}$": "three capital letters, like USD",
    r"^\d{4}$": 'four digits in quotes, like "2026"',
    r"^\d{4}-\d\d-\d\d$": "a date like 2026-06-16",
    r"^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$": "a kind and an id, like market/bls-developers-growth",
    r"\.”?$": "a sentence that ends with a period",
}
_ID, _URL, _CURRENCY, _YEAR, _DATE, _CITATION, _SENTENCE = STRING_FORMATS

Id = Annotated[str, StringConstraints(pattern=_ID, max_length=48)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
ShortSentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_SENTENCE)
]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Alias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Url = Annotated[str, StringConstraints(pattern=_URL, max_length=300)]
Currency = Annotated[str, Field(pattern=_CURRENCY, description="by its ISO 4217 code")]

SourceId = Annotated[Id, Ref("sources")]
RoleId = Annotated[Id, Ref("roles")]
LevelId = Annotated[Id, Ref("levels")]
CountryId = Annotated[Id, Ref("countries")]
DimensionId = Annotated[Id, Ref("dimensions")]
Citation = Annotated[str, StringConstraints(pattern=_CITATION, max_length=80), AnyRef()]


class StrictModel(BaseModel):
    """Base of all models, which are immutable; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Entry(StrictModel):
    """Base of all entries, which have an id.

    An overlay, a folder with an admin's own content, replaces an entry by one with the same id.
    """

    id: Id


class NamedEntry(Entry):
    """Base of entries that people can type by name or alias, in upper or lower case."""

    name: ShortText
    aliases: tuple[Alias, ...] = ()


class EvidenceType(StrEnum):
    """The kind of evidence behind a source's figures, the most reliable first."""

    OFFICIAL = "official statistics"
    SURVEY = "survey"
    OFFERS = "recruiter's offers"
    AGGREGATOR = "aggregator"
    OPINION = "practitioner's opinion"


class Source(Entry):
    """A document that the content cites, such as a report or an article.

    A field is ``None`` if the document doesn't say.
    """

    short: Annotated[ShortText, Field(max_length=16, description="the tag shown beside a figure")]
    title: Text | None = None
    author: Text | None = None
    publisher: Text | None = None
    published: Annotated[
        ShortText | None, Field(description="as stated: 2026-06-16, early 2026")
    ] = None
    read: Annotated[str, Field(pattern=_DATE, description="when we read it")]
    url: Url | None = None
    interest: Annotated[
        ShortText | None,
        Field(max_length=24, description="who the author is and what they sell, in a word or two"),
    ] = None
    evidence: EvidenceType
    geography: ShortText | None = None
    about: Text
    caution: Annotated[Text | None, Field(description="an interest or weakness to be aware of")] = (
        None
    )


class Statement(StrictModel):
    """One thing that a source says, in the project's own words."""

    says: Text
    source: SourceId
    brief: Annotated[ShortText | None, Field(description="a short version for a table cell")] = None
    credited: Annotated[Text | None, Field(description="whom the source cites for it")] = None


class DimensionGroup(NamedEntry):
    """A heading under which several dimensions are listed."""


class FactOrigin(StrEnum):
    """The kind of content from which a dimension's facts are taken."""

    STATEMENTS = "statements"
    CONTRASTS = "contrasts"
    INTERVIEW = "interview"
    MARKET = "market"
    PAY = "pay"
    ROADMAPS = "roadmaps"
    TOOLS = "tools"


class Dimension(NamedEntry):
    """An aspect in which roles are compared, such as required education."""

    asks: Text
    group: Annotated[Id, Ref("groups")]
    view: FactOrigin = FactOrigin.STATEMENTS
    glance: Annotated[bool, Field(description="belongs in the at-a-glance table")] = False


class Level(NamedEntry):
    """A career level, with years of experience if a source gives them."""

    years_from: Annotated[int, Field(ge=0, le=50)] | None = None
    years_to: Annotated[int, Field(ge=0, le=50)] | None = None
    source: SourceId | None = None

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if self.years_from is not None and self.source is None:
            raise ValueError("years need a source: add 'source'")
        return self


class Country(NamedEntry):
    """A country with pay figures. Its id is its ISO 3166 code in lower case."""

    short: Annotated[ShortText, Field(max_length=8)]
    currency: Currency


class Background(NamedEntry):
    """The job or education from which somebody moves to a role."""


class InterviewTask(StrictModel):
    """A question or task for candidates in job interviews, and what their answer shows."""

    stage: Literal["asked", "screened"]
    task: Text
    shows: Text | None = None
    source: SourceId


class Role(NamedEntry):
    """A job, such as ML Engineer, with the sources' statements about it.

    ``brief`` is ``None`` if no source describes the role.
    """

    brief: Text | None = None
    dimensions: dict[DimensionId, tuple[Statement, ...]] = {}
    interview: tuple[InterviewTask, ...] = ()


class Contrast(Entry):
    """A source's statement about a pair of roles: a difference, a similarity, or how to choose."""

    roles: Annotated[tuple[RoleId, RoleId], Field(description="the pair, in either order")]
    about: Literal["difference", "shared", "choosing"]
    says: Text
    brief: Annotated[Text | None, Field(max_length=110, description="a one-line version")] = None
    source: SourceId


class PayBasis(StrEnum):
    """The parts of pay that a pay figure includes."""

    BASE = "base"
    TOTAL = "total"
    GROSS = "gross"


class PayClaim(Entry):
    """A yearly pay figure that a source published: a range, a median or a mean.

    A field is ``None`` if the source doesn't say.
    """

    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    level: LevelId | None = None
    low: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    high: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    open_top: Annotated[bool, Field(description="the source has a plus after high")] = False
    median: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    mean: Annotated[int, Field(gt=0, lt=10_000_000)] | None = None
    currency: Currency
    country: CountryId | None = None
    basis: PayBasis | None = None
    year: Annotated[str, Field(pattern=_YEAR)] | None = None
    among: Annotated[ShortText | None, Field(description="the figure is only about these")] = None
    source: SourceId
    credited: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _check_figures(self) -> Self:
        shapes = [self.low is not None and self.high is not None, self.median, self.mean]
        if sum(map(bool, shapes)) != 1 or (self.low is None) != (self.high is None):
            raise ValueError("give low and high, or a median, or a mean: just one of the three")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}: swap them")
        return self


class PayRemark(Entry):
    """A source's statement about pay in general, such as about equity, not a figure for a level."""

    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    about: Literal["equity", "gap", "trend", "outlier", "advice"]
    says: Text
    source: SourceId


class MarketFigure(Entry):
    """A source's figure about the job market, such as growth or the share of remote jobs."""

    roles: tuple[RoleId, ...] = ()
    figure: ShortText
    says: Text
    brief: Annotated[Text | None, Field(max_length=110, description="a one-line version")] = None
    period: ShortText | None = None
    pay: Annotated[bool, Field(description="is about pay, so `salary` shows it, too")] = False
    source: SourceId
    credited: Text | None = None


class ToolCategory(NamedEntry):
    """A category under which tools are listed, such as languages or databases."""


class ToolNeed(StrictModel):
    """A role's need for a tool, according to a source."""

    role: RoleId
    need: Literal["must-know", "nice-to-have", "used"]
    source: SourceId


class Tool(NamedEntry):
    """A tool, language or skill that a source names. A field is ``None`` if it isn't known."""

    category: Annotated[Id, Ref("categories")]
    purpose: Annotated[Text, Field(max_length=140)]
    needs: Annotated[tuple[ToolNeed, ...], Field(min_length=1)]
    licence: ShortText | None = None
    homepage: Url | None = None


class RoadmapStep(StrictModel):
    """One step of a roadmap: what to do and when."""

    when: Annotated[ShortText | None, Field(description="as stated: months 1–2")] = None
    do: Text
    source: SourceId


class Roadmap(Entry):
    """A plan for moving from a background to a role."""

    start: Annotated[Id, Ref("backgrounds")]
    role: RoleId
    time: tuple[Statement, ...] = ()
    brings: tuple[Statement, ...] = ()
    steps: tuple[RoadmapStep, ...] = ()
    cautions: tuple[Statement, ...] = ()


class FaqEntry(Entry):
    """A frequently asked question with its answer from the sources.

    *unstated* are sentences about what the sources don't say; members read those that they ask
    for. If the sources don't answer the question at all, the answer begins with that sentence, or
    with the first, and *instead* follows: it leads on to what comes closest, or is advice. An admin
    may answer it in their own words: *says*, without a source.
    """

    topic: Literal["careers", "hiring"]
    question: Text
    also: Annotated[tuple[Text, ...], Field(description="other ways people ask it")] = ()
    unstated: Annotated[
        tuple[ShortSentence, ...], Field(description="what the sources don't say, a sentence each")
    ] = ()
    instead: Annotated[
        Text | None, Field(description="leads on from 'unstated' to the answer, or is advice")
    ] = None
    answer: tuple[Statement, ...] = ()
    says: Annotated[Text | None, Field(description="an admin's own answer, without a source")] = (
        None
    )
    link: Annotated[Url | None, Field(description="a page with more about that answer")] = None
    role: Annotated[RoleId | None, Field(description="the role that it is about")] = None
    background: Annotated[
        Annotated[Id, Ref("backgrounds")] | None,
        Field(description="the members' background that the answer assumes"),
    ] = None
    review: Annotated[
        str | None, Field(pattern=_DATE, description="when to check that answer again")
    ] = None
    related: Annotated[tuple[Annotated[Id, Ref("faq")], ...], Field(min_length=2, max_length=2)]
    see: Annotated[tuple[Text, ...], Field(description="commands to type next")] = ()

    @property
    def begins_with_unstated(self) -> bool:
        """Whether what the sources don't say comes before the answer or is all of it."""
        return self.instead is not None or (bool(self.unstated) and not self.facts)

    @property
    def facts(self) -> tuple[str | Statement, ...]:
        """*says* and the statements."""
        return (*filter(None, [self.says]), *self.answer)

    def beginning(self, unstated: str) -> str:
        """Return the text before the facts, which begins with *unstated*.

        What leads on to the facts is left out if there are none, because all are hidden.
        """
        leads_nowhere = not self.facts and (self.instead or "").endswith(":")
        return " ".join(filter(None, [unstated, None if leads_nowhere else self.instead]))

    @property
    def parts(self) -> tuple[str | Statement, ...]:
        """All texts that members read."""
        if not self.begins_with_unstated:
            return (*self.facts, *self.unstated)
        first, *others = self.unstated or ("",)
        return (self.beginning(first), *self.facts, *others)

    @model_validator(mode="after")
    def _require_an_answer(self) -> Self:
        if not self.facts and not self.unstated:
            raise ValueError("needs an answer, or 'unstated' if the sources don't give one")
        if self.instead and not self.unstated:
            raise ValueError("has 'instead' without 'unstated': add what the sources don't say")
        if self.instead and self.instead.endswith(":") != bool(self.facts):
            problem = "nothing to lead on to" if not self.facts else "no colon at its end"
            raise ValueError(f"'instead' has {problem}: end it with a colon only before an answer")
        if self.link and not self.says:
            raise ValueError("has a link but no answer of its own: add 'says'")
        return self


class WeeklyTip(Entry):
    """A weekly tip that a community can add to its queue.

    If an entry that the tip cites changes, the tip isn't posted before a moderator has checked it.
    """

    text: Annotated[Text, Field(description="what to do this week, and the fact behind it")]
    role: RoleId | None = None
    topic: Annotated[ShortText | None, Field(max_length=40)] = None
    cites: Annotated[tuple[Citation, ...], Field(min_length=1)]
