"""Create a database of the first version with a finished quiz, to test the upgrade.

Run it in the bot's image; it uses the bot's settings: python /tests/deploy/old_database.py
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import storage
from bot.ops.settings import read_settings

ROWS = """
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);
INSERT INTO alembic_version (version_num) VALUES ('0001');
INSERT INTO editions (version, quiz, definition) VALUES ('old', 'roles', '{}');
INSERT INTO takes (id, owner, quiz, version, position, started_at, touched_at, finished_at)
VALUES ('0123456789', 'discord:1234567890123456789', 'roles', 'old', 1,
        '2026-01-05 09:00:00.000000', '2026-01-05 09:00:00.000000', '2026-01-05 09:00:00.000000');
INSERT INTO answers (take, item, option, answered_at)
VALUES ('0123456789', 'first', 'a', '2026-01-05 09:00:00.000000');
"""


def on_file(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.executescript(script)


async def on_server(url: str, script: str) -> None:
    import asyncpg  # noqa: PLC0415 - an extra

    server = await asyncpg.connect(url)
    await server.execute(f"SET TIME ZONE 'UTC'; {script}")
    await server.close()


url = read_settings().database_address()
tables = Path(storage.__file__).parent / "migrations" / "0001_quizzes.sql"
script = tables.read_text("utf-8") + ROWS
if url.startswith("sqlite"):
    on_file(Path(url.removeprefix("sqlite:///")), script)
else:
    asyncio.run(on_server(url, script))
sys.stdout.write("a database of revision 0001, with a finished quiz\n")
