"""Unusable schedules: each stops only itself, and its moderators are notified once."""

import structlog

from bot.platform import DeliveryError
from bot.tips import notices as words
from bot.tips.context import Desk
from storage import Schedule

log = structlog.get_logger("crossroads.tips")

BROKE = "something broke on our side; an admin can find it in the log"


class Troubles:
    """The current problem of each unusable schedule."""

    def __init__(self) -> None:
        self._wrong: dict[tuple[str, str], str] = {}

    @property
    def schedules(self) -> frozenset[str]:
        """Return the ids of the unusable schedules."""
        return frozenset(schedule for schedule, _ in self._wrong)

    def only(self, schedules: set[str]) -> None:
        """Forget all schedules but these."""
        self._wrong = {key: says for key, says in self._wrong.items() if key[0] in schedules}

    async def note(self, desk: Desk, schedule: Schedule, what: str, wrong: str | None) -> None:
        """Note the problem, or None if there is none; *what* is the work that found it."""
        key = (schedule.id, what)
        was = self._wrong.pop(key, None)
        if wrong is None:
            if was is not None:
                await desk.mended(schedule, what)
            return
        self._wrong[key] = wrong
        if was is None:
            log.error("schedule can't be used", schedule=schedule.id, detail=wrong)
        try:
            await desk.tell_once(schedule, what, words.unusable(schedule, wrong))
        except DeliveryError as error:
            log.warning("moderators not told", schedule=schedule.id, detail=error.message)
