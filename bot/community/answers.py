"""A community's own answers and hidden statements, kept in memory and read again after a change."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from bot.cache import LruCache
from bot.call import Caller
from bot.community.hiding import Hiding
from bot.errors import Outage
from bot.language.name_index import normalize
from bot.language.retrieval.community import CommunityIndex, IndexedAnswer
from bot.language.understanding import search_index
from content import Content
from storage import CommunityAnswer, HiddenStatement, Store

log = structlog.get_logger("crossroads")

_MAX_QUEUES, _MAX_COMMUNITIES = 1_000, 10_000
_CHECK_AFTER = 1.0  # seconds in which what is known of a community isn't checked again
_PLAIN_FOR = 2.0  # seconds in which a check allows stored acknowledgements
_MAX_WAIT = 2.0  # seconds for the first check, which may index hundreds of answers
_MAX_WAIT_AGAIN = 0.3  # seconds for a later one; meanwhile, what is known already holds
_PAUSE = 5.0  # seconds without a check of any community after the storage has failed


@dataclass(frozen=True, slots=True)
class CommunityKnowledge:
    """The contents of a community's queue: its own answers, and the shipped statements it hides."""

    queue: str = ""
    revision: int = 0
    answers: Mapping[str, CommunityAnswer] = field(default_factory=lambda: MappingProxyType({}))
    """The community's answers by id, oldest first."""
    index: CommunityIndex | None = None  # finds the answers; None if there are none
    hidden: tuple[HiddenStatement, ...] = ()
    hiding: Hiding = field(default_factory=Hiding)
    phrasings: frozenset[str] = frozenset()  # questions and wordings, normalized

    @property
    def is_plain(self) -> bool:
        """Whether members get the same answers as where nobody moderates them."""
        return not (self.answers or self.hidden)

    def has_question(self, text: str) -> bool:
        """Return True if *text* is the question of an own answer, or another wording of it."""
        return bool(self.phrasings) and normalize(text) in self.phrasings


_NOTHING = CommunityKnowledge()


@dataclass(frozen=True, slots=True)
class _Check:
    """The last check of a community: its queue ("" if it has none) and the time of the check."""

    queue: str
    at: float


class CommunityAnswers:
    """The contents of the queue of each community in use.

    The database is asked at most once a second per community whether that has changed. While the
    database is down, the last known contents are used.
    """

    def __init__(
        self,
        content: Content,
        storage: Callable[[], AbstractAsyncContextManager[Store]] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without *storage*, no community has any contents. *clock* never goes back."""
        self._content, self._storage, self._clock = content, storage, clock
        self._checks = LruCache[str, _Check](_MAX_COMMUNITIES)
        self._known = LruCache[str, CommunityKnowledge](_MAX_QUEUES)  # by queue
        self._changed = LruCache[str, float](_MAX_QUEUES)  # when a queue was changed here
        self._last_changed = -math.inf
        self._running: dict[str, asyncio.Task[None]] = {}  # checks by community
        self._loading: dict[str, asyncio.Lock] = {}  # by queue
        self._paused_until = -math.inf

    async def for_caller(self, caller: Caller) -> CommunityKnowledge:
        """Return what the caller's community has, at most about a second old.

        If that can't be read in time, return what was known last, or nothing.
        """
        community = caller.acting_community
        if community is None or self._storage is None:
            return _NOTHING
        check = self._checks.get(community)
        is_fresh = self._age(check) < _CHECK_AFTER
        if not is_fresh and self._clock() >= self._paused_until:
            wait = _MAX_WAIT if check is None else _MAX_WAIT_AGAIN
            await asyncio.wait({self._start_check(community)}, timeout=wait)
        return self.known(caller)

    def known(self, caller: Caller) -> CommunityKnowledge:
        """Return what was last known of the caller's community, without asking the database."""
        check = self._checks.get(caller.acting_community or "")
        return (self._known.get(check.queue) if check else None) or _NOTHING

    def is_plain(self, community: str) -> bool:
        """Return True if the community surely has no own answers and hides nothing.

        "Surely" is within the last two seconds.
        """
        if self._storage is None:
            return True
        check = self._checks.get(community)
        if check is None or self._age(check) >= _PLAIN_FOR:
            return False
        return (self._known.get(check.queue) or _NOTHING).is_plain

    def forget(self, queue: str) -> None:
        """Have the communities that share *queue* checked before their next answer.

        Without this, a change made here is seen as late as one that another instance makes.
        """
        self._last_changed = self._changed.put(queue, self._clock())

    def _age(self, check: _Check | None) -> float:
        """Return how many seconds old *check* is; infinitely old if its queue has changed since."""
        if check is None:
            return math.inf
        # A community without a queue may have one since the last change.
        changed = self._changed.get(check.queue) if check.queue else self._last_changed
        is_stale = changed is not None and check.at <= changed
        return math.inf if is_stale else self._clock() - check.at

    async def close(self) -> None:
        """Stop the checks that still run."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start_check(self, community: str) -> asyncio.Task[None]:
        """Return the task that checks a community; one for all who wait for it."""
        task = self._running.get(community)
        if task is None:
            task = self._running[community] = asyncio.create_task(self._check(community))
            task.add_done_callback(lambda _: self._running.pop(community, None))
        return task

    async def _check(self, community: str) -> None:
        """Read what a community has, if it has changed; errors are logged, not raised."""
        began = self._clock()
        try:
            queue = await self._refresh(community)
        except Outage as outage:
            self._paused_until = self._clock() + _PAUSE
            log.info("community answers not read", detail=outage.message)
        except Exception:  # an answer must not fail because of it
            self._paused_until = self._clock() + _PAUSE
            log.exception("bug", community=community)
        else:
            self._checks.put(community, _Check(queue, began))

    async def _refresh(self, community: str) -> str:
        """Update the known contents, and return the community's queue, or "" if it has none."""
        if self._storage is None:
            return ""
        async with self._storage() as store:
            found = await store.queues.revision(community)
            if found is None:
                return ""
            queue, revision = found
            async with self._loading.setdefault(queue, asyncio.Lock()):
                known = self._known.get(queue)
                if known is None or known.revision != revision:
                    await self._load(store, queue, revision, known or _NOTHING)
            self._loading.pop(queue, None)
        return queue

    async def _load(
        self, store: Store, queue: str, revision: int, before: CommunityKnowledge
    ) -> None:
        answers = {each.id: each for each in await store.answers.list_for_queue(queue)}
        hidden = await store.hidden.list_for_queue(queue)
        index = None
        if answers:
            shared = search_index(self._content)
            index = await CommunityIndex.build(_to_index(answers.values()), shared, before.index)
        found = CommunityKnowledge(
            queue,
            revision,
            MappingProxyType(answers),
            index,
            hidden,
            Hiding(hidden, self._content),
            frozenset(normalize(text) for each in answers.values() for text in _phrasings(each)),
        )
        self._known.put(queue, found)


def _phrasings(answer: CommunityAnswer) -> tuple[str, ...]:
    return (answer.question, *answer.wordings)


def _to_index(answers: Iterable[CommunityAnswer]) -> list[IndexedAnswer]:
    return [
        IndexedAnswer(each.id, each.question, each.wordings, each.text, each.entry)
        for each in answers
    ]
