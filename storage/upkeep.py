"""What an admin does to a database. SQLAlchemy comes only with the first of these calls."""

from pathlib import Path

from storage.records import Examination

# ruff: noqa: PLC0415


def examine(url: str, wait: float = 5.0) -> Examination:
    """Look at a database from outside; raises StoreDown where it can't be reached or read."""
    from storage.examine import examine

    return examine(url, wait)


def backup(url: str, to: Path) -> Examination:
    """Copy SQLite's file as it is at one moment into the new file *to*; the bot may run.

    Raises Unfit and StoreDown; there is no file *to* then.
    """
    from storage.backup import backup

    return backup(url, to)


def restore(url: str, file: Path) -> tuple[Examination, Path | None]:
    """Put a backup in the database's place; give what it holds, and where the old one is now.

    Raises Unfit while a bot runs on it, and for what is no sound backup of this version or an
    older one; StoreDown where the disk fails. Nothing is changed then.
    """
    from storage.backup import restore

    return restore(url, file)
