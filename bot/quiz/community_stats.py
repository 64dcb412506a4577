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

from bot.quiz.scoring import TWICE, Score, score
from content import Quiz
from storage import Attempt, Store, Totals

FEWEST = 5  # people, in a figure and between two figures

Pair = tuple[Attempt, Attempt | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Figures that may be shown: of how many *people*, and whole percents by outcome."""

    people: int
    won: Mapping[str, int]
    medians: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Community:
    """The results of one quiz in one community."""

    store: Store
    id: str
    quiz: Quiz

    async def outcomes(self) -> Shown | None:
        """Give how the latest results came out; None where that may not be shown."""
        figures = await self._published("outcomes", await self._latest(), _count)
        return Shown(**json.loads(figures)) if figures else None

    async def stability(self) -> int | None:
        """Give how many percent of those who took it again came out the same; None as above."""
        pairs = [each for each in await self._latest() if each[1]]
        figures = await self._published("retests", pairs, _same)
        return int(figures) if figures else None

    async def _latest(self) -> Sequence[Pair]:
        return await self.store.attempts.latest(self.id, self.quiz.id, self.quiz.version)

    async def _published(
        self, what: str, pairs: Sequence[Pair], count: Callable[[Quiz, Sequence[Pair]], str]
    ) -> str | None:
        """Give the figures that were last counted, counted anew where that is allowed."""
        name = f"{self.quiz.version} {what}"
        kept = await self.store.totals.one(self.id, name)
        counted = kept.attempts if kept else frozenset()
        now = frozenset(attempt.id for attempt, _ in pairs)
        changed = max(len(now - counted), len(counted - now))  # people at least: one result each
        if len(now) >= FEWEST and changed >= FEWEST:
            # Thousands of results take a second, so work them out off the event loop.
            figures = await asyncio.to_thread(count, self.quiz, pairs)
            fresh = Totals(self.id, name, figures, now)
            return (await self.store.totals.keep(fresh, instead_of=kept)).figures
        known = now | {before.id for _, before in pairs if before}
        return kept.figures if kept and counted <= known else None


def _count(quiz: Quiz, pairs: Sequence[Pair]) -> str:
    """Count who won, and the median of each outcome's share, in whole percent."""
    results = [_scored(quiz, attempt) for attempt, _ in pairs]
    winners = Counter(each.winner.outcome for each in results)
    shares = [each.percent() for each in results]
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


def _same(quiz: Quiz, pairs: Sequence[Pair]) -> str:
    """Return the share of people whose last two attempts have the same result, in whole percent."""
    same = sum(
        _scored(quiz, now).winner.outcome == _scored(quiz, before).winner.outcome
        for now, before in pairs
        if before is not None
    )
    return str(round(100 * same / len(pairs)))


def _scored(quiz: Quiz, attempt: Attempt) -> Score:
    return score(quiz, attempt.answers, {attempt.doubled: TWICE} if attempt.doubled else None)
