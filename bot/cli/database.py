"""The commands `crossroads db …`: migrate, back up, restore."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.cli import bootstrap
from bot.formatting import pluralize

if TYPE_CHECKING:
    from storage import Inspection

# Imports are in the functions that need them, as in bot/cli/main.py.
# ruff: noqa: PLC0415

_FILE = click.Path(
    path_type=Path, dir_okay=False, readable=False
)  # storage reports what is wrong with it
_REFUSED, _OUTAGE = 1, 69


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def migrate() -> None:
    """Bring the tables up to date; `run` does so by itself when it starts."""
    from storage import Inspection, SchemaTooNew, Store, StoreUnavailable, inspect

    url = bootstrap.settings().database()

    async def migrated() -> tuple[Inspection, Inspection]:
        before = await inspect(url)
        await (await Store.open(url)).close()
        return before, await inspect(url)

    try:
        before, after = asyncio.run(migrated())
    except SchemaTooNew as error:
        _end(error.message, _REFUSED)
    except StoreUnavailable as error:
        _end(str(error), _OUTAGE)
    if before.revision == after.revision:
        click.echo(f"The tables are up to date (revision {after.revision}).")
    else:
        click.echo(f"From revision {before.revision or 'none'} to {after.revision}.")


@db.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write what the database holds now to the new FILE; the bot may run meanwhile."""
    from storage import BackupError, StoreUnavailable
    from storage import backup as save

    try:
        found = asyncio.run(save(bootstrap.settings().database(), file))
    except BackupError as error:
        _end(error.message, _REFUSED)
    except StoreUnavailable as error:
        _end(str(error), _OUTAGE)
    click.echo(f"Wrote {file}: {_described(file, found)}. It holds what members keep here.")


@db.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Replace the database with the backup FILE (- for standard input); stop the bot first."""
    from storage import BackupError, StoreUnavailable
    from storage import restore as put

    try:
        found, old = asyncio.run(put(bootstrap.settings().database(), file))
    except BackupError as error:
        _end(error.message, _REFUSED)
    except StoreUnavailable as error:
        _end(str(error), _OUTAGE)
    click.echo(f"Restored: checked, tables at revision {found.revision}.")
    if old is not None:
        click.echo(f"What was there before is in {old}: delete it when you don't need it.")
    if found.revision != found.wanted:
        click.echo("It is of an older version; the next start brings it up to date.")


def _described(file: Path, found: "Inspection") -> str:
    return f"{pluralize(file.stat().st_size, 'byte')}, checked, tables at revision {found.revision}"


def _end(says: str, code: int) -> NoReturn:
    click.echo(says, err=True)
    sys.exit(code)
