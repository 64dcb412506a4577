"""A file attached to a command: its text, or what is wrong with it."""

from bot.command import clipped
from bot.errors import Refusal
from content import Unreadable, decoded

LARGEST = 1_000_000  # bytes


def text(name: str, data: bytes) -> str:
    """Return the text of a file; raise Refusal if it isn't text or is too large."""
    if len(data) > LARGEST:
        raise too_large(name)
    try:
        return decoded(data)
    except Unreadable as error:
        raise Refusal(f"“{clipped(name)}” can't be read: line {error.line} {error}.") from error


def too_large(name: str) -> Refusal:
    """Return the refusal of a file that is too large."""
    return Refusal(f"“{clipped(name)}” is longer than {LARGEST:,} bytes. Split it.")
