"""Every kind of unfair quiz is found, with its item and the fix."""

from typing import Any

import pytest

from bot.quiz.lint import find_flaws
from content import Content, Quiz, Severity


def quiz(*items: dict[str, Any], tie_break: bool = True, outcomes: str = "xy") -> Quiz:
    breaker = item("last", {"a": {"x": 1}, "b": {"y": 1}}, tie_break=True)
    return Quiz.model_validate(
        {
            "id": "q",
            "title": "Q",
            "intro": "Q.",
            "outcomes": [
                {"id": each, "name": each, "means": ".", "next": ["help"]} for each in outcomes
            ],
            "items": [*items, *([breaker] if tie_break else [])],
        }
    )


def item(name: str, options: dict[str, dict[str, int]], **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "asks": "Which?",
        "about": name,
        "options": [
            {
                "id": key,
                "says": key,
                "points": [
                    {"outcome": outcome, "weight": weight, "because": ".", "source": "s"}
                    for outcome, weight in points.items()
                ],
            }
            for key, points in options.items()
        ],
        **fields,
    }


FAIR = item("fair", {"a": {"x": 2}, "b": {"y": 2}})
UNFAIR = {
    "asks two things at once": (
        item("i", {"a": {"x": 2}, "b": {"y": 2}}, asks="Fast and/or good?"),
    ),
    "asks two things": (item("i", {"a": {"x": 2}, "b": {"y": 2}}, asks="Fast? Or good?"),),
    "'a' of item 'i' dominates 'b'": (item("i", {"a": {"x": 2, "y": 1}, "b": {"y": 1}}), FAIR),
    "the outcomes can't all get the same number of points (x 3, y 2)": (
        item("i", {"a": {"x": 3}, "b": {"y": 2}}),
    ),
    "'y' can't win": (item("i", {"a": {"x": 2}, "b": {"x": 2}}),),
    "random answers give 'x'": (item("i", {"a": {"x": 2}, "b": {"x": 1}, "c": {"y": 2}}),),
}


@pytest.mark.parametrize("fault", UNFAIR)
def test_an_unfairness_is_found(fault: str) -> None:
    assert any(fault in found.problem for found in find_flaws(quiz(*UNFAIR[fault])))


def test_an_uneven_question_is_named_with_what_to_change() -> None:
    uneven = item("degree", {"a": {"x": 4}, "b": {"x": 3, "y": 1}, "c": {"y": 4}})
    [found] = [each for each in find_flaws(quiz(FAIR, uneven)) if "over all" in each.problem]
    assert found.path == ("items", 1)
    assert found.problem == "item 'degree' gives 'x' 7 points over all its options, but 'y' 5"
    assert found.remedy == "raise weights for 'y' or lower weights for 'x', by 2 in total"
    assert found.severity is Severity.WARNING


def test_a_lean_in_spite_of_equal_sums_is_found_with_the_item_that_causes_it() -> None:
    skewed = item("often", {"a": {"x": 2}, "b": {"x": 2}, "c": {"y": 4}})
    [found] = [each for each in find_flaws(quiz(FAIR, skewed)) if "random" in each.problem]
    assert (found.path, found.severity) == (("outcomes", 0), Severity.WARNING)
    assert "not about 50.0%" in found.problem
    assert found.remedy == "in item 'often', let fewer options favor 'x', or lower their weights"


def test_a_neglected_outcome_of_several_is_found_with_the_item_to_change() -> None:
    even = {key: {key: 2} for key in "xyz"}
    lacking = item("lacking", {"a": {"x": 2}, "b": {"y": 2}, "c": {"x": 1, "y": 1, "z": 2}})
    three = quiz(item("even", even), item("more", even), lacking, outcomes="xyz")
    [found] = [each for each in find_flaws(three) if "random" in each.problem]
    assert found.path == ("outcomes", 2)
    assert "not about 33.3%" in found.problem
    assert found.remedy == "in item 'lacking', let more options favor 'z', or raise their weights"


def test_a_tie_that_cannot_be_broken_is_found() -> None:
    [found] = find_flaws(quiz(FAIR, tie_break=False))
    assert "a tie between 'x' and 'y' can't be broken" in found.problem
    assert found.severity is Severity.ERROR


def test_a_fair_quiz_has_no_faults() -> None:
    assert find_flaws(quiz(FAIR)) == []


def test_the_shipped_quizzes_have_no_faults(content: Content) -> None:
    assert {key: find_flaws(each) for key, each in content.quiz.items()} == {
        "which-path": [],
        "hire": [],
    }
