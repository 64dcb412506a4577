"""A small chat platform in a SQLite file, with planned failures.

It outlives the processes that post to it and keeps every message, so that tests can count them.
Within *repeats_for* seconds, a second post with the same key returns the first message.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from random_replies import strings_in

from bot.errors import Refusal
from bot.platform import (
    ChannelInfo,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    PostedMessage,
    Retryable,
)
from bot.reply import Reply

_TABLES = """
create table if not exists messages (
    id integer primary key, channel text, key text, at real, says text, mention text,
    pinned integer default 0, threads integer default 0, edits integer default 0
);
create table if not exists channels (id text primary key, community text);
create table if not exists told (id integer primary key, member text, says text);
create table if not exists asks (op text, channel text);
create table if not exists faults (op text, kind text, seconds real, times integer);
"""
_DIRECT = "test:direct/"  # before the ids of direct messages
_FAILURES: dict[str, Callable[[float], Exception]] = {
    "forbidden": lambda _: PermissionDenied("I may not do that here: give me the permission."),
    "gone": lambda _: NotFound("The channel no longer exists."),
    "full": lambda _: LimitReached("There are 50 pins already: unpin one."),
    "later": lambda seconds: Retryable("The platform is busy.", seconds),
    "lost": lambda _: OutcomeUnknown("The answer got lost."),
    "lost-undone": lambda _: OutcomeUnknown("The answer got lost."),
    "bug": lambda _: ZeroDivisionError("a bug"),
}


class FakePlatform:
    """The platform interface of the bot, and methods for tests."""

    moderates_in_direct_messages = True

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime],
        repeats_for: float = 0.0,
        *,
        may_look: bool = True,
        delay: float = 0.0,
    ) -> None:
        """Open the file; *delay* seconds pass between a post and the response to it."""
        self._path, self._clock, self._delay = path, clock, delay
        self.deduplicates_for, self.may_look = repeats_for, may_look
        with self._db() as db:
            db.executescript(_TABLES)

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as db:
            db.execute("pragma synchronous = off")
            db.row_factory = sqlite3.Row
            yield db

    # --- for tests -----------------------------------------------------------------------
    def opened(self, channel: str, community: str) -> str:
        with self._db() as db:
            db.execute("insert into channels values (?, ?)", (channel, community))
        return channel

    def fail(self, op: str, kind: str, times: int = 1, seconds: float = 0.0) -> None:
        """Make the next *times* calls of *op* fail with *kind*."""
        with self._db() as db:
            db.execute("insert into faults values (?, ?, ?, ?)", (op, kind, seconds, times))

    def clear_failures(self) -> None:
        with self._db() as db:
            db.execute("delete from faults")

    def messages(self, channel: str | None = None) -> list[sqlite3.Row]:
        where, values = ("where channel = ?", (channel,)) if channel else ("", ())
        with self._db() as db:
            return db.execute(f"select * from messages {where} order by id", values).fetchall()  # noqa: S608

    def direct_messages(self) -> list[str]:
        with self._db() as db:
            return [row["says"] for row in db.execute("select * from told")]

    def asked(self, op: str) -> int:
        """Return how often *op* was called."""
        with self._db() as db:
            return int(db.execute("select count(*) from asks where op = ?", (op,)).fetchone()[0])

    # --- the platform interface ------------------------------------------------------------------
    async def give_role(self, community: str, member: str, role: str) -> None:
        raise Refusal(f"{role} of {community} can not be given to {member}: no roles here.")

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        with self._asked("post", channel) as db:
            now = self._clock().timestamp()
            known = db.execute(
                "select id from messages where channel = ? and key = ? and abs(? - at) < ?",
                (channel, key, now, self.deduplicates_for),
            ).fetchone()
            if known:
                return f"{channel}/{known[0]}"
            values = (channel, key, now, "\n".join(strings_in(reply)), mention)
            new = "insert into messages (channel, key, at, says, mention) values (?, ?, ?, ?, ?)"
            message = f"{channel}/{db.execute(new, values).lastrowid}"
        await asyncio.sleep(self._delay)
        return message

    async def edit_post(self, channel: str, message: str, reply: Reply) -> None:
        says, nr = "\n".join(strings_in(reply)), message.rpartition("/")[2]
        with self._asked("edit", channel) as db:
            if channel.startswith(_DIRECT):
                changed = db.execute("update told set says = ? where id = ?", (says, nr))
            else:
                edit = "update messages set says = ?, edits = edits + 1 where id = ?"
                changed = db.execute(edit, (says, nr))
            if not changed.rowcount:
                raise NotFound("The message no longer exists.")
        await asyncio.sleep(self._delay)

    async def community_name(self, community: str) -> str:
        with self._asked("name", ""):
            return f"Community {community.partition(':')[2]}"

    def can_notify(self, mention: str) -> bool:
        return mention.startswith("test:role/")

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        with self._asked("find", channel) as db:
            if not self.may_look:
                raise PermissionDenied("I may not read the channel's history.")
            values = (channel, key, since.timestamp())
            found = db.execute(
                "select id from messages where channel = ? and key = ? and at >= ?", values
            ).fetchone()
            return f"{channel}/{found[0]}" if found else None

    async def pin(self, channel: str, message: str) -> None:
        with self._asked("pin", channel) as db:
            db.execute("update messages set pinned = 1 where id = ?", (message.split("/")[1],))

    async def unpin(self, channel: str, message: str) -> None:
        with self._asked("unpin", channel) as db:
            db.execute("update messages set pinned = 0 where id = ?", (message.split("/")[1],))

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        assert 0 < len(name) <= 100
        with self._asked("thread", channel) as db:
            where = "where id = ? and threads = 0"
            db.execute(f"update messages set threads = 1 {where}", (message.split("/")[1],))  # noqa: S608

    async def message_link(self, channel: str, message: str) -> str:
        with self._asked("link", channel):
            return f"https://square.example/{message.partition(':')[2]}"

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        del pins, threads, mention  # one fault represents them all
        try:
            with self._asked("lacks", channel):
                return ()
        except PermissionDenied as error:
            return (error.message,)

    async def channel_info(self, channel: str) -> ChannelInfo:
        with self._asked("place", channel) as db:
            community = db.execute(
                "select community from channels where id = ?", (channel,)
            ).fetchone()
            if community is None:
                raise NotFound("There is no such channel.")
            return ChannelInfo(channel, f"#{self._name(channel)}", community[0])

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        with self._asked("channels", "") as db:
            mine = db.execute("select id from channels where community = ?", (community,))
            return tuple(ChannelInfo(row[0], f"#{self._name(row[0])}", community) for row in mine)

    @staticmethod
    def _name(channel: str) -> str:
        return channel.partition(":")[2].partition("/")[0]

    async def send_direct_message(self, member: str, reply: Reply) -> PostedMessage:
        with self._asked("tell", "") as db:
            says = "\n".join(strings_in(reply))
            told = db.execute("insert into told (member, says) values (?, ?)", (member, says))
            return PostedMessage(f"{_DIRECT}{member}", f"{_DIRECT}{told.lastrowid}", is_direct=True)

    @contextmanager
    def _asked(self, op: str, channel: str) -> Iterator[sqlite3.Connection]:
        """Run the block in a transaction; raise the planned failure, before it unless "lost"."""
        with self._db() as db:
            db.execute("begin immediate")
            db.execute("insert into asks values (?, ?)", (op, channel))
            fault = db.execute(
                "select rowid, * from faults where op = ? and times > 0", (op,)
            ).fetchone()
            kind = fault["kind"] if fault else None
            if fault:
                db.execute("update faults set times = times - 1 where rowid = ?", (fault["rowid"],))
            if kind is None or kind == "lost":
                try:
                    yield db
                finally:
                    db.execute("commit")
            else:
                db.execute("commit")
            if fault and kind:
                raise _FAILURES[kind](fault["seconds"])
