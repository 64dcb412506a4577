"""The content in memory: what is known, by kind and id."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from pydantic import BaseModel

from content.models import (
    Background,
    Category,
    Contrast,
    Country,
    Dimension,
    Group,
    Level,
    MarketFigure,
    PayClaim,
    PayRemark,
    Question,
    Roadmap,
    Role,
    Source,
    Tool,
)
from content.quizzes import Quiz
from content.surveys import Survey, Titles
from content.tips import WeeklyTip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Content:
    """Every entry, by kind and id, in the order of the files; equal only to itself."""

    sources: Mapping[str, Source]
    groups: Mapping[str, Group]
    dimensions: Mapping[str, Dimension]
    levels: Mapping[str, Level]
    countries: Mapping[str, Country]
    backgrounds: Mapping[str, Background]
    roles: Mapping[str, Role]
    contrasts: Mapping[str, Contrast]
    pay: Mapping[str, PayClaim]
    remarks: Mapping[str, PayRemark]
    market: Mapping[str, MarketFigure]
    titles: Mapping[str, Titles]
    surveys: Mapping[str, Survey]
    categories: Mapping[str, Category]
    tools: Mapping[str, Tool]
    roadmaps: Mapping[str, Roadmap]
    faq: Mapping[str, Question]
    quiz: Mapping[str, Quiz]
    tips: Mapping[str, WeeklyTip]

    def __repr__(self) -> str:
        """Say how much there is: all of it would fill books."""
        return f"<Content: {self.size()} entries>"

    def size(self) -> int:
        """Count the entries of every kind."""
        return sum(len(getattr(self, kind.name)) for kind in fields(self))

    def contributions(self, source: str) -> Counter[str]:
        """Count, by kind, how often entries rest on *source*."""
        return _contributions(self).get(source, Counter())


@lru_cache(maxsize=1)  # a process has one content
def _contributions(content: Content) -> Mapping[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind in fields(content):
        for entry in getattr(content, kind.name).values():
            times = len(entry.groups) if isinstance(entry, Survey) else 1
            for cited in cited_by(entry):
                counts[cited][kind.name] += times
    return counts


def cited_by(part: object) -> Iterator[str]:
    """Give the source ids that an entry names, anywhere in it, once for each time."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name == "source" and value is not None:
                yield value
            else:
                yield from cited_by(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from cited_by(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from cited_by(value)
