"""Journal of requests that were acknowledged before they were answered.

If the process ends before a reply is sent, the next process sends the member a message that the bot
was restarted. Each process has its own file, with a line for each request and another once it is
answered. Lines survive the end of the process but not a crash of the machine, because they aren't
synced to disk. A process locks its file, so a file without a lock belongs to a process that has
ended. Without file locks (Windows), there is no journal.
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

from adapters.shared.action_codec import decode, encode
from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import API_FAILURES
from adapters.slack.rendering.limits import BUTTON_VALUE
from adapters.slack.rendering.render import render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.reply_targets import send_to_address
from bot.call import Call
from bot.presentation import Click, Presentation
from bot.reply import Action, Outcome, Reply

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger("crossroads.slack")

_RESTARTED = "The bot was restarted before it could answer you. No saved data was lost."
_FOLDER, _JOURNAL, _NEW = "slack-unanswered", ".jsonl", ".new"
_TRUNCATE_BYTES = 1 << 20  # from this size on, a journal without open requests is emptied


@dataclass(slots=True)
class AckJournal:
    """The journal of this process, a file below *data_dir*; with None, nothing is recorded."""

    data_dir: Path | None
    _file: FileIO | None = None
    _path: Path = Path()
    _ids: Iterator[int] = field(default_factory=count)
    _pending: set[str] = field(default_factory=set)

    def add(self, address: Json, click: Click | None, community: str) -> str:
        """Record that a reply is due and return the entry's id, or "" if it can't be recorded.

        *address* is where the reply can be sent, and *community* the member's workspace. *click*
        would repeat the request; it is None if the request can't be repeated.
        """
        entry, code = str(next(self._ids)), encode(click, BUTTON_VALUE) if click else None
        line = {"owed": entry, "address": address, "press": code, "community": community}
        try:
            _write(self._open(), line)
        except OSError:
            return ""
        self._pending.add(entry)
        return entry

    def remove(self, entry: str) -> None:
        """Record that the reply was sent; *entry* is the id that `add` returned."""
        if self._file is None or not entry:
            return
        self._pending.discard(entry)
        with suppress(OSError):  # at worst, a member who got the reply is sent a message too
            _write(self._file, {"answered": entry})
            if not self._pending and self._file.tell() > _TRUNCATE_BYTES:
                self._file.truncate(0)

    def take_abandoned(self) -> Iterator[Any]:
        """Yield the unanswered requests of ended processes and delete their journals."""
        root = self.data_dir / _FOLDER if self.data_dir and fcntl else None
        for path in root.glob(f"*{_JOURNAL}") if root else ():
            with suppress(OSError), path.open("rb+") as journal:  # another process has locked it
                fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield from parse_journal(journal.read())
                journal.truncate(0)  # another process may have it open
                path.unlink()

    def close(self) -> None:
        """Close the journal's file, and delete it if no reply is due."""
        if self._file is not None:
            if not self._pending:
                self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def _open(self) -> FileIO:
        """Return the open file of the journal; create the file if necessary.

        The file gets its final name only after it is locked, so that no other process considers it
        abandoned.
        """
        if self._file is None:
            if self.data_dir is None or not fcntl:
                raise OSError
            root, name = self.data_dir / _FOLDER, secrets.token_hex(8)
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            new, self._path = root / f"{name}{_NEW}", root / f"{name}{_JOURNAL}"
            journal = FileIO(new, "x", opener=_open_private)
            fcntl.flock(journal, fcntl.LOCK_EX)
            self._file = journal
            new.rename(self._path)
        return self._file


def parse_journal(journal: bytes) -> list[Any]:
    """Return the requests in *journal* that got no reply; skip lines that were cut off."""
    entries: dict[str, Any] = {}
    for line in journal.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if "owed" in found:
            entries[found["owed"]] = found
        else:
            entries.pop(found["answered"], None)
    return list(entries.values())


async def report_abandoned(
    journal: AckJournal, api_for: Callable[[str], Awaitable[SlackApi | None]]
) -> None:
    """Send a message to members whose requests an earlier process left unanswered.

    *api_for* returns the API client of a workspace, or None if the bot has no access to it.
    """
    for entry in journal.take_abandoned():
        try:
            api = await api_for(str(entry.get("community", "")))
            if api is None:
                continue
            click = decode(entry["press"]) if entry["press"] else None
            again = Action("Ask again", click.call) if click else Action("Help", Call("help"))
            reply = Reply(_RESTARTED, buttons=(again,), outcome=Outcome.OUTAGE)
            shown = Presentation(origin=click.origin if click else None)
            await send_to_address(api, entry["address"], render(reply, shown).messages[0])
        except (*API_FAILURES, LookupError, TypeError) as error:
            log.warning("unanswered question not reported", detail=str(error))


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_APPEND, mode=0o600)


def _write(journal: FileIO, entry: Json) -> None:
    """Append *entry* to *journal* as a line; raise OSError if it can't be written completely.

    The line break comes first, so that a line that was cut off doesn't spoil the next one.
    """
    line = f"\n{json.dumps(entry)}".encode()
    if journal.write(line) != len(line):
        raise OSError
