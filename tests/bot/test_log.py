"""What the log says of a bug: where it happened, never what anybody typed."""

import pytest
import structlog

from bot import log


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_holds_no_values(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    log.configure(form)  # type: ignore[arg-type]  # parametrised
    try:
        typed = "my secret " + "words"
        try:
            len(typed) / 0  # it is here to fail
        except ZeroDivisionError:
            structlog.get_logger().exception("bug", incident="1234")
    finally:
        structlog.configure(**before)
    written = capsys.readouterr().err
    assert "ZeroDivisionError" in written
    assert "test_log.py" in written
    assert "my secret words" not in written
