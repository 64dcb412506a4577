"""A component's custom_id carries the Call that it makes."""

from adapters.discord.rendering.limits import CUSTOM_ID
from adapters.shared import action_codec as press
from adapters.shared.action_codec import decode
from bot.presentation import Click, ClickKind

__all__ = ["Click", "ClickKind", "decode", "encode"]


def encode(wanted: Click, copy: int = 0) -> str | None:
    """Return a custom_id, or None if the call doesn't fit in one; see `action_codec.encode`."""
    return press.encode(wanted, CUSTOM_ID, copy)
