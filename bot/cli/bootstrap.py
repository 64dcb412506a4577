"""Start-up steps of the commands; they exit with a message if an admin must fix something."""

import asyncio
import gc
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
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

_EX_CONFIG = 78  # exit code from sysexits.h


def load_settings() -> "Settings":
    """Return the settings; exit with a message if one is invalid."""
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
            # The value isn't shown, because it may be a password.
            says = detail["msg"].removeprefix("Value error, ")
            click.echo(": ".join([*map(str, detail["loc"][:1]), says]), err=True)
        exit_misconfigured("Fix the settings above, in the environment or in .env.")


def create_app(settings: "Settings", *, quiet: bool = True, **parts: Any) -> "App":
    """Configure logging and create the App; exit with a message if the content is invalid.

    The App opens its database on first use. Unless *quiet*, every answer and every warning about
    the content is logged. *parts* are further parts of the App, such as its previews.
    """
    import structlog

    from bot.ops import logging
    from content import ContentError

    logging.configure(settings.log_format, quiet=quiet)
    try:
        content, warnings = load_content(settings.content_dir)
        for fault in () if quiet else warnings:
            structlog.get_logger("crossroads").warning("content", says=str(fault))
        return build_app(settings, content, quiet=quiet, **parts)
    except ContentError as error:
        click.echo(str(error), err=True)
        exit_misconfigured(
            "Fix the content above, then run `crossroads content check` to see what's left."
        )


def load_content(overlay: "Path | None") -> "tuple[Content, Sequence[Diagnostic]]":
    """Return the content and the warnings about it; raise ContentError if the content is invalid.

    Without *overlay* the content isn't checked, because CI has checked the shipped content.
    """
    if overlay is None:
        from content import load

        return load(), ()
    from bot.ops.content_lint import load_checked

    found = load_checked(overlay)
    return found.content, found.warnings


def build_app(
    settings: "Settings",
    content: "Content",
    *,
    quiet: bool = False,
    open_store: "Callable[[], Awaitable[Store]] | None" = None,
    **parts: Any,
) -> "App":
    """Create an App that serves *content*, and that records no answers if *quiet*.

    It opens the database of *settings*, unless *open_store* is given. *parts* are further parts of
    the App, such as its clock.
    """
    from bot.app import App, Operator
    from bot.ops import doctor

    async def open_own_store() -> "Store":
        from storage import Store

        return await Store.open(settings.database_address())

    app = App(
        content,
        open_store=open_store or open_own_store,
        keep_days=settings.keep_days,
        operator=Operator(settings.contact, settings.privacy_url),
        record_answers=not quiet,
        **parts,
    )
    app.health.diagnostic_checks.update(doctor.machine_checks(settings))
    return app


def build_app_if_valid(settings: "Settings") -> "App | None":
    """Return a new App, or None if the content is invalid (the doctor reports that anyway)."""
    from content import ContentError

    try:
        return build_app(settings, load_content(settings.content_dir)[0])
    except ContentError:
        return None


def run_and_close(app: "App", work: Awaitable[T]) -> T:
    """Run *work* in an event loop and return its result; close *app* even after an error."""

    async def run() -> T:
        try:
            return await work
        finally:
            await app.close()

    return asyncio.run(run())


@contextmanager
def single_instance(address: str) -> Iterator[None]:
    """Lock the SQLite file at *address* during the block; exit if another bot has locked it.

    Two bots on the same file would post the same tips. If the disk doesn't allow locks, the block
    runs without one, and `open_database` reports the disk's problem.
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
    """Open the database now, so that an admin sees its problems at the start.

    Exit if a newer version of the bot has written it; log other problems.
    """
    from bot.errors import Outage
    from storage import SchemaTooNew, StoreUnavailable

    try:
        await app.store()
    except SchemaTooNew as error:
        exit_misconfigured(error.message)
    except (StoreUnavailable, Outage) as error:  # answers that need no storage still work
        app.report_outage(error)


def import_structlog() -> None:
    """Import structlog as if rich weren't installed.

    It would import rich's tracebacks, which our log lines don't use: 75 ms and 3 MiB.
    """
    if "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # documented: importing it now fails
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]


@contextmanager
def start_without_gc() -> Iterator[None]:
    """Disable garbage collection until `freeze_gc`, because all that start-up loads stays in use.

    Short commands never call `freeze_gc`. All objects that exist at the end of the block are
    excluded from the collection with which Python ends, which would take a fifth of their time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()


def freeze_gc() -> None:
    """Exclude all objects that exist now from garbage collection, then enable the collector.

    Otherwise each full collection would delay answers by a tenth of a second. No collection comes
    first, because start-up leaves next to no garbage.
    """
    gc.freeze()
    gc.enable()


async def run_together(services: Iterable[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run *services* until the first ends, then set *stop* and wait for the others.

    Raise the error of a service that failed, if there is one.
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
    """Print a message about a problem that an admin must fix, and exit with code 78."""
    click.echo(message, err=True)
    sys.exit(_EX_CONFIG)


@contextmanager
def exit_on_interrupt() -> Iterator[None]:
    """Exit with code 130, without a traceback, if Ctrl-C is pressed during the block."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
