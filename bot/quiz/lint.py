"""Checks for unfair or unclear quizzes, which the content check runs."""

import math
import random
from collections.abc import Iterator
from itertools import combinations, product

from bot.quiz.scoring import max_points, points_for, score_answers
from content import EntryDiagnostic, Quiz, QuizItem, QuizOption, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
# The most percentage points by which an outcome's wins among random answers may differ from even.
MAX_BIAS_OF_TWO, MAX_BIAS_OF_MORE = 1.5, 3.0
_SAMPLES = 20_000  # random sets of answers; the standard error is then a third of a point
_SEED = 1  # fixed, so that every check finds the same flaws


def find_flaws(quiz: Quiz) -> list[EntryDiagnostic]:
    """Return a diagnostic for each flaw of a quiz: an error if the flaw can make a result wrong.

    Other flaws are warnings.
    """
    return [
        *_find_double_questions(quiz),
        *_find_dominated_options(quiz),
        *_find_unequal_maximums(quiz),
        *_find_uneven_questions(quiz),
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
        problem = f"the outcomes can't all get the same number of points ({listing})"
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
            problem = f"a tie between '{one.id}' and '{other.id}' can't be broken"
            remedy = "add an item with tie_break that tells them apart"
            yield EntryDiagnostic(("outcomes",), problem, remedy, _ERROR)


def _find_uneven_questions(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    """Yield a flaw for each question that gives one of two outcomes a head start.

    With more outcomes, a question may be about only some of them, so only `_find_bias` applies.
    """
    if len(quiz.outcomes) != 2:  # noqa: PLR2004  # a pair, as the docstring says
        return
    for index, item in enumerate(quiz.items):
        totals = {
            outcome.id: sum(points_for(option, outcome.id) for option in item.options)
            for outcome in quiz.outcomes
        }
        low, high = sorted(totals, key=lambda outcome: totals[outcome])
        gap = totals[high] - totals[low]
        if gap:
            problem = (
                f"item '{item.id}' gives '{high}' {totals[high]} points over all its options, "
                f"but '{low}' {totals[low]}"
            )
            remedy = f"raise weights for '{low}' or lower weights for '{high}', by {gap} in total"
            yield EntryDiagnostic(("items", index), problem, remedy, _WARNING)


def _find_bias(quiz: Quiz) -> Iterator[EntryDiagnostic]:
    """Yield a flaw for each outcome that can't win, or else for the one with the largest bias."""
    shares = sample_win_shares(quiz)
    stuck = {each for each in shares if not shares[each] and not _can_win(quiz, each)}
    fair = 100 / len(shares)
    most = MAX_BIAS_OF_TWO if len(shares) == 2 else MAX_BIAS_OF_MORE  # noqa: PLR2004
    worst = max(shares, key=lambda outcome: abs(shares[outcome] - fair))
    for index, outcome in enumerate(shares):
        place, share = ("outcomes", index), shares[outcome]
        if outcome in stuck:
            yield EntryDiagnostic(place, f"'{outcome}' can't win", "raise its weights", _ERROR)
        elif outcome == worst and abs(share - fair) > most:
            problem = (
                f"random answers give '{outcome}' {share:.1f}% of the time, not about {fair:.1f}%"
            )
            remedy = _suggest_balance(quiz, outcome, favored=share > fair)
            yield EntryDiagnostic(place, problem, remedy, _WARNING)


def sample_win_shares(quiz: Quiz) -> dict[str, float]:
    """Return how many percent of random answer sets each outcome wins, by its id.

    No item is skipped. A tie counts for each tied outcome in equal parts. All points are scaled to
    integers, because scoring every sample with fractions takes seconds.
    """
    outcomes = [each.id for each in quiz.outcomes]
    best = {
        each: sum(max_points(item, each) for item in quiz.items if not item.tie_break)
        for each in outcomes
    }
    common = math.lcm(*(each or 1 for each in best.values()))
    # One point of strength outweighs all tie-breaking points together.
    above = 1 + sum(
        max_points(item, each) for item in quiz.items if item.tie_break for each in outcomes
    )
    scales = [common // (best[each] or 1) * above for each in outcomes]
    draw = random.Random(_SEED)  # noqa: S311  # a sample, not a secret
    columns = []
    for item in quiz.items:
        factors = [1] * len(outcomes) if item.tie_break else scales
        worths = [
            [points_for(option, each) * by for each, by in zip(outcomes, factors, strict=True)]
            for option in item.options
        ]
        columns.append(draw.choices(worths, k=_SAMPLES))
    wins = [0.0] * len(outcomes)
    for sample in zip(*columns, strict=True):
        totals = [sum(each) for each in zip(*sample, strict=True)]
        top = max(totals)
        tied = totals.count(top)
        for index, total in enumerate(totals):
            if total == top:
                wins[index] += 1 / tied
    return {each: 100 * won / _SAMPLES for each, won in zip(outcomes, wins, strict=True)}


def _suggest_balance(quiz: Quiz, outcome: str, *, favored: bool) -> str:
    """Return how to make random answers end at *outcome* as often as at the others.

    The advice names the item that leans most to *outcome*, or away from it if it isn't *favored*.
    Of items that lean alike, it is the one with the largest part of its options on that side.
    """
    others = [each.id for each in quiz.outcomes if each.id != outcome]

    def lean(item: QuizItem) -> tuple[float, float]:
        leads = [
            len(others) * points_for(option, outcome)
            - sum(points_for(option, each) for each in others)
            for option in item.options
        ]
        if not favored:
            leads = [-lead for lead in leads]
        return sum(leads) / len(leads), sum(lead > 0 for lead in leads) / len(leads)

    item = max((each for each in quiz.items if not each.tie_break), key=lean)
    if favored:
        return f"in item '{item.id}', let fewer options favor '{outcome}', or lower their weights"
    return f"in item '{item.id}', let more options favor '{outcome}', or raise their weights"


def _can_win(quiz: Quiz, outcome: str) -> bool:
    """Return True if *outcome* wins when every item gets the best answer for it."""
    others = [each.id for each in quiz.outcomes if each.id != outcome]

    def worth(option: QuizOption) -> int:
        strongest = max(points_for(option, each) for each in others)
        return len(others) * points_for(option, outcome) - strongest

    answers = {item.id: max(item.options, key=worth).id for item in quiz.items}
    scored = score_answers(quiz, answers)
    return scored.winner.outcome == outcome and not scored.is_tie
