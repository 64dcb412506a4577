"""Forms in the terminal's chat: every field is asked for, one by one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pytest

from adapters.terminal import to_text
from adapters.terminal.client import Conversation
from bot.app import App, CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, Permission, command, declared_command
from bot.errors import Outage, Refusal
from bot.presentation import Presentation
from bot.reply import Action, Paragraph, Reply
from bot.tips.schedule_input import numbers, weekdays, yes_or_no
from content import Content

WIDTH = 80
EXAMPLE = Example("plant rose", shows=("Planted",))
PLANTED: list[Mapping[str, str]] = []


async def prefill(context: CommandContext) -> Mapping[str, str]:
    if context.call.args.get("count") == "13":
        raise Refusal("Not thirteen.")
    return {"note": "water it"}


FIELDS = ("name", "day", "count", "note", "story")


@command(
    EXAMPLE,
    permission=Permission.MODERATORS,
    form=FormLayout("Plant a flower", "Plant", FIELDS[:2] + FIELDS[3:], prefill),
)
async def plant(  # noqa: PLR0913, PLR0917  # every kind of field
    context: CommandContext,
    name: Annotated[str, Arg("which flower", max_length=10)],
    day: Annotated[int, Arg("on which day", weekdays)],
    count: Annotated[int, Arg("how many", numbers)] = 1,
    note: Annotated[str | None, Arg("what to remember", max_length=50)] = None,
    story: Annotated[str | None, Arg("all about it", max_length=2_000, accepts_file=True)] = None,
) -> Reply:
    """Plant a flower."""
    del day, count, note, story
    if name == "thistle":
        raise Refusal("Thistles aren't welcome.", argument="name")
    if name == "weed":
        raise Refusal("Weeds grow by themselves.")
    if name == "rose":
        others = Call("plant", {**context.call.args, "name": "red rose"})
        raise Refusal("Which rose?", Action("A red one", others))
    if name == "storm":
        raise Outage("The garden is flooded.")
    PLANTED.append(context.call.args)
    return Reply(f"Planted: {name}.", (Paragraph("It grows."),))


async def again_no(context: CommandContext) -> Mapping[str, str]:
    del context
    return {"again": "no"}


@command(
    Example("bury", shows=("Buried",)), form=FormLayout("Bury it", "Bury", ("again",), again_no)
)
async def bury(
    context: CommandContext,
    again: Annotated[bool | None, Arg("every year", yes_or_no)] = None,
) -> Reply:
    """Bury a flower."""
    del context
    return Reply(f"Buried again: {again}.")


class Chat:
    def __init__(self, content: Content) -> None:
        found = [declared_command(each) for each in (plant, bury)]
        commands = {each.name: each for each in found if each is not None}
        self._conversation = Conversation(App(content, commands), None)
        self._conversation.show(
            Reply("Hello.", buttons=(Action("Plant one", Call("plant")),)), Presentation(), WIDTH
        )

    async def say(self, *lines: str) -> str:
        for line in lines:
            shown = await self._conversation.answer(line, WIDTH)
        return "\n".join(to_text(each, WIDTH) for each in shown)


@pytest.fixture
def chat(content: Content) -> Chat:
    PLANTED.clear()
    return Chat(content)


async def test_each_field_is_asked_for_and_the_last_answer_runs_the_command(chat: Chat) -> None:
    asked = await chat.say("plant")
    assert "Plant a flower (1 of 4): Name" in asked
    assert "Which flower." in asked
    assert "cancel" in asked
    assert "skip" not in asked
    asked = await chat.say("tulip")
    assert "[1] Monday" in asked
    asked = await chat.say("2")
    assert "Current value: water it" in asked
    asked = await chat.say("keep")
    assert "All about it." in asked
    assert "Planted: tulip." in await chat.say("Long ago\\nit was found.")
    assert PLANTED == [
        {"name": "tulip", "day": "Tuesday", "note": "water it", "story": "Long ago\nit was found."}
    ]


async def test_a_button_opens_the_form_and_given_arguments_are_not_asked_for(chat: Chat) -> None:
    assert "(1 of 4): Name" in await chat.say("1")
    assert "Canceled." in await chat.say("cancel")
    await chat.say("plant count:3", "tulip", "Friday", "skip", "skip")
    assert PLANTED == [{"count": "3", "name": "tulip", "day": "Friday", "note": "none"}]


async def test_a_wrong_answer_is_asked_for_again(chat: Chat) -> None:
    asked = await chat.say("plant", "a name that is too long")
    assert "The limit is 10" in asked
    assert "(1 of 4): Name" in asked
    asked = await chat.say("tulip", "someday")
    assert "I don't know the weekday “someday”" in asked
    assert "(2 of 4): Day" in asked
    assert PLANTED == []


@pytest.mark.parametrize(("name", "fields"), [("thistle", 1), ("weed", 4)])
async def test_after_a_refusal_what_was_typed_can_be_corrected(
    chat: Chat, name: str, fields: int
) -> None:
    refused = await chat.say("plant", name, "Monday", "skip", "A story.")
    assert "welcome" in refused or "by themselves" in refused
    assert f"Current value: {name}" in refused
    await chat.say("tulip", *["keep"] * (fields - 1))
    assert PLANTED == [{"name": "tulip", "day": "Monday", "note": "none", "story": "A story."}]


async def test_a_refusal_that_offers_the_corrected_call_leaves_the_form(chat: Chat) -> None:
    refused = await chat.say("plant", "rose", "Monday", "skip", "skip")
    assert "[1] A red one" in refused
    assert "Planted: red rose." in await chat.say("1")


async def test_after_an_outage_everything_can_be_sent_again(chat: Chat) -> None:
    assert "Try again" in await chat.say("plant", "storm", "Monday", "skip", "skip")
    assert "The garden is flooded." in await chat.say("Try again")


async def test_the_choices_of_a_form_that_was_left_mean_nothing(chat: Chat) -> None:
    await chat.say("plant", "tulip", "cancel")
    assert "Planted" not in await chat.say("1")
    assert PLANTED == []


async def test_a_form_that_can_not_be_opened_says_why(chat: Chat) -> None:
    assert "Not thirteen." in await chat.say("plant count:13")
    assert "Not thirteen." not in await chat.say("plant count:12")


async def test_a_file_is_read_and_an_unreadable_one_asked_for_again(
    chat: Chat, tmp_path: Path
) -> None:
    good, bad = tmp_path / "story.txt", tmp_path / "picture.png"
    good.write_text("From a file.\nTwo lines.", encoding="utf-8")
    bad.write_bytes(b"\xff\xfe\x00")
    refused = await chat.say("plant", "tulip", "Monday", "keep", str(bad))
    assert "I can't read that file" in refused
    await chat.say(str(good))
    assert [each["story"] for each in PLANTED] == ["From a file.\nTwo lines."]


async def test_a_choice_that_opens_with_a_value_can_not_be_left_empty(chat: Chat) -> None:
    asked = await chat.say("bury")
    assert "Current value: No" in asked
    assert "[1] Yes  [2] No" in asked
    assert "skip" not in asked
    assert "I don't know the answer “skip”" in await chat.say("skip")
    assert "Buried again: True." in await chat.say("1")
