"""The settings and the App, put together; what an admin has to mend ends the process."""

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
    from content import Content, Fault
    from storage import Store

T = TypeVar("T")

# Imports stand in the functions that need them, as in bot/__main__.py.
# ruff: noqa: PLC0415

_CONFIGURATION = 78  # of sysexits.h


def settings() -> "Settings":
    """Read the settings."""
    from pydantic import ValidationError

    from bot.ops.settings import ENV, read
    from content import Unreadable

    try:
        return read(ENV)
    except Unreadable as error:
        at = f"{ENV}:{error.line}" if error.line else str(ENV)
        stop(f"{at}: {error}.")
    except ValidationError as error:
        for detail in error.errors():
            # what was set is not shown: it may hold a password
            says = detail["msg"].removeprefix("Value error, ")
            click.echo(": ".join([*map(str, detail["loc"][:1]), says]), err=True)
        stop("Fix the settings above, in the environment or in .env.")


def app(settings: "Settings", *, quiet: bool = True) -> "App":
    """Make the App; its database is opened when it is first needed.

    A line is logged for each answer, and each warning about the content, unless *quiet*.
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


def _content(overlay: "Path | None") -> "tuple[Content, Sequence[Fault]]":
    """Load the content and its warnings; raise ContentError. Shipped content is already checked."""
    from bot.ops.content_lint import checked
    from content import load

    if overlay is None:
        return load(), ()
    found = checked(overlay)
    return found.content, found.warnings


def made(settings: "Settings", content: "Content") -> "App":
    """Make the App over *content*."""
    from bot.app import App
    from bot.ops import doctor

    async def open_store() -> "Store":
        from storage import Store

        return await Store.open(settings.database())

    app = App(content, open_store=open_store, keep_days=settings.keep_days)
    app.health.more.update(doctor.machine(settings))
    return app


def sound(settings: "Settings") -> "App | None":
    """Make the App, None where its content is broken: the doctor has a finding for that."""
    from content import ContentError

    try:
        return made(settings, _content(settings.content_dir)[0])
    except ContentError:
        return None


async def closing(app: "App", work: Awaitable[T]) -> T:
    """Do *work* with *app*, and close what it opened whatever happens."""
    try:
        return await work
    finally:
        await app.close()


@contextmanager
def alone_on(address: str) -> Iterator[None]:
    """Keep a second bot off a SQLite file, where it could post tips twice; end its process.

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
    """Open the database now, so that an admin is told at the start what is wrong with it."""
    from bot.errors import Outage
    from storage import SchemaTooNew, StoreUnavailable

    try:
        await app.store()
    except SchemaTooNew as error:
        stop(error.message)
    except (StoreUnavailable, Outage) as error:  # what needs no memory is served all the same
        app.report_outage(error)


def loading() -> None:
    """Leave the garbage collector out until all is `settled`: what is loaded stays to the end.

    A command that ends at once never is: it needs a sixth less time this way.
    """
    gc.disable()


def settled() -> None:
    """Take what is loaded by now out of the garbage collector's way, and let it work.

    To look through all that again and again held up answers for a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


async def together(works: Iterable[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Do all *works*; what ends one of them sets *stop*, and is raised when all have ended."""
    tasks = [asyncio.create_task(each) for each in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def stop(says: str) -> NoReturn:
    """End the process, and say what has to be mended."""
    click.echo(says, err=True)
    sys.exit(_CONFIGURATION)


@contextmanager
def interruptible() -> Iterator[None]:
    """Exit without a traceback on Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
