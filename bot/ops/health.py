"""Health checks: parts of the bot register them, /readyz and the doctor run them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.formatting import pluralize

log = structlog.get_logger("crossroads")

QUICK, SLOW = 5.0, 60.0  # seconds a check may take: for /readyz, for the doctor


class State(StrEnum):
    """The state of a part; only BROKEN makes the bot not ready."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's result and how to fix a problem; contains no secrets and no names of people."""

    state: State
    message: str
    remedy: str = ""


Check = Callable[[], Awaitable[Finding]]
Findings = Mapping[str, Finding]


def ok(says: str) -> Finding:
    """Return the finding of a part that works."""
    return Finding(State.OK, says)


def warning(says: str, mend: str) -> Finding:
    """Return the finding of a part that works but needs attention."""
    return Finding(State.WARNING, says, mend)


def broken(says: str, mend: str) -> Finding:
    """Return the finding of a part that doesn't work."""
    return Finding(State.BROKEN, says, mend)


class Health:
    """The checks of the running bot."""

    def __init__(self) -> None:
        self.ready: dict[str, Check] = {}
        """Checks that /readyz runs every few seconds: without these parts the bot can't answer."""
        self.more: dict[str, Check] = {}
        """Further checks that only a doctor command runs."""

    async def quick(self) -> Findings:
        """Run the checks of /readyz."""
        return await findings(self.ready, QUICK)

    async def whole(self) -> Findings:
        """Run all checks."""
        return await findings({**self.ready, **self.more}, SLOW)


async def findings(checks: Mapping[str, Check], within: float) -> Findings:
    """Run *checks* concurrently, each for at most *within* seconds.

    A check that raises an error or times out counts as broken.
    """
    asked = dict(checks)  # parts may register checks meanwhile
    found = await asyncio.gather(*(_asked(name, asked[name], within) for name in asked))
    return dict(zip(asked, found, strict=True))


def worst(found: Iterable[Finding]) -> State:
    """Return the worst state among the findings, OK if there are none."""
    states = {each.state for each in found}
    return next((each for each in (State.BROKEN, State.WARNING) if each in states), State.OK)


async def _asked(name: str, check: Check, within: float) -> Finding:
    try:
        return await asyncio.wait_for(check(), within)
    except TimeoutError:
        return broken(
            f"no answer within {pluralize(round(within), 'second')}", "Look at the log; try again."
        )
    except Exception as error:
        log.exception("check failed", check=name)
        says = f"the check itself failed: {type(error).__name__}"
        return broken(says, "Look at the log; this is a bug in Crossroads.")
