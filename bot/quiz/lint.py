"""What makes a quiz unfair or unclear, found before anybody takes it."""

import random
from collections.abc import Iterator
from itertools import combinations

from bot.quiz.scoring import max_points, points_for, score_answers
from content import Flaw, Item, Option, Quiz, Severity

_WRONG, _JUDGE = Severity.ERROR, Severity.WARNING
MAX_BIAS = 5  # points of a hundred by which a random answerer may be drawn to an outcome
_SAMPLES = 1_000  # random answerers; the error of their mean share is below half a point
_SEED = 1  # the same verdict every time


def find_flaws(quiz: Quiz) -> list[Flaw]:
    """Yield the flaws of *quiz*: an error if a result can't be right, else a warning."""
    return [
        *_find_double_questions(quiz),
        *_find_dominated_options(quiz),
        *_find_unequal_maximums(quiz),
        *_find_unbreakable_ties(quiz),
        *_find_bias(quiz),
    ]


def _find_double_questions(quiz: Quiz) -> Iterator[Flaw]:
    for at, item in enumerate(quiz.items):
        if "and/or" in item.asks.casefold() or item.asks.count("?") > 1:
            problem = f"item '{item.id}' asks two things at once"
            yield Flaw(("items", at, "asks"), problem, "split it, or ask one of them", _JUDGE)
        for of, option in enumerate(item.options):
            if "and/or" in option.says.casefold():
                problem = f"option '{option.id}' of item '{item.id}' says two things"
                yield Flaw(("items", at, "options", of, "says"), problem, "keep one", _JUDGE)


def _find_dominated_options(quiz: Quiz) -> Iterator[Flaw]:
    """Find options that give every outcome at least as much as another option, and one more."""
    for at, item in enumerate(quiz.items):
        for one in item.options:
            for of, other in enumerate(item.options):
                if _dominates(quiz, one, other):
                    yield Flaw(
                        ("items", at, "options", of),
                        f"option '{one.id}' of item '{item.id}' dominates '{other.id}'",
                        f"give '{other.id}' a point that '{one.id}' doesn't have",
                        _JUDGE,
                    )


def _dominates(quiz: Quiz, one: Option, other: Option) -> bool:
    gaps = [points_for(one, each.id) - points_for(other, each.id) for each in quiz.outcomes]
    return min(gaps) >= 0 and max(gaps) > 0


def _find_unequal_maximums(quiz: Quiz) -> Iterator[Flaw]:
    attainable = {
        outcome.id: sum(max_points(item, outcome.id) for item in _scored_items(quiz))
        for outcome in quiz.outcomes
    }
    if len(set(attainable.values())) > 1:
        listing = ", ".join(f"{outcome} {total}" for outcome, total in attainable.items())
        problem = f"the most points that outcomes can get differ ({listing})"
        yield Flaw(("outcomes",), problem, "raise the weights of the lower ones", _JUDGE)


def _scored_items(quiz: Quiz) -> Iterator[Item]:
    return (item for item in quiz.items if not item.tie_break)


def _find_unbreakable_ties(quiz: Quiz) -> Iterator[Flaw]:
    """Find pairs of outcomes that no tie-breaking item tells apart."""
    breakers = [item for item in quiz.items if item.tie_break]
    for one, other in combinations(quiz.outcomes, 2):
        apart = any(
            points_for(option, one.id) != points_for(option, other.id)
            for item in breakers
            for option in item.options
        )
        if not apart:
            problem = f"a tie of '{one.id}' and '{other.id}' can't be broken"
            mend = "add an item with tie_break that tells them apart"
            yield Flaw(("outcomes",), problem, mend, _WRONG)


def _find_bias(quiz: Quiz) -> Iterator[Flaw]:
    """Let random answerers take the quiz, and see whom it favours and who never wins."""
    draw = random.Random(_SEED)  # noqa: S311  # a sample, not a secret
    shares = {outcome.id: 0.0 for outcome in quiz.outcomes}
    won = {_winner_of_best_answers(quiz, outcome.id) for outcome in quiz.outcomes}
    for _ in range(_SAMPLES):
        scored = score_answers(quiz, {item.id: draw.choice(item.options).id for item in quiz.items})
        won.add(scored.winner.outcome)
        for each in scored.ranking:
            shares[each.outcome] += float(scored.share_of(each))
    fair = 100 / len(quiz.outcomes)
    for at, (outcome, total) in enumerate(shares.items()):
        place, favour = ("outcomes", at), 100 * total / _SAMPLES - fair
        if outcome not in won:
            yield Flaw(place, f"'{outcome}' can't win", "raise its weights", _WRONG)
        if favour > MAX_BIAS:
            problem = f"random answers favour '{outcome}' by {favour:.0f} points"
            yield Flaw(place, problem, "lower its weights", _JUDGE)


def _winner_of_best_answers(quiz: Quiz, outcome: str) -> str:
    """Give the winner when every item is answered as well as can be for *outcome*."""
    others = [each.id for each in quiz.outcomes if each.id != outcome]

    def worth(option: Option) -> int:
        return len(others) * points_for(option, outcome) - max(
            points_for(option, each) for each in others
        )

    answers = {item.id: max(item.options, key=worth).id for item in quiz.items}
    return score_answers(quiz, answers).winner.outcome
