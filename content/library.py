"""The loaded content, with lookups over its entries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args, get_type_hints

from pydantic import BaseModel

from content.models import (
    Background,
    Contrast,
    Country,
    Dimension,
    DimensionGroup,
    Entry,
    FaqEntry,
    Level,
    MarketFigure,
    PayClaim,
    PayRemark,
    Roadmap,
    Role,
    Source,
    Tool,
    ToolCategory,
    WeeklyTip,
)
from content.quizzes import Quiz
from content.surveys import RoleTitles, Survey


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Content:
    """All entries of the content: one field for each kind, a dict from ids to entries.

    The entries are in the order of the files. Instances are compared by identity.
    """

    sources: Mapping[str, Source]
    groups: Mapping[str, DimensionGroup]
    dimensions: Mapping[str, Dimension]
    levels: Mapping[str, Level]
    countries: Mapping[str, Country]
    backgrounds: Mapping[str, Background]
    roles: Mapping[str, Role]
    contrasts: Mapping[str, Contrast]
    pay: Mapping[str, PayClaim]
    remarks: Mapping[str, PayRemark]
    market: Mapping[str, MarketFigure]
    titles: Mapping[str, RoleTitles]
    surveys: Mapping[str, Survey]
    categories: Mapping[str, ToolCategory]
    tools: Mapping[str, Tool]
    roadmaps: Mapping[str, Roadmap]
    faq: Mapping[str, FaqEntry]
    quiz: Mapping[str, Quiz]
    tips: Mapping[str, WeeklyTip]

    def __repr__(self) -> str:
        """Return only the number of entries, since all of them would be too long."""
        return f"<Content: {self.count_entries()} entries>"

    def entries(self, kind: str) -> Mapping[str, Entry]:
        """Return the entries of a kind, such as "roles", by id; empty for an unknown kind."""
        found: Mapping[str, Entry] = getattr(self, kind) if kind in KINDS else {}
        return found

    def resolve(self, citation: str) -> Entry | None:
        """Return the entry that *citation* names as ``kind/id``, or None if there is none."""
        kind, _, entry_id = citation.partition("/")
        return self.entries(kind).get(entry_id)

    def count_entries(self) -> int:
        """Return the number of entries of all kinds."""
        return sum(len(self.entries(kind)) for kind in KINDS)

    def count_citations(self, source: str) -> Counter[str]:
        """Return how often entries cite the source with the id *source*, by kind of entry."""
        return _citation_counts(self).get(source, Counter())

    def roles_with_tools(self) -> tuple[Role, ...]:
        """Return the roles that need at least one tool, according to a source."""
        return self._select({need.role for tool in self.tools.values() for need in tool.needs})

    def roles_with_plans(self) -> tuple[Role, ...]:
        """Return the roles for which there is a roadmap."""
        return self._select({roadmap.role for roadmap in self.roadmaps.values()})

    def roles_with_interviews(self) -> tuple[Role, ...]:
        """Return the roles for which a source describes interview questions."""
        return self._select({role.id for role in self.roles.values() if role.interview})

    def roles_with_claims(self) -> tuple[Role, ...]:
        """Return the roles for which a source published a pay figure; surveys don't count."""
        return self._select({role for claim in self.pay.values() for role in claim.roles})

    def _select(self, ids: Collection[str]) -> tuple[Role, ...]:
        return tuple(role for role in self.roles.values() if role.id in ids)


KINDS: dict[str, type[Entry]] = {
    kind: get_args(hint)[1] for kind, hint in get_type_hints(Content).items()
}
"""The model of each kind of entry. A kind has the name of its YAML file or folder."""


@lru_cache(maxsize=1)  # a process has one content
def _citation_counts(content: Content) -> Mapping[str, Counter[str]]:
    """Return a dict from source ids to counters, which count the citations by kind of entry."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind in KINDS:
        for entry in content.entries(kind).values():
            times = len(entry.groups) if isinstance(entry, Survey) else 1
            for source in cited_sources(entry):
                counts[source][kind] += times
    return counts


def cited_sources(part: object) -> Iterator[str]:
    """Yield the id of the source for each citation in *part*.

    *part* is an entry, or any value in an entry, which may be nested.
    """
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name == "source" and value is not None:
                yield value
            else:
                yield from cited_sources(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from cited_sources(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from cited_sources(value)
