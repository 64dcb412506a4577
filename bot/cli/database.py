"""The commands `crossroads db …`: migrate, back up, restore."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import bootstrap

if TYPE_CHECKING:
    from storage import Inspection

# Imports are in the functions that need them, as in bot/cli/main.py.
# ruff: noqa: PLC0415

# readable=False, because storage itself reports a file that can't be read.
_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)
_EXIT_REFUSED, _EXIT_OUTAGE = 1, 69


@click.group()
def db() -> None:
    """Back up, restore or update the database."""


@db.command()
def migrate() -> None:
    """Update the tables. `run` also does this when it starts."""
    from storage import Inspection, Store, inspect

    url = bootstrap.load_settings().database_address()

    async def migrated() -> tuple[Inspection, Inspection]:
        before = await inspect(url)
        await (await Store.open(url)).close()
        return before, await inspect(url)

    with _exit_on_failure():
        before, after = asyncio.run(migrated())
    if before.revision == after.revision:
        click.echo(f"The tables are up to date (revision {after.revision}).")
    else:
        old = before.revision or "none"
        click.echo(f"Updated the tables from revision {old} to {after.revision}.")


@db.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Back up the database to the new file FILE. The bot can keep running."""
    from storage import backup as save

    with _exit_on_failure():
        found = asyncio.run(save(bootstrap.load_settings().database_address(), file))
    click.echo(
        f"Wrote and checked {file} ({_describe(file, found)}). It contains members' data, so keep "
        "it safe."
    )


@db.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Replace the database with the backup FILE (- for standard input). Stop the bot first."""
    from storage import restore as put

    with _exit_on_failure():
        found, old = asyncio.run(put(bootstrap.load_settings().database_address(), file))
    click.echo(f"Checked and restored the backup. Its tables are at revision {found.revision}.")
    if old is not None:
        click.echo(f"The old database is in {old}. Delete it when you don't need it.")
    if found.revision != found.expected_revision:
        click.echo("The backup is from an older version. The bot will update it at the next start.")


def _describe(file: Path, found: "Inspection") -> str:
    from bot.formatting import pluralize

    return f"{pluralize(file.stat().st_size, 'byte')}, tables at revision {found.revision}"


@contextmanager
def _exit_on_failure() -> Iterator[None]:
    from storage import BackupError, SchemaTooNew, StoreUnavailable

    try:
        yield
    except (BackupError, SchemaTooNew) as error:
        click.echo(error.message, err=True)
        sys.exit(_EXIT_REFUSED)
    except StoreUnavailable as error:
        click.echo(str(error), err=True)
        sys.exit(_EXIT_OUTAGE)
