"""Properties of scores that hold for every quiz and every set of answers."""

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from random_quizzes import random_answers

from bot.quiz.explanation import evaluate
from bot.quiz.scoring import DOUBLE, SINGLE, Answers, Factors, Score, chosen_options, score_answers
from bot.quiz.sensitivity import INCREASED, REDUCED, find_smallest_flip, is_too_close
from content import OutcomeWeight, Quiz, QuizOption

Taken = tuple[Quiz, dict[str, str | None], str | None]


def factors(doubled: str | None) -> Factors:
    return {doubled: DOUBLE} if doubled else {}


@given(random_answers())
def test_shares_sum_to_one_and_to_a_hundred_percent(taken: Taken) -> None:
    quiz, answers, doubled = taken
    scored = score_answers(quiz, answers, factors(doubled))
    assert sum(scored.share_of(each) for each in scored.ranking) == 1
    percent = scored.percentages()
    distinct = {scored.share_of(each) for each in scored.ranking}
    assert 100 - len(percent) < sum(percent.values()) <= 100
    assert sum(percent.values()) == 100 or len(distinct) < len(percent)
    assert len({percent[each.outcome] for each in scored.leaders}) == 1


@given(random_answers(), st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(taken: Taken, chance: object) -> None:
    quiz, answers, doubled = taken
    items = list(quiz.items)
    chance.shuffle(items)  # type: ignore[attr-defined]  # hypothesis hands over a Random
    mixed = quiz.model_copy(update={"items": tuple(items)})
    assert score_answers(mixed, answers, factors(doubled)) == score_answers(
        quiz, answers, factors(doubled)
    )


@given(random_answers(), st.data())
def test_more_weight_for_an_outcome_never_lowers_its_share(
    taken: Taken, data: st.DataObject
) -> None:
    quiz, answers, doubled = taken
    picked = [
        (item, option) for item, option in chosen_options(quiz, answers) if not item.tie_break
    ]
    if not picked:
        return
    item, option = data.draw(st.sampled_from(picked))
    outcome = data.draw(st.sampled_from(quiz.outcomes)).id
    heavier = _heavier(option, outcome)
    options = tuple(heavier if each is option else each for each in item.options)
    raised = item.model_copy(update={"options": options})
    changed = quiz.model_copy(
        update={"items": tuple(raised if each is item else each for each in quiz.items)}
    )
    before = _share(score_answers(quiz, answers, factors(doubled)), outcome)
    assert _share(score_answers(changed, answers, factors(doubled)), outcome) >= before


def _heavier(option: QuizOption, outcome: str) -> QuizOption:
    rest = [point for point in option.points if point.outcome != outcome]
    weight = 1 + sum(point.weight for point in option.points if point.outcome == outcome)
    added = OutcomeWeight(outcome=outcome, weight=weight, because="so", source="any")
    return option.model_copy(update={"points": (*rest, added)})


def _share(scored: Score, outcome: str) -> Fraction:
    return next(scored.share_of(each) for each in scored.ranking if each.outcome == outcome)


@given(random_answers())
def test_the_smallest_flip_flips_and_nothing_smaller_does(taken: Taken) -> None:
    quiz, answers, doubled = taken
    scored = score_answers(quiz, answers, factors(doubled))
    flip = find_smallest_flip(quiz, answers, factors(doubled))
    if scored.is_tie:
        assert flip is None
        return
    winner = scored.winner.outcome
    assert (len(flip) if flip else None) == _fewest_changes(quiz, answers, doubled, winner)
    if flip:
        changed = {**answers, **{change.item: change.option for change in flip}}
        assert not _is_leader(score_answers(quiz, changed, factors(doubled)), winner)


def _is_leader(scored: Score, outcome: str) -> bool:
    """Return True if *outcome* wins or is tied with the best."""
    return outcome in {each.outcome for each in scored.leaders}


def _fewest_changes(quiz: Quiz, answers: Answers, doubled: str | None, winner: str) -> int | None:
    """Return how few answers must change so that *winner* is behind, or None if it never is."""
    picked = list(chosen_options(quiz, answers))
    distances = []
    for options in product(*(item.options for item, _ in picked)):
        other = {item.id: option.id for (item, _), option in zip(picked, options, strict=True)}
        if not _is_leader(score_answers(quiz, other, factors(doubled)), winner):
            distances.append(sum(answers[item] != option for item, option in other.items()))
    return min(distances, default=None)


@given(random_answers())
def test_what_each_answer_did_adds_up_to_the_lead(taken: Taken) -> None:
    quiz, answers, doubled = taken
    explained = evaluate(quiz, answers, doubled)
    scored = explained.score
    if any(each.strength for each in scored.ranking):
        lead = scored.share_of(scored.winner) - scored.share_of(scored.runner_up)
        assert sum(each.lead for each in explained.contributions) == 100 * lead


@given(random_answers())
def test_skipped_items_leave_no_trace(taken: Taken) -> None:
    quiz, answers, doubled = taken
    kept = {item: option for item, option in answers.items() if option is not None}
    assert score_answers(quiz, kept, factors(doubled)) == score_answers(
        quiz, answers, factors(doubled)
    )


@given(random_answers())
def test_a_close_call_is_what_adding_everything_up_again_makes_of_it(taken: Taken) -> None:
    quiz, answers, doubled = taken
    counts = factors(doubled)
    now = score_answers(quiz, answers, counts)
    others = (
        score_answers(quiz, answers, {**counts, item.id: counts.get(item.id, SINGLE) * factor})
        for item, _ in chosen_options(quiz, answers)
        for factor in (REDUCED, INCREASED)
    )
    changed = any(not _is_leader(each, now.winner.outcome) for each in others)
    tied = now.winner.strength == now.runner_up.strength
    assert is_too_close(quiz, answers, counts) is (tied or changed)
