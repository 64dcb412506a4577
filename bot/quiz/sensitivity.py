"""How firm a result is: the smallest change of answers that flips it, and when it is too close."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from bot.quiz.scoring import (
    SINGLE,
    Answers,
    Factors,
    Score,
    OutcomeScore,
    attainable_points,
    attained_points,
    chosen_options,
    max_points,
    points_for,
    score_answers,
)
from content import Item, Option, Quiz

# A result is too close to call when counting a single answer half as much, or half as much again,
# would change the winner.
REDUCED, INCREASED = Fraction(1, 2), Fraction(3, 2)

# Strength first, tie-breaking points second: compared as tuples are, so that no amount of the
# second outweighs any of the first.
Gain = tuple[Fraction, int]
_NO_GAIN: Gain = (Fraction(0), 0)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Answering *item* with *option* instead, and how much it helps the rival."""

    item: str
    option: str
    gain: Gain


def find_smallest_flip(
    quiz: Quiz, answers: Answers, factors: Factors | None = None
) -> tuple[AnswerChange, ...] | None:
    """Find the fewest answers that would have to be different for another outcome to win.

    What an answer does for a rival does not depend on the other answers, so taking the changes in
    the order of their gain gives the most that any number of changes can do; no smaller set can
    flip the result. None when no other answers to the same items would.
    """
    now = score_answers(quiz, answers, factors)
    flips = (
        _find_changes_for(quiz, answers, factors or {}, now.winner, each)
        for each in now.ranking[1:]
    )
    return min((flip for flip in flips if flip is not None), key=len, default=None)


def _find_changes_for(
    quiz: Quiz, answers: Answers, factors: Factors, winner: Standing, rival: Standing
) -> tuple[AnswerChange, ...] | None:
    """Find the fewest changes that put *rival* in front of *winner*."""
    lead = _subtract(
        (winner.strength, winner.tie_break_points), (rival.strength, rival.tie_break_points)
    )
    scale = _RivalGains(quiz, answers, factors, winner.outcome, rival.outcome)
    changes = sorted(scale.best_changes(), key=lambda change: change.gain, reverse=True)
    for count, change in enumerate(changes, 1):
        lead = _subtract(lead, change.gain)
        if lead < _NO_GAIN or (lead == _NO_GAIN and rival.quiz_order < winner.quiz_order):
            return tuple(changes[:count])
    return None


def _subtract(one: Gain, other: Gain) -> Gain:
    return one[0] - other[0], one[1] - other[1]


class _RivalGains:
    """Weighs single answers between a winner and a rival."""

    def __init__(
        self, quiz: Quiz, answers: Answers, factors: Factors, winner: str, rival: str
    ) -> None:
        self._answered = list(chosen_options(quiz, answers))
        self._factors, self._winner, self._rival = factors, winner, rival
        self._whole = {
            outcome: attainable_points(quiz, answers, outcome, factors)
            for outcome in (winner, rival)
        }

    def best_changes(self) -> Iterator[AnswerChange]:
        """Give for each answered item the other option that helps the rival most, if one does."""
        for item, now in self._answered:
            before = self._advantage(item, now)
            gains = (
                AnswerChange(item.id, each.id, _subtract(self._advantage(item, each), before))
                for each in item.options
            )
            best = max(gains, key=lambda change: change.gain)
            if best.gain > _NO_GAIN:
                yield best

    def _advantage(self, item: Item, option: Option) -> Gain:
        """Give how much an answer puts the rival in front."""
        if item.tie_break:
            return Fraction(0), points_for(option, self._rival) - points_for(option, self._winner)
        factor = self._factors.get(item.id, SINGLE)
        parts = (
            factor * points_for(option, outcome) / self._whole[outcome]
            if self._whole[outcome]
            else 0
            for outcome in (self._rival, self._winner)
        )
        rival, winner = parts
        return Fraction(rival - winner), 0


def is_too_close(quiz: Quiz, answers: Answers, factors: Factors | None = None) -> bool:
    """Return whether counting one answer half as much, or half as much again, changes the winner.

    Only that answer's points are added or subtracted; nothing else is summed again.
    """
    counts = factors or {}
    now = score_answers(quiz, answers, counts)
    if now.winner.strength == now.runner_up.strength:
        return True
    sums = {
        each.outcome: (
            attained_points(quiz, answers, each.outcome, counts),
            attainable_points(quiz, answers, each.outcome, counts),
        )
        for each in now.ranking
    }
    return any(
        _changes_winner(now, sums, answer, counts)
        for answer in chosen_options(quiz, answers)
        if not answer[0].tie_break
    )


def _changes_winner(
    now: Score,
    sums: Mapping[str, tuple[Fraction, Fraction]],
    answer: tuple[Item, Option],
    counts: Factors,
) -> bool:
    """Return whether another outcome wins when *answer* counts half as much, or half more."""
    item, option = answer
    once = counts.get(item.id, SINGLE)
    given = {each: (points_for(option, each), max_points(item, each)) for each in sums}

    def rank(each: Standing, more: Fraction) -> tuple[Fraction, int, int]:
        (got, whole), (own, best) = sums[each.outcome], given[each.outcome]
        reached = whole + more * best
        strength = (got + more * own) / reached if reached else _NO_GAIN[0]
        return strength, each.tie_break_points, -each.quiz_order

    changes = ((factor - 1) * once for factor in (REDUCED, INCREASED))
    return any(max(now.ranking, key=partial(rank, more=more)) is not now.winner for more in changes)
