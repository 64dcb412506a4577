"""The playground's bot, with its own database, a movable clock, and content that reloads."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import structlog
from pydantic import SecretStr

from bot.app import App, Previews
from bot.cli import bootstrap
from bot.conversation import Conversations
from bot.ops.content_lint import load_checked
from bot.ops.settings import Settings
from bot.tips.scheduler import TipScheduler
from content import SHIPPED_DIR, Content, ContentError
from storage import Store

log = structlog.get_logger("crossroads")

Clock = Callable[[], datetime]

_WATCH_INTERVAL = 1.0  # seconds between looks at the content's files
_MAX_STEP = timedelta(days=1)  # of the clock, so that moderators get their warnings on time
_MAX_DAYS = 366  # that the clock moves at once
_DATABASE = "crossroads.db"


class Pane(Protocol):
    """A platform in memory, as far as the bot sees it."""

    platform: str

    def use(self, app: App) -> None:
        """Answer from *app* from now on."""
        ...

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change."""
        ...

    async def close(self) -> None:
        """End what runs in the background."""
        ...


P = TypeVar("P", bound=Pane)
CreatePanes = Callable[[App, Clock], Iterable[P]]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about the content, for the page."""

    number: int  # rises by one with each notice
    text: str
    is_error: bool = False


@dataclass(slots=True)
class MovableClock:
    """The time, plus the days by which somebody moved the clock."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the time as the playground's bot sees it."""
        return datetime.now(UTC) + self.offset


@dataclass(slots=True)
class _ContentWatcher:
    """Notices changes of the content's files."""

    folders: Sequence[Path]
    _seen: frozenset[tuple[str, int, int]] = frozenset()

    def has_changed(self) -> bool:
        """Return True if a file was written, added or removed since the last call."""
        files = (each for folder in self.folders for each in folder.rglob("*.*"))
        stats = ((each, each.stat()) for each in files if _is_content(each))
        found = frozenset((str(each), stat.st_mtime_ns, stat.st_size) for each, stat in stats)
        before, self._seen = self._seen, found
        return found != before


def _is_content(path: Path) -> bool:
    parts = {"__pycache__", "schemas"} & {*path.parts}
    return path.is_file() and not parts and not path.name.endswith((".py", "~", ".swp"))


