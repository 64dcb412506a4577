"""A file attached to a command: its text, or what is wrong with it."""

from bot.command import clipped
from bot.errors import Refusal
from content import Missing, Unreadable, decoded

LARGEST = 1_000_000  # bytes


def text(name: str, data: bytes) -> str:
    """Return the text of a file; raise Refusal if it isn't text or is too large."""
    if len(data) > LARGEST:
        raise too_large(name)
    try:
        return decoded(data)
    except Unreadable as error:
        raise unreadable(name, error) from error


def unreadable(name: str, error: Unreadable) -> Refusal:
    """Return the refusal of a file that can't be read as text."""
    if isinstance(error, Missing):
        return Refusal(f"There is no file “{clipped(name)}”. Check its name and folder.")
    where = f" in line {error.line}" if error.line else ""
    mend = error.mend[:1].upper() + error.mend[1:]
    return Refusal(f"“{clipped(name)}” {error.problem}{where}. {mend}.")


def too_large(name: str) -> Refusal:
    """Return the refusal of a file that is too large."""
    return Refusal(f"“{clipped(name)}” is longer than {LARGEST:,} bytes. Split it.")
