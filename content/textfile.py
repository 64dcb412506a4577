"""Untrusted text files: only regular ones, of limited size, in a known encoding."""

import codecs
import errno
import io
import stat
from pathlib import Path

# UTF-32's mark begins with UTF-16's, so it comes first.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
_SAVE = "save it in the encoding UTF-8"
# An .xlsx is a ZIP archive, as other workbooks are; an .xls is an OLE file.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


class Unreadable(Exception):
    """A file could not be read: *problem*, and how to *mend* it.

    It is at *line* (1-based), or 0 where it is the whole file's.
    """

    def __init__(self, problem: str, remedy: str, line: int = 0) -> None:
        """Keep the three parts apart for the report."""
        super().__init__(f"{problem} ({remedy})")
        self.problem, self.remedy, self.line = problem, remedy, line


class Missing(Unreadable):
    """There is no such file."""


def read_text(path: Path, most: int) -> str:
    """Return the text of *path*, up to *most* bytes; raise Unreadable."""
    return decoded(_read(path, most))


def decoded(data: bytes) -> str:
    """Decode *data*; raise Unreadable."""
    if workbook(data):
        raise Unreadable("is an Excel workbook or an archive", "save it as CSV")
    try:
        text = io.TextIOWrapper(io.BytesIO(data), encoding(data)).read()
    except UnicodeError as error:
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        raise Unreadable("is not UTF-8 text", _SAVE, line) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        # UTF-16 without its mark reads as UTF-8, half of it NUL
        utf16 = text.count("\0") * 3 > len(text)
        raise Unreadable("is not UTF-8 text" if utf16 else "holds a NUL byte", _SAVE, line)
    return text


def encoding(data: bytes) -> str:
    """Return the encoding that the byte order mark of *data* names, UTF-8 without one."""
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")


def workbook(data: bytes) -> bool:
    """Return whether *data* begins as a spreadsheet's own file does."""
    return data.startswith(_WORKBOOKS)


def _read(path: Path, most: int) -> bytes:
    """Read no more than *most* bytes; a pipe or a device could block, or never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("is not a regular file", "replace it with one, or remove it")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        if path.is_symlink() and error.errno in {errno.ELOOP, errno.ENOENT}:
            mend = "link it to a file that exists, or remove it"
            raise Unreadable("is a link that leads nowhere", mend) from error
        if isinstance(error, FileNotFoundError):
            raise Missing("doesn't exist", "check its name and folder") from error
        raise Unreadable(f"can't be read: {error.strerror}", "check its permissions") from error
    if len(data) > most:
        raise Unreadable(f"is longer than {most:,} bytes", "make it shorter, or split it")
    return data
