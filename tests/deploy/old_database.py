"""Make a database as the first version left it, with a take in it: something to upgrade.

Run in the bot's image, on the database that its settings name: python /tests/deploy/old_database.py
"""

import sys

from bot.settings import Settings
from storage.engines import engines
from storage.schema import upgrade

ROWS = """
INSERT INTO editions (version, quiz, definition) VALUES ('old', 'roles', '{}');
INSERT INTO takes (id, owner, quiz, version, position, started_at, touched_at, finished_at)
VALUES ('0123456789', 'discord:1234567890123456789', 'roles', 'old', 1,
        '2026-01-05 09:00:00', '2026-01-05 09:00:00', '2026-01-05 09:00:00');
INSERT INTO answers (take, item, option, answered_at)
VALUES ('0123456789', 'first', 'a', '2026-01-05 09:00:00')
"""

made = engines(Settings().database(), wait=30)
with made.migrator.begin() as connection:
    upgrade(connection, "0001")
    for row in ROWS.split(";"):
        connection.exec_driver_sql(row)
made.migrator.dispose()
sys.stdout.write("a database of revision 0001, with a finished quiz\n")
