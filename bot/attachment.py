"""Reading of text files that members attach to a command."""

from bot.command import truncate
from bot.errors import Refusal
from content import MissingFileError, UnreadableFileError, decode

MAX_BYTES = 1_000_000


def decode_file(name: str, data: bytes) -> str:
    """Return the text in *data*; raise Refusal if it isn't text or has more than MAX_BYTES.

    *name* is the file's name for the error message.
    """
    if len(data) > MAX_BYTES:
        raise too_large_refusal(name)
    try:
        return decode(data)
    except UnreadableFileError as error:
        raise unreadable_refusal(name, error) from error


def unreadable_refusal(name: str, error: UnreadableFileError) -> Refusal:
    """Return a Refusal that says why the file *name* can't be read and how to fix it."""
    if isinstance(error, MissingFileError):
        return Refusal(f"I can't find a file “{truncate(name)}”. Check its name and folder.")
    where = f" in line {error.line}" if error.line else ""
    remedy = error.remedy[:1].upper() + error.remedy[1:]
    return Refusal(f"“{truncate(name)}” {error.problem}{where}. {remedy}.")


def too_large_refusal(name: str) -> Refusal:
    """Return a Refusal that says that the file *name* has more than MAX_BYTES."""
    return Refusal(f"“{truncate(name)}” is longer than {MAX_BYTES:,} bytes. Split it.")
