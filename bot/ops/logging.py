"""Configuration of logging: one event per line on standard error, as text or JSON."""

import logging
import random
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TextIO

import structlog

_interaction_id = ContextVar[str]("interaction")


def _add_interaction_id(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Add the id of the current interaction, if there is one, to a log event."""
    number = _interaction_id.get(None)
    if number is not None:
        event[_interaction_id.name] = number
    return event


_SHARED_PROCESSORS: tuple[structlog.typing.Processor, ...] = (
    _add_interaction_id,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
# discord.py logs these at every start. They're harmless, because interactions need no intents or
# voice.
_EXPECTED_WARNINGS = (
    "Guilds intent seems to be disabled",
    "PyNaCl is not installed, voice",
    "davey is not installed, voice",
)


def configure(log_format: Literal["console", "json"], *, quiet: bool = False) -> None:
    """Log to standard error from now on, with tracebacks that contain no values.

    Libraries log only warnings and errors, because some log request bodies below that level. With
    *quiet*, the bot's own events are limited to warnings and errors, too.
    """
    drawn = _renderers(log_format)
    structlog.configure(
        processors=[*_SHARED_PROCESSORS, *drawn],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED_PROCESSORS,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
        )
    )
    handler.addFilter(lambda record: not record.getMessage().startswith(_EXPECTED_WARNINGS))
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)


@contextmanager
def bind_interaction_id() -> Iterator[str]:
    """Yield an id that is added to every log line of this block.

    A nested block keeps the id of the outermost one. Users see this id as the incident number.
    """
    known = _interaction_id.get(None)
    if known is not None:
        yield known
        return
    new = f"{random.getrandbits(32):08x}"  # unique enough, and no secret
    before = _interaction_id.set(new)
    try:
        yield new
    finally:
        _interaction_id.reset(before)


def _renderers(log_format: Literal["console", "json"]) -> tuple[structlog.typing.Processor, ...]:
    """Return the structlog processors that turn an event into a line of text or JSON."""
    if log_format == "json":
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        machine = structlog.processors.JSONRenderer()
        return structlog.processors.ExceptionRenderer(frames), _drop_exception_messages, machine
    return (structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_write_traceback),)


def _drop_exception_messages(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Remove exception messages from an event, because they may contain a member's text.

    For example, the message of ``int(text)`` contains *text*.
    """
    for one in event.get("exception") or ():
        if isinstance(one, dict):
            one["exc_value"], one["exc_notes"] = "", []
    return event


def _write_traceback(to: TextIO, caught: structlog.typing.ExcInfo) -> None:
    """Write a traceback with the types of the exceptions but without their messages."""
    error: BaseException | None = caught[1]
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        to.write(f"\nTraceback (most recent call last):\n{frames}{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
