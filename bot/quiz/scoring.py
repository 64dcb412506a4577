"""What a set of answers adds up to.

An outcome's *attained* points are the sum of the chosen options' weights for it; its *attainable*
points are what the answered items could have given at most. A skipped item counts in neither. An
outcome's strength is attained / attainable, and its share is its strength over the sum of all
strengths, so shares sum to one. Items marked ``tie_break`` count only between outcomes whose
strengths are equal; what they leave tied, the order of the quiz's outcomes decides.

Arithmetic is exact (``fractions.Fraction``): whether something flips must not hang on rounding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from content import Item, Option, Quiz

Answers = Mapping[str, str | None]  # item id to option id; None was skipped
Factors = Mapping[str, Fraction]  # how much an item counts, where that is not 1
SINGLE, DOUBLE = Fraction(1), Fraction(2)


@dataclass(frozen=True, slots=True)
class OutcomeScore:
    """Where an outcome stands: its strength and its points of the tie-breaking items."""

    outcome: str
    strength: Fraction
    tie_break_points: int
    quiz_order: int  # in the quiz, the last resort between equals

    @property
    def sort_key(self) -> tuple[Fraction, int, int]:
        """Order standings, the best highest."""
        return self.strength, self.tie_break_points, -self.quiz_order


@dataclass(frozen=True, slots=True)
class Score:
    """The standings of every outcome, the winner first."""

    ranking: tuple[OutcomeScore, ...]

    @property
    def winner(self) -> OutcomeScore:
        """Give the outcome in front."""
        return self.ranking[0]

    @property
    def runner_up(self) -> OutcomeScore:
        """Give the outcome behind it."""
        return self.ranking[1]

    def share_of(self, scored: OutcomeScore) -> Fraction:
        """Give an outcome's share, 0 to 1; equal shares where nothing speaks for any outcome."""
        whole = sum(each.strength for each in self.ranking)
        return scored.strength / whole if whole else Fraction(1, len(self.ranking))

    def percentages(self) -> Mapping[str, int]:
        """Return each outcome's share in whole percent, summing to 100 (largest remainders)."""
        exact = {each.outcome: 100 * self.share_of(each) for each in self.ranking}
        whole = {outcome: int(share) for outcome, share in exact.items()}
        by_remainder = sorted(exact, key=lambda outcome: whole[outcome] - exact[outcome])
        for outcome in by_remainder[: 100 - sum(whole.values())]:
            whole[outcome] += 1
        return whole


def score_answers(quiz: Quiz, answers: Answers, factors: Factors | None = None) -> Score:
    """Add up *answers*; *factors* say which items count more or less than once."""
    standings = (
        OutcomeScore(
            outcome.id,
            calculate_strength(quiz, answers, outcome.id, factors or {}),
            sum(
                points_for(option, outcome.id)
                for item, option in chosen_options(quiz, answers)
                if item.tie_break
            ),
            place,
        )
        for place, outcome in enumerate(quiz.outcomes)
    )
    return Score(tuple(sorted(standings, key=lambda each: each.sort_key, reverse=True)))


def calculate_strength(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Give attained / attainable of *outcome*, 0 where nothing could be attained."""
    whole = attainable_points(quiz, answers, outcome, factors)
    return attained_points(quiz, answers, outcome, factors) / whole if whole else Fraction(0)


def attained_points(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Return the points that the chosen options give to *outcome*."""
    return Fraction(
        sum(
            _apply_factor(points_for(option, outcome), item, factors)
            for item, option in chosen_options(quiz, answers)
            if not item.tie_break
        )
    )


def attainable_points(quiz: Quiz, answers: Answers, outcome: str, factors: Factors) -> Fraction:
    """Give the most points that the answered items could have given to *outcome*."""
    return Fraction(
        sum(
            _apply_factor(max_points(item, outcome), item, factors)
            for item, _ in chosen_options(quiz, answers)
            if not item.tie_break
        )
    )


def _apply_factor(weight: int, item: Item, factors: Factors) -> int | Fraction:
    """Give *weight* as often as the item counts; most count once, and integers add up faster."""
    factor = factors.get(item.id)
    return weight if factor is None else factor * weight


def chosen_options(quiz: Quiz, answers: Answers) -> Iterator[tuple[Item, Option]]:
    """Give the answered items with the option chosen; what the quiz does not know is left out."""
    for item in quiz.items:
        picked = answers.get(item.id)
        for option in item.options:
            if option.id == picked:
                yield item, option


def points_for(option: Option, outcome: str) -> int:
    """Give the weight that *option* has for *outcome*."""
    return sum(point.weight for point in option.points if point.outcome == outcome)


def max_points(item: Item, outcome: str) -> int:
    """Give the most points that *item* can give to *outcome*."""
    return max(points_for(option, outcome) for option in item.options)
