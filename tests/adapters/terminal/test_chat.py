"""The chat on a real pseudo-terminal, as a user sees it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_READY = "\x1b[?2004h"  # the editor asks for bracketed paste when it starts to read a line
CONTROL_C, CONTROL_D, TAB, ENTER, UP = "\x03", "\x04", "\t", "\r", "\x1b[A"


class Terminal:
    """A screen that records all output."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._ours, theirs = pty.openpty()
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "PYTHONPATH": str(ROOT),
            "CROSSROADS_DATA_DIR": str(folder),
            **settings,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        os.close(theirs)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def until_prompt(self) -> str:
        """Read until the prompt for a line appears; return the output up to it."""
        return self.until(_READY)

    def until(self, sign: str) -> str:
        fresh, end = "", time.monotonic() + 20
        while sign not in fresh:
            assert time.monotonic() < end, f"no {sign!r} in {fresh!r}"
            if select.select([self._ours], [], [], 0.2)[0]:
                fresh += os.read(self._ours, 65536).decode("utf-8", "replace")
        return fresh

    def answer(self, line: str) -> str:
        self.type(line + ENTER)
        return plain(self.until_prompt())

    def leave(self) -> int:
        self.type(CONTROL_D)
        return self.process.wait(20)

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


def plain(text: str) -> str:
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>78])", "", text)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with closing(Terminal(tmp_path)) as opened:
        yield opened


def test_a_talk_with_numbers_completion_and_history(terminal: Terminal, tmp_path: Path) -> None:
    assert "\x1b[1m" in terminal.until_prompt()
    terminal.type("sala" + TAB)
    terminal.until("ry")
    assert "$180K–$240K" in terminal.answer(" ml senior")
    assert "█" in terminal.answer("1")  # the chart
    terminal.type("half a line" + CONTROL_C)
    terminal.until_prompt()
    assert "$180K–$240K" in terminal.answer(UP + UP)
    assert terminal.leave() == 0
    history = tmp_path / "terminal-history"
    assert "salary ml senior" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


def test_an_own_answer_is_found_by_other_words(terminal: Terminal) -> None:
    terminal.until_prompt()
    line = 'answers add "Where can I post job ads?" text:"In the jobs channel."'
    assert "On Discord:" not in terminal.answer(line)
    previewed = terminal.answer("answers preview 1")
    for shown in ("### In the jobs channel.", "*In the jobs channel.*"):
        assert shown in previewed
    assert "In the jobs channel." in terminal.answer("which channel is for job postings")
    assert terminal.leave() == 0


def test_no_colour_where_it_is_not_wanted(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path, NO_COLOR="1")) as terminal:
        shown = terminal.until_prompt()
        terminal.type("help" + ENTER)
        shown += terminal.until_prompt()
        assert "compare: Compare two roles" in shown
        assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown)
        assert terminal.leave() == 0


def test_a_chat_without_a_place_for_its_history_talks_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with closing(Terminal(tmp_path, CROSSROADS_DATA_DIR=str(blocked / "below"))) as terminal:
        terminal.until_prompt()
        assert "aggregator" in terminal.answer("sources")
        assert terminal.leave() == 0


def test_a_quiz_waits_for_enter_and_goes_on_after_leaving(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path)) as terminal:
        terminal.until_prompt()
        assert "0 of 14 done" in terminal.answer("quiz which-path")
        assert "1 of 14 done" in terminal.answer("1")
        assert "of 14 done" not in terminal.answer("5 years").partition("Pick a number")[0]
        assert "2 of 14 done" in terminal.answer("2")
        assert "3 of 14 done" in terminal.answer("1")
        assert terminal.leave() == 0
    with closing(Terminal(tmp_path)) as terminal:
        terminal.until_prompt()
        assert "3 of 14 done" in terminal.answer("quiz")
        assert terminal.leave() == 0


def test_every_answer_is_as_wide_as_the_window_is_then(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path, COLUMNS="")) as terminal:
        terminal.until_prompt()
        for columns in (100, 50, 70):
            terminal.resize(columns)
            _, *lines = terminal.answer("sources method").split("\r\n")
            assert columns - 15 <= max(len(line.rstrip()) for line in lines) <= columns
        assert terminal.leave() == 0


def test_control_c_twice_leaves_and_once_drops_the_line(terminal: Terminal) -> None:
    terminal.until_prompt()
    terminal.type("half a line" + CONTROL_C)
    assert "Press Ctrl-C again to leave." in terminal.until_prompt()
    assert "aggregator" in terminal.answer("sources")
    terminal.type(CONTROL_C)
    terminal.until_prompt()
    terminal.type(CONTROL_C)
    assert terminal.process.wait(20) == 0


@pytest.mark.parametrize("between", ["x", "x\x7f", UP])
def test_any_key_between_two_control_c_keeps_the_chat_open(
    terminal: Terminal, between: str
) -> None:
    terminal.until_prompt()
    terminal.type(CONTROL_C)
    terminal.until_prompt()
    terminal.type(between + CONTROL_C)
    assert "Press Ctrl-C again to leave." in terminal.until_prompt()
    terminal.type(CONTROL_C)
    assert terminal.process.wait(20) == 0
