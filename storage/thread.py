"""The thread that aiosqlite keeps for a connection to SQLite.

aiosqlite awaits each statement by itself. We hand it a whole transaction as one function instead:
to hop between threads for each statement costs more than the statement. Its public methods have no
such thing, so the few private names that it takes are here and nowhere else, and pyproject.toml
holds aiosqlite to the minor version that has them.
"""

import asyncio
import sqlite3
from collections.abc import Callable

import aiosqlite

_CHUNK = 64  # rows that aiosqlite would fetch at a time, if it were asked for any


class SqliteThread:
    """A connection, and the one thread that may use it; functions run there in turn."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        """Connect on the new thread; raises what *connector* raises. There must be no loop here."""
        self._aiosqlite = aiosqlite.Connection(connector, _CHUNK)
        # A store that nobody closed must not keep the process from ending.
        self._aiosqlite._thread.daemon = True  # noqa: SLF001
        asyncio.run(self._connect())

    async def _connect(self) -> None:
        try:
            await self._aiosqlite
        except BaseException:
            self._aiosqlite._thread.join()  # noqa: SLF001 - it reports its end to this very loop
            raise

    def put(self, function: Callable[[], None]) -> None:
        """Let *function*, which raises nothing, run after those that were put before it.

        What comes of it is its own to tell: a future of aiosqlite's would bind the thread to one
        event loop, and the thread would die with that loop.
        """
        self._aiosqlite._tx.put_nowait((None, function))  # noqa: SLF001

    def exchange(self, connection: sqlite3.Connection) -> None:
        """Have another connection from now on; call it on the thread, with the old one closed."""
        self._aiosqlite._connection = connection  # noqa: SLF001

    def stop(self) -> None:
        """Let all that was put end, then close the connection, and wait for the thread's end."""
        self._aiosqlite.stop()
        self._aiosqlite._thread.join()  # noqa: SLF001
