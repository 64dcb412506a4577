"""A result that explains itself: what each answer did, what spoke against, what would flip it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.quiz.scoring import (
    DOUBLE,
    SINGLE,
    Answers,
    Factors,
    Score,
    attainable_points,
    chosen_options,
    points_for,
    score_answers,
)
from bot.quiz.sensitivity import AnswerChange, find_smallest_flip, is_too_close
from content import Item, Option, Point, Quiz


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one answer did to the winner's lead, in hundredths of all strengths together."""

    item: Item
    option: Option
    lead: Fraction
    points: tuple[Point, ...]  # the option's points for the winner or the runner-up


@dataclass(frozen=True, slots=True)
class Result:
    """A scored quiz, with what explains the score."""

    quiz: Quiz
    score: Score
    answered: int
    is_close: bool
    contributions: tuple[Contribution, ...]
    flip: tuple[AnswerChange, ...] | None

    @property
    def supporting(self) -> tuple[Contribution, ...]:
        """Give the answers that carried the winner, the weightiest first."""
        return tuple(each for each in self.contributions if each.lead > 0)

    @property
    def opposing(self) -> tuple[Contribution, ...]:
        """Give the answers that spoke against the winner, the weightiest first."""
        return tuple(each for each in reversed(self.contributions) if each.lead < 0)

    def percentages(self) -> Mapping[str, int]:
        """Return each outcome's share in whole percent."""
        return self.score.percentages()


def evaluate(quiz: Quiz, answers: Answers, doubled: str | None = None) -> Result:
    """Score *answers* and explain the score; *doubled* is the item that counts twice."""
    factors = {doubled: DOUBLE} if doubled else {}
    scored = score_answers(quiz, answers, factors)
    return Result(
        quiz,
        scored,
        sum(1 for _ in chosen_options(quiz, answers)),
        is_too_close(quiz, answers, factors),
        _contributions(quiz, answers, factors, scored),
        find_smallest_flip(quiz, answers, factors),
    )


def _contributions(
    quiz: Quiz, answers: Answers, factors: Factors, scored: Score
) -> tuple[Contribution, ...]:
    """Take the winner's lead over the runner-up apart, answer by answer; the parts sum to it."""
    pair = (scored.winner.outcome, scored.runner_up.outcome)
    counted = [each for each in chosen_options(quiz, answers) if not each[0].tie_break]
    whole = sum(each.strength for each in scored.ranking)
    wholes = {outcome: attainable_points(quiz, answers, outcome, factors) for outcome in pair}

    def part(item: Item, option: Option, outcome: str) -> Fraction:
        if not wholes[outcome] or not whole:
            return Fraction(0)
        factor = factors.get(item.id, SINGLE)
        return 100 * factor * points_for(option, outcome) / (wholes[outcome] * whole)

    shares = (
        Contribution(
            item,
            option,
            part(item, option, pair[0]) - part(item, option, pair[1]),
            tuple(point for point in option.points if point.outcome in pair),
        )
        for item, option in counted
    )
    return tuple(sorted(shares, key=lambda share: share.lead, reverse=True))
