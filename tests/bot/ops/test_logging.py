"""Log lines after a bug: they say where it happened, never what a member typed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from bot.ops import logging as log


@contextmanager
def configured(form: Any) -> Iterator[None]:
    before, handlers = structlog.get_config(), logging.root.handlers
    log.configure(form)
    yield
    structlog.configure(**before)
    logging.root.handlers = handlers


FORMS = pytest.mark.parametrize("form", ["console", "json"])


@FORMS
def test_a_traceback_holds_no_values(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    typed = "my secret " + "words"
    with configured(form):
        try:
            int(typed)  # raises on purpose
        except ValueError:
            structlog.get_logger().exception("bug", incident="1234")
            logging.getLogger("library").exception("broken")
    written = capsys.readouterr().err
    assert written.count("ValueError") >= 2
    assert "test_logging.py" in written
    assert "my secret words" not in written


@FORMS
def test_libraries_are_heard_from_warnings_on(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(form):
        logging.getLogger("library").warning("the disk smokes")
        logging.getLogger("library").info("a body")
        logging.getLogger("library").warning("Guilds intent seems to be disabled. And so on.")
    written = capsys.readouterr().err
    assert "the disk smokes" in written
    assert "a body" not in written
    assert "Guilds" not in written
