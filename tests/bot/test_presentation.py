"""The rules for showing replies."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.call import Call
from bot.command import Command, Permission, Visibility
from bot.presentation import Click, ClickKind, Presentation, is_valid
from bot.reply import Outcome, Reply

CALL = Call("sources")


@pytest.fixture
def shareable(app: App) -> Command:
    return app.commands["sources"]


def test_a_typed_command_is_private_and_can_be_shared(shareable: Command) -> None:
    shown = Presentation.of(Click(CALL), shareable)
    assert (shown.is_public, shown.is_shareable, shown.updates_message) == (False, True, False)


def test_a_shared_reply_is_public_and_not_shared_again(shareable: Command) -> None:
    shown = Presentation.of(Click(CALL, ClickKind.SHARE), shareable)
    assert (shown.is_public, shown.is_shareable) == (True, False)


def test_an_error_is_never_public_or_shareable(shareable: Command) -> None:
    refused = Reply("Done.", outcome=Outcome.REFUSED)
    for kind in (ClickKind.RUN, ClickKind.SHARE):
        shown = Presentation.of(Click(CALL, kind), shareable).after(refused)
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


def test_nothing_can_be_done_with_a_forged_click() -> None:
    assert not is_valid(None, None)
    assert not is_valid(Click(Call("gone"), ClickKind.SHARE), None)
