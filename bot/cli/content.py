"""The command line for those who write content and commands."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import bootstrap as parts

if TYPE_CHECKING:
    from content import Fault

# Imports stand in the functions that need them, as in bot/__main__.py.
# ruff: noqa: PLC0415

_REFUSED = 1


@click.group()
def content() -> None:
    """Look after the content."""


@content.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check the content, with the overlay in FOLDER (default: CROSSROADS_CONTENT_DIR) over it.

    Each fault is listed with its file, line, field, what is wrong and how to fix it. An error
    keeps the bot from starting and ends this command with exit code 1; a warning does neither.
    """
    from bot.formatting import pluralize
    from bot.ops.content_lint import checked
    from content import ContentError

    try:
        found = checked(folder or parts.settings().content_dir)
    except ContentError as error:
        click.echo(str(error))
        click.echo(f"{_counts(error.faults)}. The bot doesn't start with this content.", err=True)
        sys.exit(_REFUSED)
    for fault in found.warnings:
        click.echo(str(fault))
    entries = pluralize(found.content.size(), "entry", "entries")
    click.echo(f"{_counts(found.warnings)} in {entries}")


def _counts(faults: "Iterable[Fault]") -> str:
    """Return the numbers of errors and warnings: "2 errors, 1 warning", "no faults"."""
    from bot.formatting import pluralize

    tally = Counter(fault.severity for fault in faults)
    return ", ".join(pluralize(tally[each], each) for each in sorted(tally)) or "no faults"


@content.command("import-salaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--source", default="aijobs", show_default=True, help="The source's id in sources.")
def import_salaries(file: Path, out: Path, source: str) -> None:
    """Derive groups of pay reports from the CSV in FILE, for the folder surveys/ of the content.

    Every row is checked; what is wrong with one, or why no group holds it, is counted. The same
    file gives the same bytes. When it can't be read nothing is written.
    """
    from bot.cli.importing import refusal, summary
    from content import ContentError, load
    from content.importing import NoGroups, Refused
    from content.importing import import_salaries as derive

    try:
        survey = derive(file, out, source, load(parts.settings().content_dir))
    except (Refused, ContentError) as refused:
        says = f"{file} {refusal(refused)}" if isinstance(refused, NoGroups) else str(refused)
        click.echo(says, err=True)
        sys.exit(_REFUSED)
    for line in summary(survey):
        click.echo(line)
    click.echo(f"written: {out}")


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Scaffold a command called NAME, with its first example."""
    from bot.cli.scaffold import scaffold

    try:
        path = scaffold(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(
        f"Wrote {path}.\nTry it: crossroads ask {name}\nThen run: make goldens && make check"
    )
