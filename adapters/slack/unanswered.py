"""Questions that were acknowledged before their answer was there, for the case of a sudden end.

Each stands in a file of its own until it is answered. The files of a process that is no more are
found at the next start, and whoever asked is told. A lock that the system releases with the
process tells which these are.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from adapters.press import Press, decode, encode
from adapters.slack.inline import Json
from adapters.slack.limits import VALUE
from adapters.slack.places import reach
from adapters.slack.render import render
from adapters.slack.trouble import Expired, NotSent, Rejected
from adapters.slack.web import Web
from bot.call import Call
from bot.reply import Choice, Choices, Outcome, Paragraph, Reply

log = structlog.get_logger("crossroads.slack")

_RESTARTED = "The bot was restarted before it could answer you. Nothing that was kept is lost."
_FOLDER, _LOCK = "slack-unanswered", "lock"


@dataclass(slots=True)
class Unanswered:
    """The notes of this process, in a folder of its own below *folder*; without one, none."""

    folder: Path | None
    _lock: IO[str] | None = None
    _own: Path | None = None

    def note(self, address: Json, press: Press | None, community: str) -> str:
        """Write down that an answer is owed; give a name under which it is crossed out.

        The name is empty where nothing can be written. What is written outlives the process, not
        the machine: it does not wait for the disk.
        """
        name = secrets.token_hex(8)
        code = encode(press, VALUE) if press else None
        said = {"address": address, "press": code, "community": community}
        try:
            with open(self._opened() / name, "x", encoding="utf-8", opener=_for_us) as file:
                file.write(json.dumps(said))
        except OSError:
            return ""
        return name

    def answered(self, name: str) -> None:
        """Cross out what *note* wrote."""
        if self._own is not None and name:
            (self._own / name).unlink(missing_ok=True)

    def left(self) -> Iterator[Any]:
        """Give, and forget, what processes that are no more have left unanswered."""
        root = self.folder / _FOLDER if self.folder else None
        if root is None or not root.is_dir():
            return
        for folder in root.iterdir():
            if folder != self._own and not _is_held(folder / _LOCK):
                yield from _read(folder)

    def close(self) -> None:
        """Let go of the notes; what is still owed stands in them for the next start."""
        if self._lock is not None and self._own is not None:
            self._lock.close()
            if not any(each.name != _LOCK for each in self._own.iterdir()):
                _remove(self._own)
            self._lock = self._own = None

    def _opened(self) -> Path:
        if self.folder is None:
            raise OSError
        if self._own is None:
            own = self.folder / _FOLDER / secrets.token_hex(8)
            own.mkdir(parents=True, mode=0o700)
            self._lock = (own / _LOCK).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._own = own
        return self._own


async def make_up(unanswered: Unanswered, web_of: Callable[[str], Awaitable[Web | None]]) -> None:
    """Tell those whom an earlier process left without an answer; *web_of* is a community's."""
    for note in unanswered.left():
        try:
            web = await web_of(str(note.get("community", "")))
            if web is None:
                continue
            press = decode(note["press"]) if note["press"] else None
            again = Choice("ask again", press.call) if press else Choice("help", Call("help"))
            reply = Reply((Paragraph(_RESTARTED), Choices((again,))), Outcome.OUTAGE)
            await reach(web, note["address"], render(reply).messages[0])
        except (Expired, NotSent, Rejected, LookupError, TypeError) as trouble:
            log.warning("not made up for", detail=str(trouble))


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r+") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by a process that is alive, or just being made
        return True
    return False


def _read(folder: Path) -> Iterator[Any]:
    for path in folder.iterdir():
        if path.name != _LOCK:
            try:
                yield json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
    _remove(folder)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()
