"""Checks that fail, hang or warn."""

import asyncio

import pytest
from bot_monitoring import logging_json

from bot.ops.health import Finding, State, broken, ok, run_checks, warning, worst_state


async def well() -> Finding:
    return ok("fine")


async def fails() -> Finding:
    raise ValueError("a secret value")


async def hangs() -> Finding:
    await asyncio.Event().wait()
    return ok("never")


async def test_a_check_that_fails_or_hangs_is_a_finding_and_spoils_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_json():
        found = await run_checks({"well": well, "fails": fails, "hangs": hangs}, 0.05)
    assert found["well"] == ok("fine")
    assert found["fails"].state is State.BROKEN
    assert "ValueError" in found["fails"].message
    assert "secret" not in found["fails"].message
    assert "no answer within" in found["hangs"].message
    assert '"check": "fails"' in capsys.readouterr().err


def test_the_worst_counts() -> None:
    low, high = warning("so so", "look"), broken("down", "mend")
    assert worst_state([]) is State.OK
    assert worst_state([ok("fine")]) is State.OK
    assert worst_state([ok("fine"), low]) is State.WARNING
    assert worst_state([low, high, ok("fine")]) is State.BROKEN
