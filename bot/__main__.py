"""The command line, and the one place where the parts are put together."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from bot.app import App
    from bot.reply import Outcome
    from bot.settings import Settings
    from storage import Store

T = TypeVar("T")

# Imports stand in the functions that need them: `crossroads --help` answers at once, and a
# command pays only for what it uses.
# ruff: noqa: PLC0415

REFUSED, OUTAGE, CONFIGURATION = 1, 69, 78  # sysexits.h where it has a code


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crossroads")
@click.pass_context
def cli(context: click.Context) -> None:
    """Answer what it pays, takes and means to be an AI Engineer or an ML Engineer."""
    if context.invoked_subcommand is None:
        context.invoke(chat)


@cli.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Start the bot; without a platform's token that is the chat in this terminal."""
    context.invoke(chat)


@cli.command()
def chat() -> None:
    """Chat in this terminal, or answer each line of a pipe."""
    from adapters import terminal

    settings = _settings()
    app = _app(settings)
    with _quiet_pipe():
        asyncio.run(_closing(app, terminal.chat(app, settings.data_dir / "terminal-history")))


@cli.command()
@click.argument("line", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the platform-neutral reply as JSON.")
def ask(line: tuple[str, ...], *, as_json: bool) -> None:
    """Answer one LINE, such as: crossroads ask "salary ml senior"."""
    from adapters import terminal
    from bot.reply import Outcome

    typed = " ".join(line)
    if not typed.strip():
        raise click.UsageError('There is nothing to answer. Try: crossroads ask "compare ai ml"')
    app = _app(_settings())
    with _quiet_pipe():
        if as_json:
            outcome = asyncio.run(_closing(app, _ask_json(app, typed)))
        else:
            outcome = asyncio.run(_closing(app, terminal.ask(app, typed, sys.stdout)))
    sys.exit({Outcome.DONE: 0, Outcome.OUTAGE: OUTAGE}.get(outcome, REFUSED))


@cli.group()
def content() -> None:
    """Look after the content."""


@content.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check the content, with the overlay in FOLDER (default: CROSSROADS_CONTENT_DIR) over it.

    Every fault is listed with its file, line, field, what is wrong and what would be right.
    """
    from bot.check import faults
    from content import ContentError, load

    try:
        loaded = load(folder or _settings().content_dir)
    except ContentError as error:
        found = list(map(str, error.faults))
    else:
        found = faults(loaded)
    for fault in found:
        click.echo(fault)
    if found:
        click.echo(f"{len(found)} fault{'s' * (len(found) > 1)}", err=True)
        sys.exit(REFUSED)
    click.echo(f"no faults in {loaded.size()} entries")


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """Scaffold a command called NAME, with its first example."""
    from bot.scaffold import scaffold

    try:
        path = scaffold(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(
        f"Wrote {path}.\nTry it: crossroads ask {name}\nThen run: make goldens && make check"
    )


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        for detail in error.errors():
            # what was set is not shown: it may hold a password
            says = detail["msg"].removeprefix("Value error, ")
            click.echo(f"{detail['loc'][0]}: {says}", err=True)
        _stop("Mend the settings above, in the environment or in .env.")


def _app(settings: "Settings") -> "App":
    from bot import log
    from bot.app import App
    from content import ContentError, load

    log.configure(settings.log_format)

    async def open_store() -> "Store":
        from storage import Store

        return await Store.open(settings.database())

    try:
        loaded = load(settings.content_dir)
        return App(loaded, open_store=open_store, keep_days=settings.keep_days)
    except ContentError as error:
        click.echo(str(error), err=True)
        _stop("Mend the content above; `crossroads content check` lists it again.")


def _stop(says: str) -> NoReturn:
    click.echo(says, err=True)
    sys.exit(CONFIGURATION)


async def _closing(app: "App", work: Awaitable[T]) -> T:
    """Do *work* with *app*, and close what it opened whatever happens."""
    try:
        return await work
    finally:
        await app.close()


async def _ask_json(app: "App", line: str) -> "Outcome":
    from adapters.terminal.client import ME
    from bot.reply import as_json

    reply = await app.typed(line, ME)
    click.echo(json.dumps(as_json(reply), ensure_ascii=False, indent=2))
    return reply.outcome


@contextmanager
def _quiet_pipe() -> Iterator[None]:
    """Leave quietly when whoever reads our output has gone (`| head`), or on Ctrl-C."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # text streams here
    cli(prog_name="crossroads")


if __name__ == "__main__":
    main()
