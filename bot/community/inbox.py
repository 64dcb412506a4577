"""In-memory data on questions and reports to moderators; none of it is stored."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.cache import TimedCache
from bot.call import Call
from bot.command import truncate
from bot.conversation import LIFETIME
from bot.errors import Outage
from bot.reply import Action
from storage import SchemaTooNew, StoreUnavailable

log = structlog.get_logger("crossroads.inbox")

ASKER_DAYS = 90
"""How many days the bot stores who asked a question that may be kept later."""
REPORT = "report-answer"
"""The command behind “Wrong or missing?”; no question begins with its name."""
MAX_LINE = 300  # characters of the line of an answer that is reported
_SHORT_LINE = 60  # characters of such a line that fit any button
_KEY_LENGTH = 8  # hexadecimal digits of a draft's name
_MAX_MEMBERS = 10_000
_MAX_TASKS = 200  # in the background at once
_HOUR, _DAY = 3_600.0, 86_400.0  # seconds


@dataclass(slots=True)
class SentToday:
    """How much a member has sent within a day, also what was withdrawn since."""

    count: int = 0
    unnamed: set[str] = field(default_factory=set)  # texts, so that a double click sends one


class Inbox:
    """Drafts, the number of texts that each member sends, and background work, all in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* returns seconds that never go back."""
        self._drafts = TimedCache[tuple[str, str], str](LIFETIME, _MAX_MEMBERS, clock)
        self._sent = TimedCache[str, SentToday](_DAY, _MAX_MEMBERS, clock)
        self._counted = TimedCache[str, set[str]](_HOUR, _MAX_MEMBERS, clock)
        self._locks = WeakValueDictionary[str, asyncio.Lock]()
        self._tasks = set[asyncio.Task[None]]()

    def keep_draft(self, member: str, text: str) -> str:
        """Keep the *text* that *member* may send, for ten minutes, and return its name."""
        name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_KEY_LENGTH]
        self._drafts.put((member, name), text)
        return name

    def find_draft(self, member: str, name: str) -> str | None:
        """Return the draft called *name* of *member*, or None if it is forgotten."""
        return self._drafts.get((member, name))

    def sent_today(self, member: str) -> SentToday:
        """Return how much *member* has sent since the first text within a day."""
        return self._sent.get(member) or self._sent.put(member, SentToday())

    def counted_lately(self, member: str) -> set[str]:
        """Return the questions of *member* that were counted within an hour, by fingerprint."""
        found = self._counted.get(member)
        return self._counted.put(member, set()) if found is None else found

    def lock(self, member: str) -> asyncio.Lock:
        """Return a lock that only one request of *member* holds at a time."""
        return self._locks.setdefault(member, asyncio.Lock())

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run *work* in the background, or drop it if too much is running already."""
        if len(self._tasks) >= _MAX_TASKS:
            work.close()
            return
        task = asyncio.create_task(_guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait for the work in the background."""
        while self._tasks:
            await asyncio.wait(self._tasks)


async def _guard(work: Coroutine[Any, Any, object]) -> None:
    """Run *work*; log its errors, because nobody waits for it."""
    try:
        await work
    except (Outage, StoreUnavailable, SchemaTooNew) as error:
        log.warning("in the background", detail=error.message)
    except Exception:
        log.exception("bug in the background")


def report_action(line: str) -> Action:
    """Return the line of the menu that opens a form to report the answer to the typed *line*."""
    about, short = ({"about": truncate(line, length)} for length in (MAX_LINE, _SHORT_LINE))
    return Action("Wrong or missing?", Call(REPORT, about), short=Call(REPORT, short))
