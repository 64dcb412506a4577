"""The chat's choices: numbers, labels, the menu, Back and pages."""

from typing import Annotated

import pytest

from adapters.terminal import to_text
from adapters.terminal.client import Conversation
from adapters.terminal.limits import PAGE_LINES
from bot.app import App, CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.errors import Refusal
from bot.presentation import Presentation
from bot.reply import Action, Bullets, Reply
from content import Content

WIDTH = 80
WELCOME = Reply("Welcome.", buttons=(Action("Ladder", Call("ladder")),))
EXAMPLE = Example("x", shows=("y",))


@command(EXAMPLE)
async def ladder(
    context: CommandContext, rung: Annotated[str, Arg("which rung")] = "bottom"
) -> Reply:
    """Show a rung."""
    del context
    up = Action("Go up", Call("ladder", {"rung": "middle" if rung == "bottom" else "top"}))
    more = (Action("Every rung", Call("rungs")), Action("Fall off", Call("fall")))
    return Reply(f"The {rung} rung.", buttons=(up,), more=more)


@command(EXAMPLE)
async def rungs(context: CommandContext) -> Reply:
    """List many rungs."""
    del context
    return Reply("Many rungs.", (Bullets(tuple(f"rung {n}" for n in range(100))),))


@command(EXAMPLE)
async def fall(context: CommandContext) -> Reply:
    """Refuse."""
    del context
    raise Refusal("You can't fall off. Try:", Action("The ladder", Call("ladder")))


@command(EXAMPLE)
async def sit(context: CommandContext) -> Reply:
    """Answer without a choice."""
    del context
    return Reply("You sit.")


@command(EXAMPLE)
async def climb(context: CommandContext, height: Annotated[str, Arg("how high")]) -> Reply:
    """Climb so high."""
    del context
    if height == "sky":
        raise Refusal("Nobody climbs that high.")
    return Reply(f"You climb {height}.")


@command(EXAMPLE, visibility=Visibility.PRIVATE)
async def jump(context: CommandContext, where: Annotated[str, Arg("where to")]) -> Reply:
    """Jump, which nobody wants to do by mistake."""
    del context
    return Reply(f"You jump {where}.")


COMMANDS = (ladder, rungs, fall, sit, climb, jump)


class Talk:
    """A conversation whose replies are read as text."""

    def __init__(self, content: Content, page_lines: int | None) -> None:
        commands = {each.__name__: vars(each)["command"] for each in COMMANDS}
        self._conversation = Conversation(App(content, commands), page_lines)
        self._conversation.show(WELCOME, Presentation(), WIDTH)

    async def say(self, *lines: str) -> str:
        """Type *lines*; return what is printed after the last one."""
        printed = ""
        for line in lines:
            messages = await self._conversation.answer(line, WIDTH)
            printed = "".join(to_text(each, WIDTH) for each in messages)
        return printed


@pytest.fixture
def talk(content: Content) -> Talk:
    return Talk(content, PAGE_LINES)


async def test_a_number_and_a_label_make_the_same_call(talk: Talk, content: Content) -> None:
    by_number = await talk.say("1")
    assert by_number.startswith("The bottom rung.\n\n[1] Go up  [2] More…\n")
    again = Talk(content, None)
    assert await again.say("Ladder", "go up") == await talk.say("1") != by_number


async def test_the_menu_opens_and_its_numbers_go_on(talk: Talk) -> None:
    assert "Pick a number from 1 to 2," in await talk.say("ladder", "3")
    assert await talk.say("2") == "[3] Every rung\n[4] Fall off\n"
    assert (await talk.say("3")).startswith("Many rungs.")


async def test_the_menu_opens_by_its_label_and_a_line_of_it_needs_no_opening(talk: Talk) -> None:
    assert (await talk.say("ladder", "more")).startswith("[3] Every rung")
    assert (await talk.say("ladder", "every rung")).startswith("Many rungs.")


async def test_back_closes_the_menu(talk: Talk) -> None:
    answer = await talk.say("ladder")
    assert (await talk.say("2")).startswith("[3] Every rung")
    assert await talk.say("back") == answer
    assert "nothing to go back to" in await talk.say("back")


async def test_back_returns_to_the_first_answer(talk: Talk) -> None:
    first = await talk.say("ladder")
    behind = await talk.say("1")
    assert behind.startswith("The middle rung.\n\n[1] Back  [2] Go up  [3] More…")
    assert (await talk.say("2")).startswith("The top rung.\n\n[1] Back")
    assert await talk.say("back") == first


async def test_a_typed_command_begins_anew(talk: Talk) -> None:
    assert "Back" not in await talk.say("ladder", "1", "ladder middle")


async def test_pages_are_turned_by_number_and_lead_back(talk: Talk) -> None:
    page = await talk.say("ladder", "every rung")
    assert page.endswith("Page 1 of 3\n[1] Back  [2] Next page  [3] More…\n")
    assert "Page 2 of 3\n[1] Back  [2] Previous page  [3] Next page\n" in await talk.say("2")
    assert "Page 3 of 3\n[1] Back  [2] Previous page  [3] More…\n" in await talk.say("next page")
    assert (await talk.say("back")).startswith("The bottom rung.")


async def test_a_pipe_gets_a_long_reply_whole(content: Content) -> None:
    shown = await Talk(content, None).say("ladder", "every rung")
    assert shown.count("• rung") == 100
    assert shown.endswith("[1] Back\n")


async def test_a_refusal_numbers_what_it_offers(talk: Talk) -> None:
    refused = await talk.say("ladder", "fall off")
    assert refused == "You can't fall off. Try:\n\n[1] Back\n", "which leads to the ladder"
    assert (await talk.say("1")).startswith("The bottom rung.")


async def test_numbers_stay_valid_after_a_reply_without_choices(talk: Talk) -> None:
    assert await talk.say("ladder", "sit") == "You sit.\n"
    assert (await talk.say("1")).startswith("The middle rung.")


async def test_nobody_is_offered_to_share_with(talk: Talk) -> None:
    assert "Share" not in await talk.say("ladder", "more")
    assert "Share" not in await talk.say("ladder")


async def test_back_and_more_say_so_if_they_lead_nowhere(talk: Talk) -> None:
    assert await talk.say("ladder", "back") == (
        "There's nothing to go back to. Pick a number from 1 to 2, or type a command.\n"
    )
    assert (await talk.say("fall", "more")).startswith("There's nothing more to show here. ")


async def test_the_next_line_may_be_the_argument_that_was_asked_for(talk: Talk) -> None:
    assert (await talk.say("climb")).startswith("Add the height: how high.")
    assert await talk.say("12 m") == "You climb 12 m.\n"
    assert "You climb" not in await talk.say("12 m")  # it is asked for once


async def test_another_command_or_a_wrong_argument_is_not_taken_for_it(talk: Talk) -> None:
    assert (await talk.say("climb", "ladder")).startswith("The bottom rung.")
    assert "I don't understand “sky”" in await talk.say("climb", "sky")


async def test_a_line_is_never_taken_for_an_argument_of_a_private_command(talk: Talk) -> None:
    assert "jump down" not in await talk.say("jump", "down")
