"""Scoring of quiz answers.

An outcome's *attained* points are the chosen options' weights for it. Its *attainable* points are
the most that the answered items could have given. Skipped items count in neither. An outcome's
strength is attained / attainable. Its share is its strength divided by the sum of all strengths, so
that shares add up to 1. Items marked ``tie_break`` only decide between outcomes of equal strength.
If they don't break the tie, the result is a tie and no outcome wins.

Arithmetic is exact (``fractions.Fraction``), so that rounding never decides a result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from content import Quiz, QuizItem, QuizOption

Answers = Mapping[str, str | None]  # option id by item id; None if skipped
Factors = Mapping[str, Fraction]  # how often an item counts, by item id; others count once
SINGLE, DOUBLE = Fraction(1), Fraction(2)


@dataclass(frozen=True, slots=True)
class OutcomeScore:
    """An outcome's strength (0 to 1), and its points from tie-breaking items."""

    outcome: str
    strength: Fraction
    tie_break_points: int

    @property
    def sort_key(self) -> tuple[Fraction, int]:
        """The key by which outcomes are compared; the best outcome has the highest key."""
        return self.strength, self.tie_break_points


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of all outcomes of a quiz, best first; equal outcomes are in the quiz's order."""

    ranking: tuple[OutcomeScore, ...]

    @property
    def leaders(self) -> tuple[OutcomeScore, ...]:
        """The score of the best outcome, or the scores of all best outcomes if there is a tie."""
        best = self.ranking[0].sort_key
        return tuple(each for each in self.ranking if each.sort_key == best)

    @property
    def is_tie(self) -> bool:
        """True if no outcome wins, because several are equally good."""
        return len(self.leaders) > 1

    @property
    def winner(self) -> OutcomeScore:
        """The score of the best outcome; in a tie, of the leader that comes first in the quiz."""
        return self.ranking[0]

    @property
    def runner_up(self) -> OutcomeScore:
        """The score of the second-best outcome."""
        return self.ranking[1]

    def share_of(self, scored: OutcomeScore) -> Fraction:
        """Return an outcome's strength divided by the sum of all strengths, from 0 to 1.

        If all strengths are 0, all shares are equal.
        """
        whole = sum(each.strength for each in self.ranking)
        return scored.strength / whole if whole else Fraction(1, len(self.ranking))

    def percentages(self) -> Mapping[str, int]:
        """Return a dict from outcome ids to shares in whole percent.

        Shares are rounded by the largest remainder method, so that their sum is 100. Equal shares
        are rounded alike; if that isn't possible otherwise, the sum is below 100.
        """
        exact = {each.outcome: 100 * self.share_of(each) for each in self.ranking}
        whole = {outcome: int(share) for outcome, share in exact.items()}
        missing = 100 - sum(whole.values())
        for share in sorted(dict.fromkeys(exact.values()), key=lambda each: each % 1, reverse=True):
            equal = [outcome for outcome, each in exact.items() if each == share]
            if len(equal) <= missing:
                missing -= len(equal)
                whole |= {outcome: whole[outcome] + 1 for outcome in equal}
        return whole


def score_answers(quiz: Quiz, answers: Answers, factors: Factors | None = None) -> Score:
    """Return the score of *answers*.

    *factors* says how often an item counts, by the item's id; all other items count once.
    """
    scores = (
        OutcomeScore(
            outcome.id,
            calculate_strength(quiz, answers, outcome.id, factors or {}),
            sum(
                points_for(option, outcome.id)
                for item, option in chosen_options(quiz, answers)
                if item.tie_break
            ),
        )
        for outcome in quiz.outcomes
    )
    return Score(tuple(sorted(scores, key=lambda each: each.sort_key, reverse=True)))


def calculate_strength(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Return attained / attainable points of *outcome*, or 0 if no points are attainable.

    *factors* says how often an item counts, by the item's id; all other items count once.
    """
    most = attainable_points(quiz, answers, outcome, factors)
    return attained_points(quiz, answers, outcome, factors) / most if most else Fraction(0)


def attained_points(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Return the points that the chosen options give to *outcome*, without tie-breaking items.

    *factors* says how often an item counts, by the item's id; all other items count once.
    """
    return Fraction(
        sum(
            _apply_factor(points_for(option, outcome), item, factors)
            for item, option in chosen_options(quiz, answers)
            if not item.tie_break
        )
    )


def attainable_points(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Return the most points that the answered items could have given to *outcome*.

    Tie-breaking items don't count. *factors* says how often an item counts, by the item's id; all
    other items count once.
    """
    return Fraction(
        sum(
            _apply_factor(max_points(item, outcome), item, factors)
            for item, _ in chosen_options(quiz, answers)
            if not item.tie_break
        )
    )


def added_strength(
    item: QuizItem,
    option: QuizOption,
    outcome: str,
    attainable: Mapping[str, Fraction],
    factors: Factors,
) -> Fraction:
    """Return how much one answer adds to the strength of *outcome*.

    *attainable* holds the attainable points of each outcome by its id. *factors* says how often an
    item counts, by the item's id; all other items count once.
    """
    if not attainable[outcome]:
        return Fraction(0)
    return _apply_factor(points_for(option, outcome), item, factors) / attainable[outcome]


def _apply_factor(weight: int, item: QuizItem, factors: Factors) -> int | Fraction:
    """Return *weight* multiplied by the item's factor.

    Without a factor, *weight* remains an integer, because integers add up faster than fractions.
    """
    factor = factors.get(item.id)
    return weight if factor is None else factor * weight


def chosen_options(quiz: Quiz, answers: Answers) -> Iterator[tuple[QuizItem, QuizOption]]:
    """Yield each answered item with its chosen option; skip answers that aren't in the quiz."""
    for item in quiz.items:
        picked = answers.get(item.id)
        for option in item.options:
            if option.id == picked:
                yield item, option


def points_for(option: QuizOption, outcome: str) -> int:
    """Return the weight that *option* has for *outcome*."""
    return sum(point.weight for point in option.points if point.outcome == outcome)


def max_points(item: QuizItem, outcome: str) -> int:
    """Return the most points that *item* can give to *outcome*."""
    return max(points_for(option, outcome) for option in item.options)
