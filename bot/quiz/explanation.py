"""Explanation of a quiz result: the effect of each answer, and how firm the result is."""

from dataclasses import dataclass
from fractions import Fraction

from bot.quiz.scoring import (
    DOUBLE,
    Answers,
    Factors,
    Score,
    added_strength,
    attainable_points,
    chosen_options,
    score_answers,
)
from bot.quiz.sensitivity import AnswerChange, find_smallest_flip, is_too_close
from bot.quiz.separating import find_separating_questions
from content import OutcomeWeight, Quiz, QuizItem, QuizOption


@dataclass(frozen=True, slots=True)
class Contribution:
    """The effect of one answer on the winner's lead over the runner-up.

    *lead* is in points of 100 and negative if the answer favors the runner-up.
    """

    item: QuizItem
    option: QuizOption
    lead: Fraction
    points: tuple[OutcomeWeight, ...]  # the option's points for the winner or the runner-up


@dataclass(frozen=True, slots=True)
class Result:
    """A quiz score with its explanation.

    *answered* is the number of answered items. *flip* is the smallest set of changed answers that
    makes another outcome win, or None if there is none. *separating* has the unanswered questions
    that would tell the best outcomes apart. *tie_breakers* has the answers that only break ties.
    """

    quiz: Quiz
    score: Score
    answered: int
    is_close: bool
    contributions: tuple[Contribution, ...]
    flip: tuple[AnswerChange, ...] | None
    separating: tuple[QuizItem, ...]
    tie_breakers: tuple[tuple[QuizItem, QuizOption], ...]

    @property
    def is_level(self) -> bool:
        """Whether the best two outcomes are equally strong, so that a tie-breaker has to decide."""
        return self.score.winner.strength == self.score.runner_up.strength

    @property
    def supporting(self) -> tuple[Contribution, ...]:
        """The answers that increased the winner's lead, largest effect first."""
        return tuple(each for each in self.contributions if each.lead > 0)

    @property
    def opposing(self) -> tuple[Contribution, ...]:
        """The answers that reduced the winner's lead, largest effect first."""
        return tuple(each for each in reversed(self.contributions) if each.lead < 0)

    @property
    def neutral(self) -> tuple[Contribution, ...]:
        """The answers that left the winner's lead as it was."""
        return tuple(each for each in self.contributions if not each.lead)


def evaluate(quiz: Quiz, answers: Answers, doubled: str | None = None) -> Result:
    """Return the score of *answers* with its explanation.

    *doubled* is the id of the item that counts twice, if any.
    """
    factors = {doubled: DOUBLE} if doubled else {}
    scored = score_answers(quiz, answers, factors)
    return Result(
        quiz,
        scored,
        sum(1 for _ in chosen_options(quiz, answers)),
        is_too_close(quiz, answers, factors),
        _split_lead(quiz, answers, factors, scored),
        find_smallest_flip(quiz, answers, factors),
        find_separating_questions(quiz, answers, factors),
        tuple(each for each in chosen_options(quiz, answers) if each[0].tie_break),
    )


def _split_lead(
    quiz: Quiz, answers: Answers, factors: Factors, scored: Score
) -> tuple[Contribution, ...]:
    """Split the winner's lead over the runner-up into contributions by answer, largest first."""
    pair = (scored.winner.outcome, scored.runner_up.outcome)
    total = sum(each.strength for each in scored.ranking)
    attainable = {each: attainable_points(quiz, answers, each, factors) for each in pair}
    contributions = []
    for item, option in chosen_options(quiz, answers):
        if item.tie_break:
            continue
        added = [added_strength(item, option, each, attainable, factors) for each in pair]
        lead = 100 * (added[0] - added[1]) / total if total else Fraction(0)
        points = tuple(point for point in option.points if point.outcome in pair)
        contributions.append(Contribution(item, option, lead, points))
    return tuple(sorted(contributions, key=lambda each: each.lead, reverse=True))
