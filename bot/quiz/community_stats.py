"""Totals of a community that never tell anything of one person.

Figures are shown for five people or more. They are counted anew only when the results of at least
five people differ from those that the last figures were made of, so no two views differ by fewer
than five. When somebody whose result was counted has deleted it or left, the figures are withheld
until they may be counted anew.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bot.quiz.scoring import DOUBLE, Score, score_answers
from content import Quiz
from storage import Attempt, Store, Totals

MIN_PEOPLE = 5  # people, in a figure and between two figures

LatestTwo = tuple[Attempt, Attempt | None]


@dataclass(frozen=True, slots=True)
class OutcomeStats:
    """Figures that may be shown: of how many *people*, and whole percents by outcome."""

    people: int
    won: Mapping[str, int]
    medians: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CommunityStats:
    """The results of one quiz in one community."""

    store: Store
    id: str
    quiz: Quiz

    async def outcomes(self) -> OutcomeStats | None:
        """Give how the latest results came out; None where that may not be shown."""
        figures = await self._publish("outcomes", await self._latest_attempts(), _count_outcomes)
        return OutcomeStats(**json.loads(figures)) if figures else None

    async def retest_agreement(self) -> int | None:
        """Give how many percent of those who took it again came out the same; None as above."""
        pairs = [each for each in await self._latest_attempts() if each[1]]
        figures = await self._publish("retests", pairs, _count_agreement)
        return int(figures) if figures else None

    async def _latest_attempts(self) -> Sequence[LatestTwo]:
        return await self.store.attempts.latest(self.id, self.quiz.id, self.quiz.version)

    async def _publish(
        self,
        what: str,
        pairs: Sequence[LatestTwo],
        count: Callable[[Quiz, Sequence[LatestTwo]], str],
    ) -> str | None:
        """Give the figures that were last counted, counted anew where that is allowed."""
        name = f"{self.quiz.version} {what}"
        kept = await self.store.totals.one(self.id, name)
        counted = kept.attempts if kept else frozenset()
        now = frozenset(attempt.id for attempt, _ in pairs)
        changed = max(len(now - counted), len(counted - now))  # people at least: one result each
        if len(now) >= MIN_PEOPLE and changed >= MIN_PEOPLE:
            # Thousands of results take a second, so work them out off the event loop.
            figures = await asyncio.to_thread(count, self.quiz, pairs)
            fresh = Totals(self.id, name, figures, now)
            return (await self.store.totals.keep(fresh, instead_of=kept)).figures
        known = now | {before.id for _, before in pairs if before}
        return kept.figures if kept and counted <= known else None


def _count_outcomes(quiz: Quiz, pairs: Sequence[LatestTwo]) -> str:
    """Count who won, and the median of each outcome's share, in whole percent."""
    results = [_score_attempt(quiz, attempt) for attempt, _ in pairs]
    winners = Counter(each.winner.outcome for each in results)
    shares = [each.percentages() for each in results]
    return json.dumps(
        {
            "people": len(results),
            "won": {
                each.id: round(100 * winners[each.id] / len(results)) for each in quiz.outcomes
            },
            "medians": {
                each.id: round(median(share[each.id] for share in shares)) for each in quiz.outcomes
            },
        }
    )


def _count_agreement(quiz: Quiz, pairs: Sequence[LatestTwo]) -> str:
    """Return the share of people whose last two attempts have the same result, in whole percent."""
    same = sum(
        _score_attempt(quiz, now).winner.outcome == _score_attempt(quiz, before).winner.outcome
        for now, before in pairs
        if before is not None
    )
    return str(round(100 * same / len(pairs)))


def _score_attempt(quiz: Quiz, attempt: Attempt) -> Score:
    return score_answers(
        quiz, attempt.answers, {attempt.doubled: DOUBLE} if attempt.doubled else None
    )
