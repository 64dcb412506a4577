"""Create the App from the settings; exit with a message if an admin must fix something."""

import asyncio
import gc
import os
import socket
import sys
from collections.abc import Awaitable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App
    from bot.ops.settings import Settings
    from content import Content, Diagnostic
    from storage import Store

T = TypeVar("T")

# Imports are in the functions that need them, as in bot/cli/main.py.
# ruff: noqa: PLC0415

_EX_CONFIG = 78  # of sysexits.h


def load_settings() -> "Settings":
    """Return the settings; exit if one is invalid."""
    from pydantic import ValidationError

    from bot.ops.settings import ENV_FILE, read_settings
    from content import UnreadableFileError

    try:
        return read_settings(ENV_FILE)
    except UnreadableFileError as error:
        at = f"{ENV_FILE}:{error.line}" if error.line else str(ENV_FILE)
        exit_misconfigured(f"{at}: {error}.")
    except ValidationError as error:
        for detail in error.errors():
            # The value isn't shown: it may be a password.
            says = detail["msg"].removeprefix("Value error, ")
            click.echo(": ".join([*map(str, detail["loc"][:1]), says]), err=True)
        exit_misconfigured("Fix the settings above, in the environment or in .env.")


def create_app(settings: "Settings", *, quiet: bool = True) -> "App":
    """Create the App, which opens its database on first use; exit if the content is invalid.

    Log every answer and every warning about the content unless *quiet*.
    """
    import structlog

    from bot.ops import logging
    from content import ContentError

    logging.configure(settings.log_format, quiet=quiet)
    try:
        content, warnings = _load_content(settings.content_dir)
        for fault in () if quiet else warnings:
            structlog.get_logger("crossroads").warning("content", says=str(fault))
        return build_app(settings, content)
    except ContentError as error:
        click.echo(str(error), err=True)
        exit_misconfigured("Fix the content above; `crossroads content check` lists it again.")


def _load_content(overlay: "Path | None") -> "tuple[Content, Sequence[Diagnostic]]":
    """Load the content and its warnings; raise ContentError. CI has checked the shipped content."""
    from bot.ops.content_lint import load_checked
    from content import load

    if overlay is None:
        return load(), ()
    found = load_checked(overlay)
    return found.content, found.warnings


def build_app(settings: "Settings", content: "Content") -> "App":
    """Create an App that serves *content*."""
    from bot.app import App
    from bot.ops import doctor

    async def open_store() -> "Store":
        from storage import Store

        return await Store.open(settings.database_address())

    app = App(content, open_store=open_store, keep_days=settings.keep_days)
    app.health.diagnostic_checks.update(doctor.machine_checks(settings))
    return app


def build_app_if_valid(settings: "Settings") -> "App | None":
    """Create the App, or return None if the content is invalid; the doctor reports that itself."""
    from content import ContentError

    try:
        return build_app(settings, _load_content(settings.content_dir)[0])
    except ContentError:
        return None


def run_and_close(app: "App", work: Awaitable[T]) -> T:
    """Run *work* in an event loop, then close *app*, even after an error."""

    async def run() -> T:
        try:
            return await work
        finally:
            await app.close()

    return asyncio.run(run())


@contextmanager
def single_instance(address: str) -> Iterator[None]:
    """Exit if another bot uses the same SQLite file: both would post the same tips.

    If the disk doesn't allow the lock, `open_database` reports the disk's problem.
    """
    from storage import AlreadyRunning, StoreUnavailable, lock_for_bot, release_lock

    held: int | None = None
    try:
        held = lock_for_bot(address, f"process {os.getpid()} on {socket.gethostname()}")
    except AlreadyRunning as error:
        exit_misconfigured(error.message)
    except StoreUnavailable:
        pass
    try:
        yield
    finally:
        if held is not None:
            release_lock(held)


async def open_database(app: "App") -> None:
    """Open the database, so that an admin learns of its problems at the start."""
    from bot.errors import Outage
    from storage import SchemaTooNew, StoreUnavailable

    try:
        await app.store()
    except SchemaTooNew as error:
        exit_misconfigured(error.message)
    except (StoreUnavailable, Outage) as error:  # answers that need no storage still work
        app.report_outage(error)


def disable_gc() -> None:
    """Disable garbage collection until `freeze_gc`: what start-up loads is never garbage.

    Short commands never reach that, and take a sixth less time.
    """
    gc.disable()


def freeze_gc() -> None:
    """Exclude everything loaded so far from garbage collection, and enable it.

    Otherwise each full collection would delay answers by a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


async def run_together(services: Iterable[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run *services*; when the first ends, set *stop* and wait for the others.

    Raises the first error, if there is one.
    """
    tasks = [asyncio.create_task(each) for each in services]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def exit_misconfigured(message: str) -> NoReturn:
    """Exit with a message about what an admin must fix."""
    click.echo(message, err=True)
    sys.exit(_EX_CONFIG)


@contextmanager
def exit_on_interrupt() -> Iterator[None]:
    """Exit without a traceback on Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
