"""Safe reading of untrusted text files, which are limited in size and must be regular files."""

import codecs
import errno
import io
import stat
from pathlib import Path

# UTF-32 comes first because its mark starts with UTF-16's.
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
_SAVE = "save it in the encoding UTF-8"
# An .xlsx is a ZIP archive, as other workbooks are; an .xls is an OLE file.
_WORKBOOK_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


class UnreadableFileError(Exception):
    """A file can't be read. *line* counts from 1; it is 0 if the problem isn't in one line."""

    def __init__(self, problem: str, remedy: str, line: int = 0) -> None:
        super().__init__(f"{problem} ({remedy})")
        self.problem, self.remedy, self.line = problem, remedy, line


class MissingFileError(UnreadableFileError):
    """A file doesn't exist."""


def read_text(path: Path, max_bytes: int) -> str:
    """Return the text of a file.

    Raise UnreadableFileError if the file is longer than *max_bytes*, can't be read or isn't text,
    and MissingFileError if it doesn't exist.
    """
    return decode(_read(path, max_bytes))


def decode(data: bytes) -> str:
    """Return the text in *data*, which is in UTF-8 or starts with a byte order mark.

    Raise UnreadableFileError if it isn't text, such as an Excel workbook.
    """
    if is_workbook(data):
        raise UnreadableFileError("is an Excel workbook or an archive", "save it as CSV")
    try:
        text = io.TextIOWrapper(io.BytesIO(data), detect_encoding(data)).read()
    except UnicodeError as error:
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        raise UnreadableFileError("is not UTF-8 text", _SAVE, line) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        # UTF-16 without a mark decodes as UTF-8 in which every second character is NUL
        utf16 = text.count("\0") * 3 > len(text)
        raise UnreadableFileError("is not UTF-8 text" if utf16 else "contains a NUL", _SAVE, line)
    return text


def detect_encoding(data: bytes) -> str:
    """Return the encoding that the byte order mark at the start of *data* stands for.

    Return "utf-8" if there is no such mark.
    """
    return next(
        (name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8"
    )


def is_workbook(data: bytes) -> bool:
    """Return True if *data* starts like an Excel workbook or another ZIP archive."""
    return data.startswith(_WORKBOOK_SIGNATURES)


def _read(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file; raise UnreadableFileError if it is anything else.

    Reading a pipe could block, and a device could have no end.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFileError("is not a regular file", "replace it with one, or remove it")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        if path.is_symlink() and error.errno in {errno.ELOOP, errno.ENOENT}:
            remedy = "link it to a file that exists, or remove it"
            raise UnreadableFileError("is a broken link", remedy) from error
        if isinstance(error, FileNotFoundError):
            raise MissingFileError("doesn't exist", "check its name and folder") from error
        raise UnreadableFileError(
            f"can't be read: {error.strerror}", "check its permissions"
        ) from error
    if len(data) > max_bytes:
        raise UnreadableFileError(
            f"is longer than {max_bytes:,} bytes", "make it shorter, or split it"
        )
    return data
