"""Schedules that can't be worked on: each stops only itself, and its moderators are told once."""

import structlog

from bot.platform import Undelivered
from bot.tips import words
from bot.tips.desk import Desk
from storage import Schedule

log = structlog.get_logger("crossroads.tips")

BROKE = "something broke on our side, and an admin finds it in the log"


class Troubles:
    """What is wrong with which schedule, for as long as it is."""

    def __init__(self) -> None:
        self._wrong: dict[tuple[str, str], str] = {}

    @property
    def schedules(self) -> frozenset[str]:
        """Return the ids of the schedules that something is wrong with."""
        return frozenset(schedule for schedule, _ in self._wrong)

    def only(self, schedules: set[str]) -> None:
        """Forget every schedule that is not one of these."""
        self._wrong = {key: says for key, says in self._wrong.items() if key[0] in schedules}

    async def note(self, desk: Desk, schedule: Schedule, what: str, wrong: str | None) -> None:
        """Note what is wrong, None for nothing; *what* is the work that it was found at."""
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
        except Undelivered as error:
            log.warning("moderators not told", schedule=schedule.id, detail=error.says)
