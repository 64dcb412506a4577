"""The values of a menu's options, which are too short for a click and its origin.

The origin, to which Back returns, is the same for most options. It is once in the menu's
action_id, which Slack returns with the chosen option, and a mark begins the values that refer to
it. Values without the mark are clicks as buttons carry them, as all were in earlier releases.
"""

from collections.abc import Sequence
from dataclasses import replace

from adapters.shared.action_codec import decode, encode
from adapters.slack.rendering.limits import ACTION_ID, OPTION_VALUE
from bot.presentation import Click

_MARK = "^"  # no encoded click begins with it
_SEPARATOR = " "  # between the name and the origin in an action_id


def encode_menu(clicks: Sequence[Click], name: str) -> tuple[str, list[str | None]]:
    """Return a menu's action_id, which begins with *name*, and the value of each option.

    A value is None if the click is too long for an option.
    """
    origin = next((each.origin for each in clicks if each.origin), None)
    room = ACTION_ID - len(name) - len(_SEPARATOR)
    code = encode(Click(origin), room) if origin else None
    if code is None:
        return name, [encode(each, OPTION_VALUE) for each in clicks]
    values = [
        _encode_marked(each) if each.origin == origin else encode(each, OPTION_VALUE)
        for each in clicks
    ]
    return f"{name}{_SEPARATOR}{code}", values


def fits_option(click: Click) -> bool:
    """Return whether an option can carry *click*, apart from its origin."""
    return _encode_marked(click) is not None


def _encode_marked(click: Click) -> str | None:
    code = encode(replace(click, origin=None), OPTION_VALUE - len(_MARK))
    return None if code is None else _MARK + code


def decode_choice(action_id: str, value: str) -> Click | None:
    """Return the click that an option's *value* stands for in the menu with this *action_id*.

    Return None if the value isn't from `encode_menu`.
    """
    click = decode(value.removeprefix(_MARK))
    if click is None or not value.startswith(_MARK):
        return click
    origin = decode(action_id.partition(_SEPARATOR)[2])
    return replace(click, origin=origin.call if origin else None)
