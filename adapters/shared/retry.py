"""Retries with growing pauses, for a request or for the connection to a platform."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

T = TypeVar("T")

_REQUEST_PAUSE, _MAX_REQUEST_PAUSE = 0.1, 5.0  # seconds before the second attempt, and at most
_CONNECT_PAUSE = 1.0
MAX_CONNECT_PAUSE = 60.0


async def retry(attempt: Callable[[float], Awaitable[float | None]], timeout: float) -> bool:  # noqa: ASYNC109  # each attempt gets the seconds that are left
    """Call *attempt* until it succeeds, then return True; return False after *timeout* seconds.

    *attempt* gets the number of seconds left. It returns None if it succeeded. If not, it returns
    the number of seconds that the platform asks to wait, or 0 if the platform doesn't say.
    """
    end, pause = time.monotonic() + timeout, _REQUEST_PAUSE
    while (wait := await attempt(end - time.monotonic())) is not None:
        if time.monotonic() + (wait or pause) >= end:
            return False
        await asyncio.sleep(wait or pause)
        pause = min(pause * 2, _MAX_REQUEST_PAUSE)
    return True


async def connect(
    platform: str,
    attempt: Callable[[], Awaitable[T]],
    errors: tuple[type[Exception], ...],
    stop: asyncio.Event,
) -> T | None:
    """Call *attempt*, with pauses, until it raises none of *errors*; return its result.

    Return None if *stop* is set before that. *platform* is the platform's name in the log.
    """
    log, event = (
        structlog.get_logger(f"crossroads.{platform.lower()}"),
        f"{platform} can't be reached",
    )
    pause = _CONNECT_PAUSE
    while not stop.is_set():
        try:
            return await attempt()
        except errors as error:
            log.warning(event, detail=str(error)[:200], again_in=pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, MAX_CONNECT_PAUSE)
    return None
