"""Questions that were acknowledged before their answer was there, for the case of a sudden end.

Each process has a journal of its own: a line for each question, and one that crosses it out when
it is answered. A line outlives the process as soon as it is written, though not the machine: nobody
waits for the disk here. The journals of processes that are no more are found at the next start,
and whoever asked is told. A lock that the system releases with the process tells which these are;
where the system has none, nothing is noted.
"""

import json
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from itertools import count
from pathlib import Path
from typing import Any

import structlog

from adapters.shared.action_codec import Click, decode, encode
from adapters.slack.api_client import Web
from adapters.slack.api_errors import Expired, NotSent, Rejected
from adapters.slack.rendering.limits import VALUE
from adapters.slack.rendering.render import render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.reply_targets import reach
from bot.call import Call
from bot.reply import Action, Actions, Outcome, Paragraph, Reply

try:
    import fcntl
except ImportError:  # Windows has no such lock, so a process can't see whether another one lives
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger("crossroads.slack")

_RESTARTED = "The bot was restarted before it could answer you. Nothing that was kept is lost."
_FOLDER, _JOURNAL, _NEW = "slack-unanswered", ".jsonl", ".new"
_LONG = 1 << 20  # bytes of a journal that is begun anew when nothing is owed


@dataclass(slots=True)
class Unanswered:
    """The journal of this process, in *folder*; without one, none."""

    folder: Path | None
    _journal: FileIO | None = None
    _path: Path = Path()
    _names: Iterator[int] = field(default_factory=count)
    _owed: set[str] = field(default_factory=set)

    def note(self, address: Json, press: Click | None, community: str) -> str:
        """Write down that an answer is owed; give a name under which it is crossed out.

        The name is empty where nothing can be written.
        """
        name, code = str(next(self._names)), encode(press, VALUE) if press else None
        said = {"owed": name, "address": address, "press": code, "community": community}
        try:
            _write(self._opened(), said)
        except OSError:
            return ""
        self._owed.add(name)
        return name

    def answered(self, name: str) -> None:
        """Cross out what *note* wrote."""
        if self._journal is None or not name:
            return
        self._owed.discard(name)
        with suppress(OSError):  # then somebody is told of an answer that they have
            _write(self._journal, {"answered": name})
            if not self._owed and self._journal.tell() > _LONG:
                self._journal.truncate(0)

    def left(self) -> Iterator[Any]:
        """Give, and forget, what processes that are no more have left unanswered."""
        root = self.folder / _FOLDER if self.folder and fcntl else None
        for path in root.glob(f"*{_JOURNAL}") if root else ():
            with suppress(OSError), path.open("rb+") as journal:  # another instance was faster
                fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield from owed(journal.read())
                journal.truncate(0)  # for whoever has opened it meanwhile
                path.unlink()

    def close(self) -> None:
        """Let go of the journal; what is still owed stands in it for the next start."""
        if self._journal is not None:
            if not self._owed:
                self._path.unlink(missing_ok=True)
            self._journal.close()
            self._journal = None

    def _opened(self) -> FileIO:
        """Give the journal, which is found by others only once it has its lock."""
        if self._journal is None:
            if self.folder is None or not fcntl:
                raise OSError
            root, name = self.folder / _FOLDER, secrets.token_hex(8)
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            new, self._path = root / f"{name}{_NEW}", root / f"{name}{_JOURNAL}"
            journal = FileIO(new, "x", opener=_for_us)
            fcntl.flock(journal, fcntl.LOCK_EX)
            self._journal = journal
            new.rename(self._path)
        return self._journal


def owed(journal: bytes) -> list[Any]:
    """Read what is noted and not crossed out; what a full disk has cut off is left out."""
    notes: dict[str, Any] = {}
    for line in journal.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if "owed" in said:
            notes[said["owed"]] = said
        else:
            notes.pop(said["answered"], None)
    return list(notes.values())


async def make_up(unanswered: Unanswered, web_of: Callable[[str], Awaitable[Web | None]]) -> None:
    """Tell those whom an earlier process left without an answer; *web_of* is a community's."""
    for note in unanswered.left():
        try:
            web = await web_of(str(note.get("community", "")))
            if web is None:
                continue
            press = decode(note["press"]) if note["press"] else None
            again = Action("ask again", press.call) if press else Action("help", Call("help"))
            reply = Reply((Paragraph(_RESTARTED), Actions((again,))), Outcome.OUTAGE)
            await reach(web, note["address"], render(reply).messages[0])
        except (Expired, NotSent, Rejected, LookupError, TypeError) as trouble:
            log.warning("not made up for", detail=str(trouble))


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_APPEND, mode=0o600)


def _write(journal: FileIO, said: Json) -> None:
    """Write a line; it begins with the break, so that one that was cut off spoils no other."""
    line = f"\n{json.dumps(said)}".encode()
    if journal.write(line) != len(line):
        raise OSError
