"""Doctor checks that ask a platform something and end early when it doesn't answer."""

from collections.abc import Awaitable, Callable
from functools import wraps

from bot.ops.health import Check, Finding


class CheckFailed(Exception):
    """The platform didn't give what a check needs; *finding* says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def guard_check(check: Callable[[], Awaitable[Finding]]) -> Check:
    """Return *check* with the finding of a CheckFailed as its result."""

    @wraps(check)
    async def guarded() -> Finding:
        try:
            return await check()
        except CheckFailed as error:
            return error.finding

    return guarded
