"""Every kind of unfair quiz is found, with its item and the fix."""

from typing import Any

import pytest

from bot.quiz.lint import find_flaws
from content import Content, Quiz, Severity


def quiz(*items: dict[str, Any], tie_break: bool = True) -> Quiz:
    breaker = item("last", {"a": {"x": 1}, "b": {"y": 1}}, tie_break=True)
    return Quiz.model_validate(
        {
            "id": "q",
            "title": "Q",
            "intro": "Q.",
            "outcomes": [
                {"id": each, "name": each, "means": ".", "next": ["help"]} for each in "xy"
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
    "the most points that outcomes can get differ (x 3, y 2)": (
        item("i", {"a": {"x": 3}, "b": {"y": 2}}),
    ),
    "'y' can't win": (item("i", {"a": {"x": 2}, "b": {"x": 2}}),),
    "random answers favour 'x'": (item("i", {"a": {"x": 2}, "b": {"x": 1}, "c": {"y": 2}}),),
}


@pytest.mark.parametrize("fault", UNFAIR)
def test_an_unfairness_is_found(fault: str) -> None:
    assert any(fault in found.problem for found in find_flaws(quiz(*UNFAIR[fault])))


def test_a_tie_that_cannot_be_broken_is_found() -> None:
    [found] = find_flaws(quiz(FAIR, tie_break=False))
    assert "a tie of 'x' and 'y' can't be broken" in found.problem
    assert found.severity is Severity.ERROR


def test_a_fair_quiz_has_no_faults() -> None:
    assert find_flaws(quiz(FAIR)) == []


def test_the_shipped_quizzes_have_no_faults(content: Content) -> None:
    assert {key: find_flaws(each) for key, each in content.quiz.items()} == {
        "which-path": [],
        "hire": [],
    }
