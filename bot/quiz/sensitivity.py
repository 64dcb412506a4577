"""Checks of how firm a result is: the smallest change that flips it, and too-close results."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from bot.quiz.scoring import (
    SINGLE,
    Answers,
    Factors,
    OutcomeScore,
    Score,
    added_strength,
    attainable_points,
    attained_points,
    chosen_options,
    max_points,
    points_for,
    score_answers,
)
from content import Quiz, QuizItem, QuizOption

# A result is too close to call if counting one answer 50% less or 50% more changes the winner.
REDUCED, INCREASED = Fraction(1, 2), Fraction(3, 2)

# Strength and tie-breaking points. Tuples are compared in order, so that strength decides first.
Gain = tuple[Fraction, int]
_NO_GAIN: Gain = (Fraction(0), 0)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A changed answer: another *option* for *item*; *gain* is how much closer the rival gets."""

    item: str
    option: str
    gain: Gain


def find_smallest_flip(
    quiz: Quiz, answers: Answers, factors: Factors | None = None
) -> tuple[AnswerChange, ...] | None:
    """Return the fewest changed answers that make another outcome win, or None if none do.

    Also return None for a tie, which nothing has won.

    The gain of one change doesn't depend on the other answers. So a set of the largest gains is the
    strongest of its size, and the first such set that flips the result is the smallest. *factors*
    says how often an item counts, by its id; all other items count once.
    """
    now = score_answers(quiz, answers, factors)
    if now.is_tie:
        return None
    flips = (
        _find_changes_for(quiz, answers, factors or {}, now.winner, each)
        for each in now.ranking[1:]
    )
    return min((flip for flip in flips if flip is not None), key=len, default=None)


def _find_changes_for(
    quiz: Quiz, answers: Answers, factors: Factors, winner: OutcomeScore, rival: OutcomeScore
) -> tuple[AnswerChange, ...] | None:
    """Return the smallest set of changes that makes *rival* win, or None if there is none."""
    lead = _subtract(
        (winner.strength, winner.tie_break_points), (rival.strength, rival.tie_break_points)
    )
    changes = _best_changes(quiz, answers, factors, rival.outcome, winner.outcome)
    for count, change in enumerate(changes, 1):
        lead = _subtract(lead, change.gain)
        if lead < _NO_GAIN:
            return tuple(changes[:count])
    return None


def _best_changes(
    quiz: Quiz, answers: Answers, factors: Factors, rival: str, winner: str
) -> list[AnswerChange]:
    """Return a list with each answer's change that helps *rival* most, largest gain first.

    The gain is the rival's advantage over *winner*. Answers without a gain are left out.
    """
    both = (rival, winner)
    attainable = {each: attainable_points(quiz, answers, each, factors) for each in both}

    def advantage(item: QuizItem, option: QuizOption) -> Gain:
        if item.tie_break:
            return Fraction(0), points_for(option, rival) - points_for(option, winner)
        added = [added_strength(item, option, each, attainable, factors) for each in both]
        return added[0] - added[1], 0

    changes = []
    for item, chosen in chosen_options(quiz, answers):
        best = max(item.options, key=partial(advantage, item))
        gain = _subtract(advantage(item, best), advantage(item, chosen))
        if gain > _NO_GAIN:
            changes.append(AnswerChange(item.id, best.id, gain))
    return sorted(changes, key=lambda change: change.gain, reverse=True)


def _subtract(one: Gain, other: Gain) -> Gain:
    return one[0] - other[0], one[1] - other[1]


def is_too_close(quiz: Quiz, answers: Answers, factors: Factors | None = None) -> bool:
    """Return True if counting any one answer 50% less or 50% more changes the winner.

    Also return True if the best two outcomes have the same strength. *factors* says how often an
    item counts, by the item's id; all other items count once. For speed, the sums of points are
    computed only once and then adjusted for each answer.
    """
    factors = factors or {}
    now = score_answers(quiz, answers, factors)
    if now.winner.strength == now.runner_up.strength:
        return True
    sums = {
        each.outcome: (
            attained_points(quiz, answers, each.outcome, factors),
            attainable_points(quiz, answers, each.outcome, factors),
        )
        for each in now.ranking
    }
    return any(
        _changes_winner(now, sums, item, option, factors.get(item.id, SINGLE))
        for item, option in chosen_options(quiz, answers)
        if not item.tie_break
    )


def _changes_winner(
    now: Score,
    sums: Mapping[str, tuple[Fraction, Fraction]],
    item: QuizItem,
    option: QuizOption,
    factor: Fraction,
) -> bool:
    """Return True if another outcome wins when the answer counts 50% less or 50% more.

    *now* is the score, in which the answer counts *factor* times. *sums* holds each outcome's
    attained and attainable points by its id.
    """

    def sort_key(each: OutcomeScore, extra: Fraction) -> Gain:
        attained, attainable = sums[each.outcome]
        most = attainable + extra * max_points(item, each.outcome)
        got = attained + extra * points_for(option, each.outcome)
        return got / most if most else Fraction(0), each.tie_break_points

    extras = ((change - 1) * factor for change in (REDUCED, INCREASED))
    return any(
        sort_key(each, extra) > sort_key(now.winner, extra)
        for extra in extras
        for each in now.ranking[1:]
    )
