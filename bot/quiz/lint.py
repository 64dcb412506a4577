"""What makes a quiz unfair or unclear, found before anybody takes it."""

import random
from collections.abc import Iterator
from itertools import combinations

from bot.quiz.scoring import most, points, score
from content import Flaw, Item, Option, Quiz, Severity

_WRONG, _JUDGE = Severity.ERROR, Severity.WARNING
FAVOUR = 5  # points of a hundred by which a random answerer may be drawn to an outcome
_DRAWS = 1_000  # random answerers; the error of their mean share is below half a point
_SEED = 1  # the same verdict every time


def flaws(quiz: Quiz) -> list[Flaw]:
    """Yield the flaws of *quiz*: an error if a result can't be right, else a warning."""
    return [*_wording(quiz), *_dominated(quiz), *_unequal(quiz), *_ties(quiz), *_chances(quiz)]


def _wording(quiz: Quiz) -> Iterator[Flaw]:
    for at, item in enumerate(quiz.items):
        if "and/or" in item.asks.casefold() or item.asks.count("?") > 1:
            problem = f"item '{item.id}' asks two things at once"
            yield Flaw(("items", at, "asks"), problem, "split it, or ask one of them", _JUDGE)
        for of, option in enumerate(item.options):
            if "and/or" in option.says.casefold():
                problem = f"option '{option.id}' of item '{item.id}' says two things"
                yield Flaw(("items", at, "options", of, "says"), problem, "keep one", _JUDGE)


def _dominated(quiz: Quiz) -> Iterator[Flaw]:
    """Find options that give every outcome at least as much as another option, and one more."""
    for at, item in enumerate(quiz.items):
        for one in item.options:
            for of, other in enumerate(item.options):
                if _beats(quiz, one, other):
                    yield Flaw(
                        ("items", at, "options", of),
                        f"option '{one.id}' of item '{item.id}' dominates '{other.id}'",
                        f"give '{other.id}' a point that '{one.id}' doesn't have",
                        _JUDGE,
                    )


def _beats(quiz: Quiz, one: Option, other: Option) -> bool:
    gaps = [points(one, each.id) - points(other, each.id) for each in quiz.outcomes]
    return min(gaps) >= 0 and max(gaps) > 0


def _unequal(quiz: Quiz) -> Iterator[Flaw]:
    attainable = {
        outcome.id: sum(most(item, outcome.id) for item in _counting(quiz))
        for outcome in quiz.outcomes
    }
    if len(set(attainable.values())) > 1:
        listing = ", ".join(f"{outcome} {total}" for outcome, total in attainable.items())
        problem = f"the most points that outcomes can get differ ({listing})"
        yield Flaw(("outcomes",), problem, "raise the weights of the lower ones", _JUDGE)


def _counting(quiz: Quiz) -> Iterator[Item]:
    return (item for item in quiz.items if not item.tie_break)


def _ties(quiz: Quiz) -> Iterator[Flaw]:
    """Find pairs of outcomes that no tie-breaking item tells apart."""
    breakers = [item for item in quiz.items if item.tie_break]
    for one, other in combinations(quiz.outcomes, 2):
        apart = any(
            points(option, one.id) != points(option, other.id)
            for item in breakers
            for option in item.options
        )
        if not apart:
            problem = f"a tie of '{one.id}' and '{other.id}' can't be broken"
            mend = "add an item with tie_break that tells them apart"
            yield Flaw(("outcomes",), problem, mend, _WRONG)


def _chances(quiz: Quiz) -> Iterator[Flaw]:
    """Let random answerers take the quiz, and see whom it favours and who never wins."""
    draw = random.Random(_SEED)  # noqa: S311  # a sample, not a secret
    shares = {outcome.id: 0.0 for outcome in quiz.outcomes}
    won = {_hopeful(quiz, outcome.id) for outcome in quiz.outcomes}
    for _ in range(_DRAWS):
        scored = score(quiz, {item.id: draw.choice(item.options).id for item in quiz.items})
        won.add(scored.winner.outcome)
        for each in scored.standings:
            shares[each.outcome] += float(scored.share(each))
    fair = 100 / len(quiz.outcomes)
    for at, (outcome, total) in enumerate(shares.items()):
        place, favour = ("outcomes", at), 100 * total / _DRAWS - fair
        if outcome not in won:
            yield Flaw(place, f"'{outcome}' can't win", "raise its weights", _WRONG)
        if favour > FAVOUR:
            problem = f"random answers favour '{outcome}' by {favour:.0f} points"
            yield Flaw(place, problem, "lower its weights", _JUDGE)


def _hopeful(quiz: Quiz, outcome: str) -> str:
    """Give the winner when every item is answered as well as can be for *outcome*."""
    others = [each.id for each in quiz.outcomes if each.id != outcome]

    def worth(option: Option) -> int:
        return len(others) * points(option, outcome) - max(points(option, each) for each in others)

    answers = {item.id: max(item.options, key=worth).id for item in quiz.items}
    return score(quiz, answers).winner.outcome
