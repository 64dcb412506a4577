"""The rules for showing replies."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.call import Call
from bot.command import Command, Permission, Visibility
from bot.presentation import (
    MAX_BUTTONS,
    MAX_MENU_LINES,
    Click,
    ClickKind,
    Control,
    Controls,
    Presentation,
    is_valid,
)
from bot.reply import Action, ActionStyle, Outcome, Reply

CALL = Call("sources")


@pytest.fixture
def shareable(app: App) -> Command:
    return app.commands["sources"]


def test_a_typed_command_is_private_and_can_be_shared(shareable: Command) -> None:
    shown = Presentation.of(Click(CALL), shareable)
    assert (shown.is_public, shown.is_shareable, shown.updates_message) == (False, True, True)


def test_a_shared_reply_is_public_and_not_shared_again(shareable: Command) -> None:
    shown = Presentation.of(Click(CALL, ClickKind.SHARE), shareable)
    assert (shown.is_public, shown.is_shareable) == (True, False)


def test_an_error_is_never_public_or_shareable(shareable: Command) -> None:
    refused = Reply("Done.", outcome=Outcome.REFUSED)
    for kind in (ClickKind.RUN, ClickKind.SHARE):
        click = Presentation.of(Click(CALL, kind), shareable)
        shown = replace(click, shared_by="discord:1").after(refused)
        assert shown.shared_by is None
        assert not shown.is_public
        assert not shown.is_shareable


@pytest.mark.parametrize(
    "change",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.PUBLIC},
        {"permission": Permission.MODERATORS},
    ],
)
def test_only_a_shareable_reply_can_be_shared(shareable: Command, change: dict[str, str]) -> None:
    command = replace(shareable, **change)  # type: ignore[arg-type]  # one field
    assert not Presentation.of(Click(CALL), command).is_shareable
    assert not is_valid(Click(CALL, ClickKind.SHARE), command)
    assert is_valid(Click(CALL), command)


def test_a_page_replaces_the_one_before_and_ends_at_the_last(shareable: Command) -> None:
    shown = Presentation.of(Click(CALL, ClickKind.PAGE, 9), shareable)
    assert shown.updates_message
    assert shown.select(("first", "last")) == "last"


OTHER = Call("tools")


def test_back_leads_to_the_first_answer_from_every_page_behind_it(shareable: Command) -> None:
    reply = Reply("Done.", buttons=(Action("Tools", OTHER),))
    first = Presentation.of(Click(CALL), shareable)
    assert [each.label for each in first.controls(reply).row] == ["Tools", "Share"]
    behind = first.click(reply.buttons[0], reply)
    assert behind == Click(OTHER, origin=CALL)
    shown = Presentation.of(behind, shareable)
    assert shown.controls(reply).row[0].click == Click(CALL)
    further = Reply("Done.", buttons=(Action("Help", Call("help")),))
    assert shown.click(further.buttons[0], further).origin == CALL


def test_an_error_keeps_the_way_back_and_is_never_returned_to(shareable: Command) -> None:
    failed = Reply("Down.", buttons=(Action("Try again", OTHER),), outcome=Outcome.OUTAGE)
    shown = Presentation.of(Click(OTHER, origin=CALL), shareable).after(failed)
    assert shown.updates_message
    assert [each.click for each in shown.controls(failed).row] == [
        Click(CALL),
        Click(OTHER, origin=CALL),
    ]
    typed = Presentation.of(Click(OTHER), shareable).after(failed)
    assert typed.click(Action("Help", Call("help")), failed).origin is None


def test_a_button_that_repeats_the_first_answer_has_no_way_back_to_itself(
    shareable: Command,
) -> None:
    reply = Reply("Done.")
    behind = Presentation.of(Click(OTHER, origin=CALL), shareable)
    assert behind.click(Action("Sources", CALL), reply) == Click(CALL)


def test_a_shared_reply_leads_only_to_the_private_one(shareable: Command) -> None:
    reply = Reply("Done.", buttons=(Action("Tools", OTHER),), more=(Action("Help", OTHER),))
    shown = Presentation.of(Click(CALL, ClickKind.SHARE), shareable)
    controls = shown.controls(reply, 1, 3)
    assert [(each.label, each.click) for each in controls.row] == [
        ("Get this privately", Click(CALL))
    ]
    assert controls.menu == ()


def test_nothing_can_be_done_with_a_forged_click() -> None:
    assert not is_valid(None, None)
    assert not is_valid(Click(Call("gone"), ClickKind.SHARE), None)


def buttons(*labels: str) -> tuple[Action, ...]:
    return tuple(Action(each, Call("tools", {"role": each})) for each in labels)


def labels(controls: tuple[Control, ...]) -> list[str]:
    return [each.label for each in controls]


def test_a_row_has_five_buttons_and_the_others_begin_the_menu(shareable: Command) -> None:
    reply = Reply("Done.", buttons=buttons(*"ABCDEF"), more=buttons("G"))
    first = Presentation.of(Click(CALL), shareable).controls(reply)
    assert labels(first.row) == ["A", "B", "C", "D", "Share"]
    assert labels(first.menu) == ["E", "F", "G"]
    behind = Presentation.of(Click(CALL, origin=OTHER), shareable).controls(reply)
    assert labels(behind.row) == ["Back", "A", "B", "C", "Share"]
    assert labels(behind.menu) == ["D", "E", "F", "G"]
    posted = Presentation().controls(reply)
    assert labels(posted.row) == [*"ABCDE"]
    assert labels(posted.menu) == ["F", "G"]


@given(st.integers(0, 8), st.integers(0, 30), st.integers(1, 40), st.data())
def test_no_button_is_lost_and_no_row_is_too_long(
    count: int, more: int, pages: int, data: st.DataObject
) -> None:
    page = data.draw(st.integers(1, pages))
    origin = data.draw(st.sampled_from([None, OTHER]))
    reply = Reply(
        "Done.",
        buttons=buttons(*(f"b{n}" for n in range(count))),
        more=buttons(*(f"m{n}" for n in range(more))),
    )
    shown = Presentation(
        call=CALL, origin=origin, is_shareable=data.draw(st.booleans()), is_repeatable=True
    )
    controls = shown.controls(reply, page, pages)
    assert len(controls.row) <= MAX_BUTTONS
    found = [*labels(controls.row), *labels(controls.menu)]
    assert [each.label for each in reply.actions() if each.label not in found] == []
    assert len(controls.menu) <= max(MAX_MENU_LINES, count + more)
    assert ("Back" in found, "Next page" in found) == (origin is not None, page < pages)
    assert ("Previous page" in found, "Share" in found) == (page > 1, shown.is_shareable)


def test_page_turns_show_another_page_of_the_same_call_and_keep_the_origin(
    shareable: Command,
) -> None:
    shown = Presentation.of(Click(CALL, ClickKind.PAGE, 2, OTHER), shareable)
    controls = shown.controls(Reply("Done."), 2, 4)
    assert labels(controls.row) == ["Back", "Previous page", "Next page", "Share"]
    turns = [each.click for each in controls.row[1:3]]
    assert turns == [Click(CALL, ClickKind.PAGE, page, OTHER) for page in (1, 3)]
    assert [each.click for each in controls.menu] == [Click(CALL, ClickKind.PAGE, 4, OTHER)]


def test_without_a_call_behind_it_a_reply_has_no_page_turns_and_no_share() -> None:
    controls = Presentation(is_shareable=True).controls(Reply("Done."), 1, 3)
    assert controls == Controls()


def test_a_reply_that_names_its_own_call_is_what_back_returns_to(shareable: Command) -> None:
    result = Call("results", {"take": "7"})
    reply = Reply("Done.", buttons=buttons("A"), return_to=result)
    for origin in (None, OTHER):
        shown = Presentation.of(Click(CALL, origin=origin), shareable)
        assert shown.click(reply.buttons[0], reply).origin == result


def test_back_never_repeats_a_call_that_does_something(shareable: Command) -> None:
    private = replace(shareable, visibility=Visibility.PRIVATE)
    reply = Reply("Deleted.", buttons=buttons("A"))
    shown = Presentation.of(Click(CALL), private)
    assert shown.click(reply.buttons[0], reply).origin is None


def test_a_public_reply_starts_anew_for_everybody_who_clicks(shareable: Command) -> None:
    public = replace(shareable, visibility=Visibility.PUBLIC)
    reply = Reply("Done.", buttons=buttons("A"))
    shown = Presentation.of(Click(CALL, origin=OTHER), public)
    assert [each.click for each in shown.controls(reply).row] == [Click(reply.buttons[0].call)]
    assert not shown.updates_message


def test_a_control_keeps_the_look_of_its_action() -> None:
    reply = Reply("Done.", buttons=(Action("Delete", OTHER, ActionStyle.DANGER),))
    (control,) = Presentation().controls(reply).row
    assert control.style is ActionStyle.DANGER


def test_back_is_left_out_where_it_leads_to_what_is_shown() -> None:
    panel, page = Call("tips-panel"), Call("tips-queue")
    leads = (Action("Back to the panel", panel), Action("Show the queue", page))
    shown = Presentation(call=page, origin=panel)

    def labels(reply: Reply) -> list[str]:
        return [each.label for each in shown.controls(reply).row]

    assert labels(Reply("A page.", buttons=leads)) == ["Back", "Show the queue"]
    assert labels(Reply("Moderators.", return_to=panel)) == ["Back"]
    assert labels(Reply("Done.", return_to=panel, is_returned=True)) == []
