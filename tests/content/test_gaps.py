"""Questions that the sources don't answer: what their entries say instead."""

import re

import pytest
from pydantic import ValidationError

from bot.app import App
from bot.call import Caller
from content import Content, FaqEntry

ENTRY = {"id": "x", "topic": "careers", "question": "Why?", "related": ["phd", "degree"]}


def test_an_entry_needs_an_answer_or_says_that_there_is_none() -> None:
    with pytest.raises(ValidationError, match="needs an answer"):
        FaqEntry.model_validate(ENTRY)
    assert FaqEntry.model_validate({**ENTRY, "unstated": ("Nobody says.",)}).answer == ()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"unstated": ["nobody says"]}, "string_pattern_mismatch"),
        ({"unstated": ["Nobody says."], "instead": "But:"}, "nothing to lead on to"),
        ({"says": "It's so.", "instead": "But:"}, "without 'unstated'"),
        (
            {"says": "It's so.", "unstated": ["Nobody says."], "instead": "But."},
            "no colon at its end",
        ),
    ],
)
def test_what_is_not_stated_is_a_sentence_that_leads_to_an_answer(
    fields: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem):
        FaqEntry.model_validate({**ENTRY, **fields})


def test_the_remote_shares_are_the_surveys(content: Content) -> None:
    [statement] = content.faq["remote-work"].answer
    remote = {
        group.role: group.remote
        for survey in content.surveys.values()
        for group in survey.groups
        if (group.country, group.level, group.years) == ("us", None, "2024–25")
    }
    assert f"{remote['ai-engineer']}% of AI engineer reports" in statement.says
    assert f"{remote['ml-engineer']}% of ML engineer reports" in statement.says


async def test_what_is_not_stated_comes_first_and_leads_on(app: App) -> None:
    entry = app.content.faq["age"]
    reply = await app.handle_line(entry.question, Caller("test:1"))
    assert reply.answer == f"{entry.unstated[0]} {entry.instead}"
    labels = {action.label for action in reply.actions()}
    assert {app.content.faq[each].question for each in entry.related} <= labels


def test_no_answer_is_a_bare_yes_or_no(content: Content) -> None:
    """An entry is also found by questions that ask for the opposite: "is AI engineering dying"."""
    bare = re.compile(r"(yes|no|not|never|sometimes|rarely|hardly)\b[ ,:]", re.IGNORECASE)
    statements = {
        f"{entry.id}: {part.says}" for entry in content.faq.values() for part in entry.answer
    }
    assert [each for each in statements if bare.match(each.partition(": ")[2])] == []
