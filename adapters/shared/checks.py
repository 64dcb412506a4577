"""Helpers for checks of `crossroads doctor` that send requests to a platform."""

from collections.abc import Awaitable, Callable
from functools import wraps

from bot.ops.health import Check, Finding


class CheckFailed(Exception):
    """A check can't continue because a request to the platform failed.

    *finding* is the result that the check returns; it describes the failure.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def guard_check(check: Callable[[], Awaitable[Finding]]) -> Check:
    """Return a check that runs *check*, and returns the finding of a CheckFailed that it raises."""

    @wraps(check)
    async def guarded() -> Finding:
        try:
            return await check()
        except CheckFailed as error:
            return error.finding

    return guarded
