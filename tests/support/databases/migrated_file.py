"""A SQLite file with tables, to be copied, since creating tables takes longer than most tests."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage import Store


def create_migrated_file(path: Path) -> str:
    """Create a database without rows, as the bot would, and return its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    async def migrate(url: str) -> None:
        await (await Store.open(url)).close()

    # the caller may be on an event loop
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "empty.db"
        thread.submit(asyncio.run, migrate(f"sqlite:///{path}")).result()
        assert not path.with_name(f"{path.name}-wal").exists()
        return path.read_bytes()
