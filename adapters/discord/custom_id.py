"""A component's custom_id carries the Call that it makes."""

from adapters import press
from adapters.discord.limits import CUSTOM_ID
from adapters.press import Deed, Press, decode

__all__ = ["Deed", "Press", "decode", "encode"]


def encode(wanted: Press, copy: int = 0) -> str | None:
    """Give a custom_id, or None where it can't hold the Call; see `adapters.press.encode`."""
    return press.encode(wanted, CUSTOM_ID, copy)
