"""What a quiz file must look like: outcomes, items, and a reason and a source for each weight."""

import hashlib
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from content.models import Brief, Entry, Id, Shape, SourceId, Text


class Outcome(Shape):
    """Something that a quiz can come out as."""

    id: Id
    name: Brief
    means: Text
    next: Annotated[tuple[Text, ...], Field(min_length=1, description="lines to type next")]


class Point(Shape):
    """How much an option speaks for an outcome, why, and who says so."""

    outcome: Id
    weight: Annotated[int, Field(ge=1, le=10)]
    because: Text
    source: SourceId


class Lead(Shape):
    """What to know and to type next for somebody who answered so and came out at *outcome*."""

    outcome: Id
    says: Text
    line: Text
    source: SourceId


class Option(Shape):
    """One way to answer an item."""

    id: Annotated[Id, Field(max_length=2)]
    says: Annotated[Text, Field(max_length=160)]
    points: tuple[Point, ...] = ()
    leads: tuple[Lead, ...] = ()


class Item(Shape):
    """One question of a quiz."""

    id: Annotated[Id, Field(max_length=16)]
    asks: Annotated[Text, Field(max_length=200)]
    about: Annotated[Brief, Field(description="the topic in a few words, for explanations")]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]
    tie_break: Annotated[bool, Field(description="counts only where the others tie")] = False


class Quiz(Entry):
    """A quiz. Its version is a hash of what can change a result: items, options and weights."""

    id: Annotated[Id, Field(max_length=16)]
    title: Brief
    intro: Text
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=2, max_length=6)]
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)]

    @cached_property
    def definition(self) -> str:
        """Give the quiz as JSON, by which its results are explained for ever."""
        return self.model_dump_json()

    @cached_property
    def version(self) -> str:
        """Give the hash of the definition, 12 hexadecimal digits."""
        return hashlib.sha256(self.definition.encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {outcome.id for outcome in self.outcomes}
        for ids, what in ((self.outcomes, "outcome"), (self.items, "item")):
            _distinct([each.id for each in ids], what)
        for item in self.items:
            _distinct([option.id for option in item.options], f"option of item '{item.id}'")
            for option in item.options:
                named = [*(point.outcome for point in option.points)]
                named += [lead.outcome for lead in option.leads]
                for outcome in named:
                    if outcome not in known:
                        where = f"option '{option.id}' of item '{item.id}'"
                        raise ValueError(f"{where} names '{outcome}': it is no outcome here")
        return self


def _distinct(ids: list[str], what: str) -> None:
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"the {what} '{twice}' stands twice: rename one")
