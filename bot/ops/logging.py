"""Logging: one event a line on standard error, for people or for machines."""

import logging
import random
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TextIO

import structlog

_id = ContextVar[str]("interaction")


def _numbered(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the id of the interaction that is under way."""
    number = _id.get(None)
    if number is not None:
        event[_id.name] = number
    return event


_EVERYWHERE: tuple[structlog.typing.Processor, ...] = (
    _numbered,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
# Said at every start, of choices that are ours: interactions need no intents, and nobody speaks.
_KNOWN = (
    "Guilds intent seems to be disabled",
    "PyNaCl is not installed, voice",
    "davey is not installed, voice",
)


def configure(form: Literal["console", "json"], *, quiet: bool = False) -> None:
    """Write log events to standard error in *form*; tracebacks come without values.

    What libraries log goes the same way, from warnings on: below that, some of them log bodies.
    With *quiet*, so does what we log.
    """
    drawn = _drawn(form)
    structlog.configure(
        processors=[*_EVERYWHERE, *drawn],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_EVERYWHERE,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
        )
    )
    handler.addFilter(lambda record: not record.getMessage().startswith(_KNOWN))
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)


@contextmanager
def interaction() -> Iterator[str]:
    """Give the id of the interaction that is under way; every line within is logged with it.

    It begins with the outermost of these, which is where the interaction came in. A user who is
    shown an incident is shown this id.
    """
    known = _id.get(None)
    if known is not None:
        yield known
        return
    new = f"{random.getrandbits(32):08x}"  # no secret: the kernel need not be asked
    before = _id.set(new)
    try:
        yield new
    finally:
        _id.reset(before)


def _drawn(form: Literal["console", "json"]) -> tuple[structlog.typing.Processor, ...]:
    """Give what turns an event into a line."""
    if form == "json":
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        machine = structlog.processors.JSONRenderer()
        return structlog.processors.ExceptionRenderer(frames), _unquoted, machine
    return (structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_traceback),)


def _unquoted(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Leave an exception's own words out: ``int(typed)`` fails with what was typed."""
    for one in event.get("exception") or ():
        if isinstance(one, dict):
            one["exc_value"], one["exc_notes"] = "", []
    return event


def _traceback(to: TextIO, caught: structlog.typing.ExcInfo) -> None:
    """Write a traceback for people, with the exception's kind and not its own words."""
    error: BaseException | None = caught[1]
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        to.write(f"\nTraceback (most recent call last):\n{frames}{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
