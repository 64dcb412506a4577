"""Statistics of a community's quiz results that reveal nothing about one person.

Figures cover at least five people. They are recomputed only after the results of at least five
people have changed, so that two published figures never differ by fewer people. If a counted result
is deleted, or its owner leaves, the figures are hidden until they can be recomputed.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from bot.quiz.scoring import DOUBLE, Score, score_answers
from content import Quiz
from storage import Attempt, Store, Totals

MIN_PEOPLE = 5  # behind a figure, and changed between two published figures

LatestTwo = tuple[Attempt, Attempt | None]  # a person's newest result and the one before it


@dataclass(frozen=True, slots=True)
class OutcomeStats:
    """The outcomes of a number of people in a quiz, as dicts by outcome id.

    *won* has the percent of people who got the outcome, *medians* the median of the outcome's
    share in percent. Somebody with a tie counts for each tied outcome in equal parts.
    """

    people: int
    won: Mapping[str, int]
    medians: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CommunityStats:
    """The statistics of one quiz in one community; *id* is the id of the community."""

    store: Store
    id: str
    quiz: Quiz

    async def outcomes(self) -> OutcomeStats | None:
        """Return the statistics of each person's latest result, or None if they are hidden."""
        figures = await self._publish("outcomes", await self._latest_attempts(), _count_outcomes)
        return OutcomeStats(**json.loads(figures)) if figures else None

    async def retest_agreement(self) -> int | None:
        """Return the percent of people who got the same outcome again when they repeated the quiz.

        Return None if the percentage is hidden.
        """
        pairs = [each for each in await self._latest_attempts() if each[1]]
        figures = await self._publish("retests", pairs, _agreement_percent)
        return int(figures) if figures else None

    async def _latest_attempts(self) -> Sequence[LatestTwo]:
        return await self.store.attempts.list_latest(self.id, self.quiz.id, self.quiz.version)

    async def _publish(
        self,
        what: str,
        pairs: Sequence[LatestTwo],
        count: Callable[[Quiz, Sequence[LatestTwo]], str],
    ) -> str | None:
        """Return the figures called *what* as text, or None if they are hidden.

        *pairs* has each person's last two attempts. *count* computes the figures from *pairs* if
        enough results have changed since figures were last stored.
        """
        name = f"{self.quiz.version} {what}"
        stored = await self.store.totals.get(self.id, name)
        counted = stored.attempts if stored else frozenset()
        now = frozenset(attempt.id for attempt, _ in pairs)
        changed = max(len(now - counted), len(counted - now))  # each person has one result here
        if len(now) >= MIN_PEOPLE and changed >= MIN_PEOPLE:
            # Thousands of results take a second, so this runs off the event loop.
            figures = await asyncio.to_thread(count, self.quiz, pairs)
            fresh = Totals(self.id, name, figures, now)
            return (await self.store.totals.save(fresh, expected=stored)).figures
        known = now | {before.id for _, before in pairs if before}
        return stored.figures if stored and counted <= known else None


def _count_outcomes(quiz: Quiz, pairs: Sequence[LatestTwo]) -> str:
    """Return the fields of an `OutcomeStats` for each person's newest result, as JSON."""
    results = [_score_attempt(quiz, attempt) for attempt, _ in pairs]
    won = {outcome.id: Fraction(0) for outcome in quiz.outcomes}
    for each in results:
        for leader in each.leaders:
            won[leader.outcome] += Fraction(1, len(each.leaders))
    shares = [each.percentages() for each in results]
    return json.dumps(
        {
            "people": len(results),
            "won": {outcome: round(100 * part / len(results)) for outcome, part in won.items()},
            "medians": {
                each.id: round(median(share[each.id] for share in shares)) for each in quiz.outcomes
            },
        }
    )


def _agreement_percent(quiz: Quiz, pairs: Sequence[LatestTwo]) -> str:
    """Return the percent of people whose last two attempts have the same outcome, as digits."""
    same = sum(
        _best_outcomes(quiz, now) == _best_outcomes(quiz, before)
        for now, before in pairs
        if before is not None
    )
    return str(round(100 * same / len(pairs)))


def _best_outcomes(quiz: Quiz, attempt: Attempt) -> frozenset[str]:
    """Return the id of the outcome that won, or the ids of all tied outcomes."""
    return frozenset(each.outcome for each in _score_attempt(quiz, attempt).leaders)


def _score_attempt(quiz: Quiz, attempt: Attempt) -> Score:
    factors = {attempt.doubled: DOUBLE} if attempt.doubled else {}
    return score_answers(quiz, attempt.answers, factors)
