"""PostgreSQL behind pgbouncer, which assigns a connection for each transaction."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from databases.postgres_sql import lock_attempts
from databases.store_files import NOON, start_attempt

from storage import Advance, Store, StoreUnavailable

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NOBODY = 65534
MEMBERS = 20


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    """Yield a database behind a pooler with two connections, fewer than its clients."""
    if PGBOUNCER is None:
        pytest.skip("install pgbouncer to test PostgreSQL behind it")
    server = urlsplit(postgres_url)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        held.close()
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            "[databases]\n"
            f"db = host={server.hostname} port={server.port or 5432} dbname={server.path[1:]}"
            f" user={server.username}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
        )
        Path(folder).chmod(0o755)  # it refuses to run as root
        with run_pgbouncer([PGBOUNCER, "-q", str(settings)], port):
            yield f"postgresql://any@127.0.0.1:{port}/db"


@contextmanager
def run_pgbouncer(line: list[str], port: int) -> Iterator[None]:
    """Run the pooler, and yield when it accepts connections."""
    user = NOBODY if os.geteuid() == 0 else None
    with subprocess.Popen(line, user=user, stderr=subprocess.DEVNULL) as pooler:
        try:
            for _ in range(500):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                    break
                time.sleep(0.02)
            yield
        finally:
            pooler.terminate()


async def test_everything_works_behind_a_pooler(pooled_url: str) -> None:
    async with await Store.open(f"{pooled_url}?pgbouncer=true", wait=2) as store:
        await start_attempt(store)
        owners = [f"discord:{n}" for n in range(MEMBERS)]
        for _ in range(3):  # repeatedly, over both connections
            await asyncio.gather(*(answer_quiz(store, owner) for owner in owners))
        for owner in owners:
            [attempt] = await store.attempts.list_by_owner(owner)
            assert list(attempt.answers) == ["i0", "i1", "i2"]
        held = await store.shards.renew("one", 4, timedelta(seconds=30))
        assert held.shards == {0, 1, 2, 3}


async def answer_quiz(store: Store, owner: str) -> None:
    attempt = await store.attempts.start(owner, None, "roles", "v1", NOON)
    at = attempt.position
    on = Advance(attempt.id, owner, "v1", at, f"i{at}", "a", f"i{at + 1}")
    assert await store.attempts.advance(on, NOON)


async def test_a_lock_is_not_waited_for_without_end_behind_a_pooler(
    pooled_url: str, postgres_url: str
) -> None:
    async with (
        await Store.open(postgres_url) as direct,
        await Store.open(f"{pooled_url}?pgbouncer=true", wait=0.3) as store,
    ):
        attempt = await start_attempt(direct)
        async with lock_attempts(postgres_url), asyncio.timeout(5):
            with pytest.raises(StoreUnavailable, match="is busy"):
                await store.attempts.finish(attempt.id, attempt.owner, NOON)
