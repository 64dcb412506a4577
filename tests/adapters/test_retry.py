"""The retries that both platforms share."""

import asyncio

import structlog

from adapters.shared.retry import connect, retry


async def test_a_request_is_repeated_until_it_is_answered() -> None:
    waits = [0.0, 0.01, None]

    async def attempt(left: float) -> float | None:
        assert left > 0
        return waits.pop(0)

    assert await retry(attempt, 5.0)
    assert waits == []


async def test_no_attempt_is_made_when_the_wait_would_take_too_long() -> None:
    attempts: list[float] = []

    async def attempt(left: float) -> float | None:
        attempts.append(left)
        return 60.0

    assert not await retry(attempt, 5.0)
    assert len(attempts) == 1


async def test_connecting_ends_when_the_bot_is_told_to_stop() -> None:
    stop = asyncio.Event()

    async def attempt() -> str:
        stop.set()
        raise OSError("unreachable")

    with structlog.testing.capture_logs() as logged:
        assert await connect("Discord", attempt, (OSError,), stop) is None
    assert [each["event"] for each in logged] == ["Discord can't be reached"]


async def test_connecting_returns_what_the_attempt_returned() -> None:
    async def attempt() -> str:
        return "connected"

    assert await connect("Slack", attempt, (OSError,), asyncio.Event()) == "connected"
