"""Logging: one event a line on standard error, for people or for machines."""

import sys
from typing import Literal

import structlog


def configure(form: Literal["console", "json"]) -> None:
    """Write log events to standard error in *form*; tracebacks come without the values in them."""
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    drawn: tuple[structlog.typing.Processor, ...] = (plain,)
    if form == "json":
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        drawn = (
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(),
        )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *drawn,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
