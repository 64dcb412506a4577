"""Health checks, which parts of the bot register and which /readyz and the doctor run."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.formatting import pluralize

log = structlog.get_logger("crossroads")

PROBE_TIMEOUT, DOCTOR_TIMEOUT = 5.0, 60.0  # seconds per check, for /readyz and the doctor


class State(StrEnum):
    """The state of a part of the bot; /readyz reports "not ready" only for BROKEN."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check and how to fix a problem; it has no secrets and no names of people."""

    state: State
    message: str
    remedy: str = ""


Check = Callable[[], Awaitable[Finding]]
Findings = Mapping[str, Finding]


def ok(message: str) -> Finding:
    """Return a finding that a part of the bot works."""
    return Finding(State.OK, message)


def warning(message: str, remedy: str) -> Finding:
    """Return a finding that a part of the bot works but needs attention."""
    return Finding(State.WARNING, message, remedy)


def broken(message: str, remedy: str) -> Finding:
    """Return a finding that a part of the bot doesn't work."""
    return Finding(State.BROKEN, message, remedy)


class Health:
    """The registered health checks of the running bot, by name."""

    def __init__(self) -> None:
        self.readiness_checks: dict[str, Check] = {}
        """Checks of the parts that the bot needs to answer; /readyz runs them every few seconds."""
        self.diagnostic_checks: dict[str, Check] = {}
        """Further checks, which only the doctor commands run."""

    async def check_readiness(self) -> Findings:
        """Run the checks of /readyz, each for at most 5 seconds; return a dict of findings."""
        return await run_checks(self.readiness_checks, PROBE_TIMEOUT)

    async def check_all(self) -> Findings:
        """Run all checks, each for at most 60 seconds; return a dict of findings."""
        return await run_checks({**self.readiness_checks, **self.diagnostic_checks}, DOCTOR_TIMEOUT)


async def run_checks(checks: Mapping[str, Check], seconds: float) -> Findings:
    """Run *checks* concurrently, each for at most *seconds*; return a dict of findings by name.

    A check that raises an error or times out counts as broken.
    """
    asked = dict(checks)  # copied, because parts may register checks while these run
    found = await asyncio.gather(*(_run_check(name, asked[name], seconds) for name in asked))
    return dict(zip(asked, found, strict=True))


def worst_state(found: Iterable[Finding]) -> State:
    """Return the worst state among the findings, or OK if there are none."""
    states = {each.state for each in found}
    return next((each for each in (State.BROKEN, State.WARNING) if each in states), State.OK)


async def _run_check(name: str, check: Check, seconds: float) -> Finding:
    try:
        return await asyncio.wait_for(check(), seconds)
    except TimeoutError:
        return broken(
            f"no answer within {pluralize(round(seconds), 'second')}",
            "Try again. The log may say why.",
        )
    except Exception as error:
        log.exception("health check failed", check=name)
        says = f"this check failed: {type(error).__name__}"
        return broken(says, "This is a bug in Crossroads. Report it with the traceback in the log.")