class Playground(Generic[P]):
    """The bot, its panes and its clock. The panes keep their messages when the content changes."""

    def __init__(
        self,
        settings: Settings,
        content: Content,
        create_panes: CreatePanes[P],
        previews: Previews,
        *,
        temporary: bool,
    ) -> None:
        """*temporary*: the database is the playground's own, so `reset` may delete it."""
        self.panes: dict[str, P] = {}
        self.notice: Notice | None = None
        self.can_reset = temporary
        self._settings, self._content = settings, content
        self._create_panes, self._previews = create_panes, previews
        self._clock = MovableClock()
        self._conversations = Conversations()
        self._callbacks: list[Callable[[], None]] = []
        self._lock = asyncio.Lock()  # held while the clock is moved or all is replaced
        self._store: Store | None = None
        self._opening = asyncio.Lock()
        self._scheduler = _Scheduler(self.now)
        self._watcher = _ContentWatcher([SHIPPED_DIR, *filter(None, [settings.content_dir])])
        self._watcher.has_changed()

    def now(self) -> datetime:
        """Return the time of the playground's clock."""
        return self._clock.now()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change of a pane, the clock or the notice."""
        self._callbacks.append(callback)

    async def start(self) -> None:
        """Create the panes and start the scheduler of tips."""
        app = self._build_app()
        self.panes = {each.platform: each for each in self._create_panes(app, self.now)}
        for pane in self.panes.values():
            pane.on_change(self._changed)
        self._scheduler.start(app)

    async def close(self) -> None:
        """Stop everything, and close the database."""
        await self._scheduler.stop()
        for pane in self.panes.values():
            await pane.close()
        if self._store is not None:
            await self._store.close()
            self._store = None

    async def reset(self) -> None:
        """Start over with an empty database, no messages and the right time.

        Do nothing if the database isn't the playground's own.
        """
        if not self.can_reset:
            return
        async with self._lock:
            await self.close()
            for each in self._settings.data_dir.glob(f"{_DATABASE}*"):
                each.unlink()
            self._clock.offset = timedelta()
            self._conversations = Conversations()
            self.notice = None
            await self.start()
        self._changed()

    async def move_clock(self, days: int) -> None:
        """Move the clock forward by *days*, and post the tips that become due, each at its time."""
        async with self._lock:
            end = self.now() + timedelta(days=min(days, _MAX_DAYS))
            app = await self._scheduler.stop()
            while (now := self.now()) < end:
                self._clock.offset += min(await self._next_moment(now), end) - now
                await self._scheduler.run_once()
                self._changed()
            self._scheduler.start(app)
        self._changed()

    async def watch_content(self, stop: asyncio.Event) -> None:
        """Reload the content after each change of its files, until *stop* is set."""
        stopping = asyncio.create_task(stop.wait())
        while not (await asyncio.wait({stopping}, timeout=_WATCH_INTERVAL))[0]:
            if await asyncio.to_thread(self._watcher.has_changed):
                await self._reload()

    async def _reload(self) -> None:
        """Answer from the changed content, or show its mistakes and keep the old."""
        try:
            checked = await asyncio.to_thread(load_checked, self._settings.content_dir)
        except ContentError as error:
            self._tell(str(error), is_error=True)
            return
        except Exception as error:  # a bug in the checks must not stop the playground
            log.exception("content not reloaded")
            self._tell(f"Couldn't load the content: {error}", is_error=True)
            return
        async with self._lock:
            self._content = checked.content
            app = self._build_app()
            await self._scheduler.stop()
            for pane in self.panes.values():
                pane.use(app)
            self._scheduler.start(app)
        self._tell("Content reloaded.")

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        number = self.notice.number + 1 if self.notice else 1
        self.notice = Notice(number, text, is_error)
        self._changed()

    def _changed(self) -> None:
        for each in self._callbacks:
            each()

    def _build_app(self) -> App:
        return bootstrap.build_app(
            self._settings,
            self._content,
            quiet=True,
            open_store=self._open_store,
            clock=self.now,
            conversations=self._conversations,
            previews=self._previews,
        )

    async def _open_store(self) -> Store:
        """Return the database, which outlives each App."""
        async with self._opening:
            if self._store is None:
                self._store = await Store.open(self._settings.database_address())
            return self._store

    async def _next_moment(self, now: datetime) -> datetime:
        """Return when the scheduler has something to do next, at the latest in a day."""
        store = await self._open_store()
        due = [each.next_due for each in await store.schedules.list_active()]
        return min([*(each for each in due if each > now), now + _MAX_STEP])


@dataclass(slots=True)
class _Scheduler:
    """The scheduler of tips, which can be stopped to move the clock under it."""

    clock: Clock
    _app: App | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def start(self, app: App | None) -> None:
        """Post the due tips of *app* in the background."""
        if app is None:
            return
        self._app, self._stop = app, asyncio.Event()
        self._task = asyncio.create_task(TipScheduler(app, self.clock).run(self._stop))

    async def stop(self) -> App | None:
        """Stop posting, and return the app whose tips were posted."""
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None
        return self._app

    async def run_once(self) -> None:
        """Post the tips that are due now."""
        if self._app is not None:
            await TipScheduler(self._app, self.clock).run_once()


@asynccontextmanager
async def open_playground(
    settings: Settings,
    create_panes: CreatePanes[P],
    database: Path | None,
    stop: asyncio.Event,
    previews: Previews,
) -> AsyncIterator[Playground[P]]:
    """Run a playground during the block; *stop* is set at its end.

    Without *database*, the SQLite file is in a temporary folder, which is deleted afterward. Raise
    ContentError if the content is invalid.
    """
    content, _ = await asyncio.to_thread(bootstrap.load_content, settings.content_dir)
    folder = Path(tempfile.mkdtemp(prefix="crossroads-playground-"))
    address = None if database is None else SecretStr(f"sqlite:///{database}")
    own = settings.model_copy(update={"database_url": address, "data_dir": folder})
    playground = Playground(own, content, create_panes, previews, temporary=database is None)
    try:
        await playground.start()
        watching = asyncio.create_task(playground.watch_content(stop))
        try:
            yield playground
        finally:
            stop.set()
            await watching
            await playground.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
