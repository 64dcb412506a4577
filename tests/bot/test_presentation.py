"""The rules for showing replies."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.call import Call
from bot.command import Command, Permission, Visibility
from bot.presentation import Click, ClickKind, Presentation, is_valid
from bot.reply import Action, Outcome, Reply

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
