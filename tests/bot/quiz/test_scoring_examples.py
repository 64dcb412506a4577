"""Scores calculated by hand, for changes that the property tests would miss."""

from fractions import Fraction

from bot.quiz.scoring import (
    DOUBLE,
    Score,
    attainable_points,
    calculate_strength,
    chosen_options,
    score_answers,
)
from bot.quiz.sensitivity import find_smallest_flip, is_too_close
from content import OutcomeWeight, Quiz, QuizItem, QuizOption, QuizOutcome

ANSWERS = {"one": "a", "two": "b", "last": "a"}


def item(name: str, *options: dict[str, int], tie_break: bool = False) -> QuizItem:
    made = (
        QuizOption(
            id=letter,
            says=letter,
            points=tuple(
                OutcomeWeight(outcome=outcome, weight=weight, because="so", source="any")
                for outcome, weight in points.items()
            ),
        )
        for letter, points in zip("abc", options, strict=False)
    )
    return QuizItem(id=name, asks="Which?", about=name, tie_break=tie_break, options=tuple(made))


def quiz(*items: QuizItem) -> Quiz:
    named = tuple(QuizOutcome(id=each, name=each, means="It.", next=("help",)) for each in "xyz")
    return Quiz(id="q", title="Q", intro="Q.", outcomes=named, items=items)


QUIZ = quiz(
    item("one", {"x": 3, "y": 1}, {"y": 2}),
    item("two", {"x": 1}, {"y": 4}, {"z": 2}),
    item("last", {"z": 1}, {"y": 1}, tie_break=True),
)


def fresh(text: str) -> str:
    """Return an equal string that is another object, like one from a database."""
    return "".join(list(text + " "))[:-1]


def strengths(scored: Score) -> dict[str, Fraction]:
    return {each.outcome: each.strength for each in scored.ranking}


def test_a_strength_is_attained_over_attainable() -> None:
    # x: 3 of 3 + 1; y: 1 + 4 of 2 + 4; z: 0 of 2; the tie break counts in neither
    expected = {"x": Fraction(3, 4), "y": Fraction(5, 6), "z": Fraction(0)}
    assert strengths(score_answers(QUIZ, ANSWERS)) == expected
    assert attainable_points(QUIZ, ANSWERS, "y", {}) == 6
    assert [(each.id, option.id) for each, option in chosen_options(QUIZ, ANSWERS)] == [
        ("one", "a"), ("two", "b"), ("last", "a"),
    ]  # fmt: skip


def test_strings_need_only_be_equal() -> None:
    asked = {fresh(name): fresh(option) for name, option in ANSWERS.items()}
    assert score_answers(QUIZ, asked) == score_answers(QUIZ, ANSWERS)
    assert calculate_strength(QUIZ, asked, fresh("y"), {}) == Fraction(5, 6)


def test_what_counts_double_counts_twice_above_and_below_the_line() -> None:
    # x: 6 of 6 + 1; y: 2 + 4 of 4 + 4
    found = strengths(score_answers(QUIZ, ANSWERS, {"one": DOUBLE}))
    assert found == {"x": Fraction(6, 7), "y": Fraction(6, 8), "z": Fraction(0)}


def test_shares_are_strengths_over_their_sum_and_equal_where_nothing_speaks_for_any() -> None:
    scored = score_answers(QUIZ, ANSWERS)
    assert scored.share_of(scored.winner) == Fraction(10, 19)
    assert (scored.winner.outcome, scored.runner_up.outcome) == ("y", "x")
    nothing = score_answers(QUIZ, {})
    assert [nothing.share_of(each) for each in nothing.ranking] == [Fraction(1, 3)] * 3


def test_a_tie_is_broken_by_its_items_and_never_by_the_order_of_the_outcomes() -> None:
    even = quiz(
        item("one", {"x": 2, "y": 2, "z": 2}, {"x": 1}),
        item("last", {"z": 2}, {"y": 1}, {"x": 1}, tie_break=True),
    )
    for option, order, best in (("a", "zxy", "z"), ("b", "yxz", "y"), (None, "xyz", "xyz")):
        found = score_answers(even, {"one": "a", "last": option})
        assert "".join(each.outcome for each in found.ranking) == order
        assert "".join(each.outcome for each in found.leaders) == best
        assert found.is_tie is (len(best) > 1)


def test_equal_shares_are_rounded_alike() -> None:
    thirds = score_answers(QUIZ, {}).percentages()
    assert thirds == {"x": 33, "y": 33, "z": 33}
    # x and y 3 of 4, z 1 of 1: 30, 30 and 40
    two = quiz(item("one", {"x": 3, "y": 3, "z": 1}, {"x": 4}, {"y": 4}))
    assert score_answers(two, {"one": "a"}).percentages() == {"z": 40, "x": 30, "y": 30}
    # x and y 2 of 3, z 3 of 3: 28.6 each and 42.9, of which only z can be rounded up
    three = quiz(item("one", {"x": 2, "y": 2, "z": 3}, {"x": 3}, {"y": 3}))
    assert score_answers(three, {"one": "a"}).percentages() == {"z": 43, "x": 28, "y": 28}


def test_nothing_flips_a_tie() -> None:
    even = quiz(item("one", {"x": 2, "y": 2}, {"x": 2}, {"y": 2}))
    assert score_answers(even, {"one": "a"}).is_tie
    assert find_smallest_flip(even, {"one": "a"}) is None
    assert is_too_close(even, {"one": "a"})


def test_a_change_that_only_ties_the_result_does_not_flip_it() -> None:
    two = quiz(item("one", {"x": 2}, {"y": 2}), item("two", {"x": 2}, {"y": 2}))
    for winner, loser in (("a", "b"), ("b", "a")):
        flip = find_smallest_flip(two, {"one": winner, "two": winner}) or ()
        assert [change.option for change in flip] == [loser, loser]


def test_an_answer_that_the_quiz_does_not_know_counts_for_nothing() -> None:
    assert score_answers(QUIZ, {**ANSWERS, "gone": "a", "two": "z"}) == score_answers(
        QUIZ, {**ANSWERS, "two": None}
    )


def test_the_smallest_flip_is_named_with_what_it_gains() -> None:
    (change,) = find_smallest_flip(QUIZ, ANSWERS) or ()
    # two: a instead of b gives x 1 of 4 and takes y 4 of 6
    assert (change.item, change.option) == ("two", "a")
    assert change.gain == (Fraction(1, 4) + Fraction(4, 6), 0)


def test_a_lead_that_one_answers_weight_would_turn_is_too_close() -> None:
    assert is_too_close(QUIZ, ANSWERS)  # if one answer counted 1.5 times, x would lead
    assert not is_too_close(QUIZ, {"one": "b", "two": "b"})
