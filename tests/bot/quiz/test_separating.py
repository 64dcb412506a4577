"""The questions offered to somebody without a clear result are those that separate most."""

from bot.quiz.separating import find_separating_questions
from content import OutcomeWeight, Quiz, QuizItem, QuizOption, QuizOutcome


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


QUIZ = Quiz(
    id="q",
    title="Q",
    intro="Q.",
    outcomes=tuple(
        QuizOutcome(id=each, name=each, means="It.", next=("help",)) for each in ("x", "y", "z")
    ),
    items=(
        item("last", {"x": 9}, {"y": 9}, tie_break=True),
        item("alike", {"x": 2, "y": 2, "z": 2}, {"x": 2, "y": 2, "z": 2}),
        item("weak", {"x": 1}, {"y": 1}),
        item("mixed", {"x": 4}, {"y": 4}, {"x": 2, "y": 2}),
        item("strong", {"x": 4}, {"y": 4}),
        item("others", {"z": 5}, {"x": 1, "y": 1}),
    ),
)


def separating(**answers: str | None) -> list[str]:
    return [each.id for each in find_separating_questions(QUIZ, answers)]


def test_without_answers_all_outcomes_are_compared() -> None:
    # Over the pairs xy, xz and yz: others 12 / 2, strong 16 / 2, mixed 20 / 3, weak 4 / 2.
    assert separating() == ["strong", "mixed", "others"]


def test_after_a_result_the_best_two_outcomes_are_compared() -> None:
    # x leads y; "others" gives both the same, and a question kept for ties can't change a lead.
    assert separating(strong="a", others="b") == ["mixed", "weak"]


def test_a_skipped_question_is_open_and_an_answered_one_is_not() -> None:
    assert separating(strong="a", others="b", mixed="c", weak=None) == ["weak"]


def test_a_question_kept_for_ties_comes_last_in_a_tie() -> None:
    assert separating(mixed="c", others="b", strong=None) == ["strong", "weak", "last"]


def test_a_question_that_separates_nothing_is_left_out() -> None:
    answered = {"strong": "a", "mixed": "a", "weak": "a", "others": "a", "last": "a"}
    assert separating(**answered) == []
