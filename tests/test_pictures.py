"""The docs' pictures: when they no longer match the bot's answers."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pictured import THEMES, Pictured, outdated_pictures, picture_path, write_manifest

SENT = {
    "channels": [{"messages": [{"id": "1", "at": "2026-11-21T09:30:00", "text": None,
        "ephemeral": True, "payload": {"components": [{"custom_id": "a", "content": "$180K"}]}}]}],
    "modal": None,
}  # fmt: skip
SALARY = Pictured("salary", "salary ml", {"discord": SENT, "slack": SENT})
TOOLS = Pictured("tools", "tools ai", {"discord": SENT, "slack": SENT})


def changed(answer: Pictured, change: Callable[[Any], None]) -> Pictured:
    """Return *answer* with a changed message on Slack."""
    state = copy.deepcopy(answer.states["slack"])
    change(state["channels"][0]["messages"][0])
    return replace(answer, states={**answer.states, "slack": state})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the pictures of both answers."""
    for name in ("salary", "tools"):
        for theme in THEMES:
            picture_path(name, theme, tmp_path).touch()
    write_manifest([SALARY, TOOLS], [SALARY, TOOLS], tmp_path)
    return tmp_path


def test_pictures_match_also_with_other_ids_and_times(folder: Path) -> None:
    def renew(message: Any) -> None:
        message.update(id="2", at="2027-01-01T00:00:00")
        message["payload"]["components"][0]["custom_id"] = "b"

    assert outdated_pictures([changed(SALARY, renew), TOOLS], folder) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message["payload"]["components"][0].update(content="$181K"),
        lambda message: message["payload"]["components"].append({"type": 14}),
        lambda message: message.update(ephemeral=False),
        lambda message: message.update(text="Thanks"),
    ],
)
def test_a_changed_answer_is_named_until_its_picture_is_drawn(
    change: Callable[[Any], None], folder: Path
) -> None:
    answers = [changed(SALARY, change), TOOLS]
    assert outdated_pictures(answers, folder) == ["salary"]
    write_manifest(answers, answers[1:], folder)
    assert outdated_pictures(answers, folder) == ["salary"]
    write_manifest(answers, answers[:1], folder)
    assert outdated_pictures(answers, folder) == []


def test_an_opened_form_counts(folder: Path) -> None:
    with_form = {"slack": {**SENT, "modal": {"hash": "1", "title": "Suggest a tip"}}}
    answers = [SALARY, replace(TOOLS, states={**TOOLS.states, **with_form})]
    assert outdated_pictures(answers, folder) == ["tools"]


def test_missing_new_and_left_over_pictures_are_named(folder: Path) -> None:
    picture_path("tools", "dark", folder).unlink()
    new = replace(SALARY, name="pay")
    assert outdated_pictures([SALARY, TOOLS, new], folder) == ["pay", "tools"]
    assert outdated_pictures([TOOLS], folder) == ["salary", "tools"]


def test_pictures_of_no_answer_are_deleted(folder: Path) -> None:
    write_manifest([TOOLS], [TOOLS], folder)
    assert sorted(each.name for each in folder.glob("*.webp")) == [
        "tools-dark.webp", "tools-light.webp",
    ]  # fmt: skip
    assert outdated_pictures([TOOLS], folder) == []
