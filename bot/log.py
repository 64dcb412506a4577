"""Logging: one event a line on standard error, for people or for machines."""

import sys
from typing import Literal

import structlog


def configure(form: Literal["console", "json"]) -> None:
    """Write log events to standard error in *form*."""
    drawn: tuple[structlog.typing.Processor, ...] = (structlog.dev.ConsoleRenderer(colors=False),)
    if form == "json":
        drawn = (structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *drawn,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
