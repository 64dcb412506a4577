"""The commands for authors: `crossroads content …` and `crossroads new`."""

import keyword
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import bootstrap

if TYPE_CHECKING:
    from content import Diagnostic, Survey
    from content.importing import NoGroupsFound

# Imports are in the functions that need them, as in bot/cli/main.py.
# ruff: noqa: PLC0415

_EXIT_REFUSED = 1
_SHOWN_FAULTS = 3  # kinds of faults shown for a file without usable rows
_SHOWN_TITLES = 10  # titles without a role that are shown; the written file lists all
_COMMANDS = Path(__file__).parent.parent / "commands"
_TEMPLATE = '''"""One line: why this command exists."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example, command
from bot.reply import Paragraph, Reply


@command(
    Example("{name}", shows=("Hello",)),
    Example("{name} Ada", shows=("Hello, Ada",)),
)
async def {function}(
    context: CommandContext,
    whom: Annotated[str | None, Arg("whom to greet")] = None,
) -> Reply:
    """Greet somebody.

    Describe here what the answer holds; `help {name}` shows it.
    """
    del context  # the caller and the content, for when you need them
    return Reply((Paragraph(f"Hello, {{whom}}." if whom else "Hello."),))
'''


@click.group()
def content() -> None:
    """Check and import content."""


@content.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check the content, with the overlay in FOLDER (default: CROSSROADS_CONTENT_DIR) on top.

    Each mistake is listed with its file, line and field, what's wrong and how to fix it. If there
    are errors, the bot doesn't start and this command exits with code 1. If there are only
    warnings, the bot starts and this command exits with 0.
    """
    from bot.formatting import pluralize
    from bot.ops.content_lint import load_checked
    from content import ContentError

    try:
        found = load_checked(folder or bootstrap.load_settings().content_dir)
    except ContentError as error:
        click.echo(str(error))
        counts = _count_faults(error.diagnostics)
        click.echo(f"{counts}. The bot won't start until you fix the errors.", err=True)
        sys.exit(_EXIT_REFUSED)
    for fault in found.warnings:
        click.echo(str(fault))
    entries = pluralize(found.content.count_entries(), "entry", "entries")
    click.echo(f"{_count_faults(found.warnings)} in {entries}")


def _count_faults(faults: "Iterable[Diagnostic]") -> str:
    """Return the numbers of errors and warnings as "2 errors, 1 warning", or "no mistakes"."""
    from bot.formatting import pluralize

    tally = Counter(fault.severity for fault in faults)
    return ", ".join(pluralize(tally[each], each) for each in sorted(tally)) or "no mistakes"


@content.command("import-salaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write to.")
@click.option(
    "--source", default="aijobs", show_default=True, help="The source's id in sources.yaml."
)
def import_salaries(file: Path, out: Path, source: str) -> None:
    """Import pay reports from the CSV in FILE as groups, for the folder surveys/ of the content.

    Rows with mistakes are left out and counted by reason. The same file always gives the same
    output. If the file can't be read, nothing is written.
    """
    from content import ContentError, load
    from content.importing import ImportRefused, NoGroupsFound
    from content.importing import import_salaries as derive

    try:
        survey = derive(file, out, source, load(bootstrap.load_settings().content_dir))
    except NoGroupsFound as error:
        click.echo(f"{file} {_explain_no_groups(error)}", err=True)
        sys.exit(_EXIT_REFUSED)
    except (ImportRefused, ContentError) as error:
        click.echo(str(error), err=True)
        sys.exit(_EXIT_REFUSED)
    for line in _summarize(survey):
        click.echo(line)
    click.echo(f"written: {out}")


def _summarize(survey: "Survey") -> Iterator[str]:
    """Yield lines of output that count rows and job titles by how the import used them."""
    from bot.formatting import pluralize

    rows = survey.rows
    # Only groups of all levels in a single year, because they contain each report once.
    distinct = sum(
        group.distinct
        for group in survey.groups
        if group.level is None and group.first == group.last
    )
    yield f"rows read: {rows.read:,}"
    yield f"rejected: {sum(rows.rejected.values()):,}"
    yield from _count_lines(rows.rejected)
    for what, titles in (("mapped", survey.mapped), ("left", survey.unmapped)):
        yield f"titles {what}: {len(titles):,}, with {pluralize(sum(titles.values()), 'row')}"
    yield "most frequent unmapped titles:"
    yield from _count_lines(dict(list(survey.unmapped.items())[:_SHOWN_TITLES]))
    yield f"valid rows in no group: {sum(rows.left.values()):,}"
    yield from _count_lines(rows.left)
    yield f"rows used in groups: {rows.used:,}"
    yield f"groups: {len(survey.groups):,}, from {pluralize(distinct, 'distinct report')}"
    yield f"rows that match another row except for the pay: {survey.paired}%"
    yield f"exchange rates to US dollars: {len(survey.rates)}"


def _explain_no_groups(error: "NoGroupsFound") -> str:
    """Return the second half of a sentence: why a file has no usable group of pay reports."""
    from bot.formatting import pluralize

    counts = f"{pluralize(error.read, 'row')}, {error.sound:,} valid"
    common = error.rejected.most_common(_SHOWN_FAULTS)
    faults = "; ".join(f"{pluralize(number, 'row')}: {fault}" for fault, number in common)
    return f"has no usable group of reports ({counts}). {faults}".rstrip()


def _count_lines(counts: Mapping[str, int]) -> Iterator[str]:
    for name, number in counts.items():
        yield f"  {number:>7,}  {name}"


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Scaffold a command called NAME, with its first example."""
    try:
        path = write_command(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"Wrote {path}.\nTry it: crossroads ask {name}\nThen run: make goldens docs check")


def write_command(name: str, folder: Path = _COMMANDS) -> Path:
    """Write the file of a new command called *name* into *folder*, and return its path.

    Raise ValueError if the name isn't valid for a command, or is taken.
    """
    import bot.commands
    from bot.registry import discover_commands

    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
        raise ValueError(f"'{name}' must be at most 32 lowercase letters, digits and hyphens")
    function = name.replace("-", "_")
    path = folder / f"{function}.py"
    if path.exists():
        raise ValueError(f"{path.name} already exists")
    if keyword.iskeyword(function) or (folder / function).exists():
        raise ValueError(f"a module can't be called '{function}': choose another name")
    for each in discover_commands(bot.commands).values():
        if name in (each.name, *each.aliases):
            raise ValueError(f"the command {each.name} already has the name '{name}'")
    path.write_text(_TEMPLATE.format(name=name, function=function), encoding="utf-8")
    return path
