"""Standard streams that also work if they are closed, on a full disk or without a reader."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TextIO

_EXIT_IO_ERROR, _EXIT_SIGPIPE = 74, 141  # EX_IOERR of sysexits.h, and a shell's code for SIGPIPE
# In the order of their file descriptors.
_STREAM_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


class OutputLost(Exception):
    """Standard output can't be written; the exception's cause is the OSError."""


class _Output(TextIOWrapper):
    """Standard output that raises OutputLost instead of OSError.

    So callers can tell a failure of standard output from that of another file.
    """

    def write(self, text: str) -> int:
        with _raise_output_lost():
            return super().write(text)

    def flush(self) -> None:
        with _raise_output_lost():
            super().flush()


class _Log(TextIOWrapper):
    """Standard error that ignores write errors, because a lost log line must not stop the work."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


@contextmanager
def standard_streams() -> Iterator[None]:
    """Provide stdin, stdout and stderr during the block; exit if stdout can't be written."""
    for name, mode in _STREAM_MODES.items():
        if getattr(sys, name) is None:  # closed; otherwise the next file would get its descriptor
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # stays open
    sys.stdout, sys.stderr = _wrap(sys.stdout, _Output), _wrap(sys.stderr, _Log)
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OutputLost as error:
        _exit_output_lost(error.__cause__)


def _wrap(stream: TextIO, kind: type[TextIOWrapper]) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    lines, through = stream.line_buffering, stream.write_through
    encoding = stream.encoding
    raw = stream.detach()
    return kind(raw, encoding, "replace", line_buffering=lines, write_through=through)


@contextmanager
def _raise_output_lost() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputLost from error


def _exit_output_lost(cause: BaseException | None) -> None:
    """Exit without a message if the reader is gone (as with `| head`), else with a message."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(cause, BrokenPipeError):
        sys.exit(_EXIT_SIGPIPE)
    why = cause.strerror if isinstance(cause, OSError) else cause
    sys.stderr.write(f"Couldn't write the output: {why}.\n")
    sys.exit(_EXIT_IO_ERROR)
