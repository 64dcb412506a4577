"""Checks for unfair or unclear quizzes, which the content check runs."""

import random
from collections.abc import Iterator
from itertools import combinations, product

from bot.quiz.scoring import max_points, points_for, score_answers
from content import EntryDiagnostic, Quiz, QuizOption, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
MAX_BIAS = 5  # most points of 100 by which random answers may favor an outcome
_SAMPLES = 1_000  # random sets of answers; the mean share is then accurate to half a point
_SEED = 1  # fixed, so that every check finds the same flaws


def find_flaws(quiz: Quiz) -> list[EntryDiagnostic]:
    """Return a diagnostic for each flaw of a quiz: an error if the flaw can make a result wrong.

    Other flaws are warnings.
    """
    return [
        *_find_double_questions(quiz),
        *_find_dominated_options(quiz),
        *_find_unequal_maximums(quiz),
        *_find_unbreakable_ties(quiz),
        *_find_bias(quiz),
    ]


def _find_double_questions(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    for index, item in enumerate(quiz.items):
        if "and/or" in item.asks.casefold() or item.asks.count("?") > 1:
            problem = f"item '{item.id}' asks two things at once"
            yield EntryDiagnostic(
                ("items", index, "asks"), problem, "split it, or ask one of them", _WARNING
            )
        for option_index, option in enumerate(item.options):
            if "and/or" in option.says.casefold():
                problem = f"option '{option.id}' of item '{item.id}' says two things"
                yield EntryDiagnostic(
                    ("items", index, "options", option_index, "says"), problem, "keep one", _WARNING
                )


def _find_dominated_options(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    """Yield a flaw for each option that is worse than another option of its item.

    It has more points than the other option for no outcome, and fewer for at least one.
    """
    for index, item in enumerate(quiz.items):
        for one, (option_index, other) in product(item.options, enumerate(item.options)):
            if _dominates(quiz, one, other):
                problem = f"option '{one.id}' of item '{item.id}' dominates '{other.id}'"
                remedy = f"give '{other.id}' a point that '{one.id}' doesn't have"
                yield EntryDiagnostic(
                    ("items", index, "options", option_index), problem, remedy, _WARNING
                )


def _dominates(quiz: Quiz, one: QuizOption, other: QuizOption) -> bool:
    gaps = [points_for(one, each.id) - points_for(other, each.id) for each in quiz.outcomes]
    return min(gaps) >= 0 and max(gaps) > 0


def _find_unequal_maximums(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    scored = [item for item in quiz.items if not item.tie_break]
    attainable = {
        outcome.id: sum(max_points(item, outcome.id) for item in scored)
        for outcome in quiz.outcomes
    }
    if len(set(attainable.values())) > 1:
        listing = ", ".join(f"{outcome} {total}" for outcome, total in attainable.items())
        problem = f"the most points that outcomes can get differ ({listing})"
        yield EntryDiagnostic(
            ("outcomes",), problem, "raise the weights of the lower ones", _WARNING
        )


def _find_unbreakable_ties(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    """Yield a flaw for each pair of outcomes whose tie no tie-breaking item can break."""
    breakers = [item for item in quiz.items if item.tie_break]
    for one, other in combinations(quiz.outcomes, 2):
        separable = any(
            points_for(option, one.id) != points_for(option, other.id)
            for item in breakers
            for option in item.options
        )
        if not separable:
            problem = f"a tie of '{one.id}' and '{other.id}' can't be broken"
            remedy = "add an item with tie_break that tells them apart"
            yield EntryDiagnostic(("outcomes",), problem, remedy, _ERROR)


def _find_bias(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    """Yield a flaw for each outcome that random answers favor or that can never win."""
    draw = random.Random(_SEED)  # noqa: S311  # a sample, not a secret
    shares = {outcome.id: 0.0 for outcome in quiz.outcomes}
    won = {_winner_of_best_answers(quiz, outcome.id) for outcome in quiz.outcomes}
    for _ in range(_SAMPLES):
        scored = score_answers(quiz, {item.id: draw.choice(item.options).id for item in quiz.items})
        won.add(scored.winner.outcome)
        for each in scored.ranking:
            shares[each.outcome] += float(scored.share_of(each))
    fair = 100 / len(quiz.outcomes)
    for index, (outcome, total) in enumerate(shares.items()):
        place, bias = ("outcomes", index), 100 * total / _SAMPLES - fair
        if outcome not in won:
            yield EntryDiagnostic(place, f"'{outcome}' can't win", "raise its weights", _ERROR)
        if bias > MAX_BIAS:
            problem = f"random answers favour '{outcome}' by {bias:.0f} points"
            yield EntryDiagnostic(place, problem, "lower its weights", _WARNING)


def _winner_of_best_answers(quiz: Quiz, outcome: str) -> str:
    """Return the outcome that wins if every item gets the best answer for *outcome*."""
    others = [each.id for each in quiz.outcomes if each.id != outcome]

    def worth(option: QuizOption) -> int:
        strongest = max(points_for(option, each) for each in others)
        return len(others) * points_for(option, outcome) - strongest

    answers = {item.id: max(item.options, key=worth).id for item in quiz.items}
    return score_answers(quiz, answers).winner.outcome
