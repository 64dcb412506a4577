"""Whether the parts are well: each registers checks, and whoever watches asks them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.formatting import pluralize

log = structlog.get_logger("crossroads")

QUICK, SLOW = 5.0, 60.0  # seconds that a check may take: before answering a probe, in a doctor


class State(StrEnum):
    """How a part is: only what is broken keeps the bot from being ready."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found, and how to mend it; neither holds a secret or somebody's name."""

    state: State
    message: str
    remedy: str = ""


Check = Callable[[], Awaitable[Finding]]
Findings = Mapping[str, Finding]


def ok(says: str) -> Finding:
    """Say that all is well."""
    return Finding(State.OK, says)


def warning(says: str, mend: str) -> Finding:
    """Say what is not as it should be, though the bot works."""
    return Finding(State.WARNING, says, mend)


def broken(says: str, mend: str) -> Finding:
    """Say what does not work."""
    return Finding(State.BROKEN, says, mend)


class Health:
    """The checks of what runs in this process."""

    def __init__(self) -> None:
        self.ready: dict[str, Check] = {}
        """Asked every few seconds by whoever watches: what has to work for answers to come."""
        self.more: dict[str, Check] = {}
        """Asked beside these when a person wants to know."""

    async def quick(self) -> Findings:
        """Ask what /readyz tells."""
        return await findings(self.ready, QUICK)

    async def whole(self) -> Findings:
        """Ask everything."""
        return await findings({**self.ready, **self.more}, SLOW)


async def findings(checks: Mapping[str, Check], within: float) -> Findings:
    """Ask *checks* side by side, *within* seconds; a check that fails is a finding, too."""
    asked = dict(checks)  # more may register meanwhile
    found = await asyncio.gather(*(_asked(name, asked[name], within) for name in asked))
    return dict(zip(asked, found, strict=True))


def worst(found: Iterable[Finding]) -> State:
    """Give the worst state of all."""
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
