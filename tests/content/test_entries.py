"""Errors within an entry of an overlay, and their messages."""

import json
from pathlib import Path

import pytest

from bot.ops.content_lint import load_checked
from content import Content, ContentError, load

QUIZ = """id: q
title: Q
intro: Q.
outcomes:
  - {{id: x, name: X, means: ".", next: [help]}}
  - {{id: {second}, name: Y, means: ".", next: [help]}}
items:
  - id: one
    asks: Which?
    about: one
    options:
      - {{id: a, says: a, points: [{{outcome: {named}, weight: 1, because: ".", source: kore1}}]}}
      - {{id: b, says: b, points: [{{outcome: x, weight: 1, because: ".", source: kore1}}]}}
"""
PAY = "- {{id: ours, roles: [ml-engineer], currency: USD, source: kore1, {figure}}}\n"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("levels.yaml", "- {id: staff, name: staff, years_from: 3}\n", "years need a source"),
        ("pay.yaml", PAY.format(figure="low: 1, high: 2, median: 3"), "just one of the three"),
        ("pay.yaml", PAY.format(figure="low: 1, median: 3"), "just one of the three"),
        ("pay.yaml", PAY.format(figure="note: none"), "just one of the three"),
        ("quiz.yaml", QUIZ.format(second="y", named="z"), r"names 'z' \(that isn't an outcome"),
        ("quiz.yaml", QUIZ.format(second="x", named="x"), "outcome 'x' appears twice"),
        ("faq.yaml", "- {id: a, topic: hiring, question: Why, answer: [{says: So, source: kor}]}\n",
         "no entry of sources has the id 'kor'"),
        ("tips.yaml", "- {id: t, text: Do it., topic: learning, cites: [nonsense/x]}\n",
         "no entry"),
    ],
)  # fmt: skip
def test_a_fault_of_one_entry_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=says):
        load(tmp_path)


def test_a_survey_that_contradicts_itself_is_refused(tmp_path: Path, content: Content) -> None:
    survey = next(iter(content.surveys.values()))
    group = survey.groups[0]
    fields = group.model_dump()
    low, high = sorted(key for key in fields if key.startswith("p") and fields[key] is not None)[:2]
    for change, says in (
        ({low: fields[high] + 1}, "don't increase"),
        ({"first": fields["last"] + 1}, "first is after last"),
        ({"distinct": fields["records"] + 1}, "distinct above records"),
    ):
        with pytest.raises(ValueError, match=says):
            type(group).model_validate(fields | change)


def test_a_tip_that_is_said_twice_is_a_warning(tmp_path: Path, content: Content) -> None:
    tip = next(iter(content.tips.values()))
    twin = {"id": "twin", "text": tip.text + "!", "cites": list(tip.cites)}
    (tmp_path / "tips.yaml").write_text(json.dumps([twin]), encoding="utf-8")
    [found] = load_checked(tmp_path).warnings
    assert f"twin.text: says nearly the same as '{tip.id}'" in str(found)
