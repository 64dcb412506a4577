"""The pydantic models of a quiz."""

import hashlib
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from content.models import Entry, Id, ShortText, SourceId, StrictModel, Text


class QuizOutcome(StrictModel):
    """A possible result of a quiz, such as a role."""

    id: Id
    name: ShortText
    means: Text
    next: Annotated[tuple[Text, ...], Field(min_length=1, description="lines to type next")]


class OutcomeWeight(StrictModel):
    """The points that an option adds to an outcome, with the reason and its source."""

    outcome: Id
    weight: Annotated[int, Field(ge=1, le=10)]
    because: Text
    source: SourceId


class NextStep(StrictModel):
    """Advice and a command to type next, for people who chose an option and got an outcome."""

    outcome: Id
    says: Text
    line: Text
    source: SourceId


class QuizOption(StrictModel):
    """An answer to a quiz item that a person can choose."""

    id: Annotated[Id, Field(max_length=2)]
    says: Annotated[Text, Field(max_length=160)]
    points: tuple[OutcomeWeight, ...] = ()
    leads: tuple[NextStep, ...] = ()


class QuizItem(StrictModel):
    """A question of a quiz, with the options to choose from."""

    id: Annotated[Id, Field(max_length=16)]
    asks: Annotated[Text, Field(max_length=200)]
    about: Annotated[ShortText, Field(description="the topic in a few words, for explanations")]
    options: Annotated[tuple[QuizOption, ...], Field(min_length=2, max_length=6)]
    tie_break: Annotated[bool, Field(description="counts only if the others tie")] = False


class Quiz(Entry):
    """A quiz: items (questions) whose chosen options add points to outcomes.

    Its version is a hash of its whole definition.
    """

    id: Annotated[Id, Field(max_length=16)]
    title: ShortText
    intro: Text
    outcomes: Annotated[tuple[QuizOutcome, ...], Field(min_length=2, max_length=6)]
    items: Annotated[tuple[QuizItem, ...], Field(min_length=1, max_length=40)]

    @cached_property
    def definition(self) -> str:
        """Return the quiz as JSON, which is stored so that old results can be explained."""
        return self.model_dump_json()

    @cached_property
    def version(self) -> str:
        """Return the first 12 hexadecimal digits of the definition's SHA-256."""
        return hashlib.sha256(self.definition.encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        known = {outcome.id for outcome in self.outcomes}
        for ids, what in ((self.outcomes, "outcome"), (self.items, "item")):
            _check_distinct([each.id for each in ids], what)
        for item in self.items:
            _check_distinct([option.id for option in item.options], f"option of item '{item.id}'")
            for option in item.options:
                named = [*(point.outcome for point in option.points)]
                named += [lead.outcome for lead in option.leads]
                for outcome in named:
                    if outcome not in known:
                        where = f"option '{option.id}' of item '{item.id}'"
                        raise ValueError(f"{where} names '{outcome}': that isn't an outcome here")
        return self


def _check_distinct(ids: list[str], what: str) -> None:
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"the {what} '{twice}' appears twice: rename one")
