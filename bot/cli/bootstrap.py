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

_CONFIGURATION = 78  # of sysexits.h


def settings() -> "Settings":
    """Return the settings; exit if one is invalid."""
    from pydantic import ValidationError

    from bot.ops.settings import ENV, read
    from content import UnreadableFileError

    try:
        return read(ENV)
    except UnreadableFileError as error:
        at = f"{ENV}:{error.line}" if error.line else str(ENV)
        stop(f"{at}: {error}.")
    except ValidationError as error:
        for detail in error.errors():
            # The value isn't shown: it may be a password.
            says = detail["msg"].removeprefix("Value error, ")
            click.echo(": ".join([*map(str, detail["loc"][:1]), says]), err=True)
        stop("Fix the settings above, in the environment or in .env.")


def app(settings: "Settings", *, quiet: bool = True) -> "App":
    """Create the App, which opens its database on first use; exit if the content is invalid.

    Log every answer and every warning about the content unless *quiet*.
    """
    import structlog

    from bot.ops import logging as log
    from content import ContentError

    log.configure(settings.log_format, quiet=quiet)
    try:
        content, warnings = _content(settings.content_dir)
        for fault in () if quiet else warnings:
            structlog.get_logger("crossroads").warning("content", says=str(fault))
        return made(settings, content)
    except ContentError as error:
        click.echo(str(error), err=True)
        stop("Fix the content above; `crossroads content check` lists it again.")


def _content(overlay: "Path | None") -> "tuple[Content, Sequence[Diagnostic]]":
    """Load the content and its warnings; raise ContentError. CI has checked the shipped content."""
    from bot.ops.content_lint import checked
    from content import load

    if overlay is None:
        return load(), ()
    found = checked(overlay)
    return found.content, found.warnings


def made(settings: "Settings", content: "Content") -> "App":
    """Create an App that serves *content*."""
    from bot.app import App
    from bot.ops import doctor

    async def open_store() -> "Store":
        from storage import Store

        return await Store.open(settings.database())

    app = App(content, open_store=open_store, keep_days=settings.keep_days)
    app.health.more.update(doctor.machine(settings))
    return app


def sound(settings: "Settings") -> "App | None":
    """Create the App, or return None if the content is invalid; the doctor reports that itself."""
    from content import ContentError

    try:
        return made(settings, _content(settings.content_dir)[0])
    except ContentError:
        return None


async def closing(app: "App", work: Awaitable[T]) -> T:
    """Await *work*, then close *app*, even after an error."""
    try:
        return await work
    finally:
        await app.close()


@contextmanager
def alone_on(address: str) -> Iterator[None]:
    """Exit if another bot uses the same SQLite file: both would post the same tips.

    If the disk doesn't allow the lock, `opened` reports the disk's problem.
    """
    from storage import AlreadyRunning, StoreUnavailable, claim, release

    held: int | None = None
    try:
        held = claim(address, f"process {os.getpid()} on {socket.gethostname()}")
    except AlreadyRunning as error:
        stop(error.message)
    except StoreUnavailable:
        pass
    try:
        yield
    finally:
        if held is not None:
            release(held)


async def opened(app: "App") -> None:
    """Open the database, so that an admin learns of its problems at the start."""
    from bot.errors import Outage
    from storage import SchemaTooNew, StoreUnavailable

    try:
        await app.store()
    except SchemaTooNew as error:
        stop(error.message)
    except (StoreUnavailable, Outage) as error:  # answers that need no storage still work
        app.report_outage(error)


def loading() -> None:
    """Disable garbage collection until `settled`: what start-up loads is never garbage.

    Short commands never reach that, and take a sixth less time.
    """
    gc.disable()


def settled() -> None:
    """Exclude everything loaded so far from garbage collection, and enable it.

    Otherwise each full collection would delay answers by a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


async def together(works: Iterable[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run all *works*; when the first ends, set *stop* and wait for the others.

    Raises the first error, if there is one.
    """
    tasks = [asyncio.create_task(each) for each in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def stop(says: str) -> NoReturn:
    """Exit with a message about what an admin must fix."""
    click.echo(says, err=True)
    sys.exit(_CONFIGURATION)


@contextmanager
def interruptible() -> Iterator[None]:
    """Exit without a traceback on Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
