"""Line editing in a terminal, with completion and history."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.app import App
from bot.command import Command
from bot.language.name_index import normalize

_PLATFORM = "terminal"


async def read_lines(app: App, history: Path, prompt: str) -> AsyncIterator[str]:
    """Yield typed lines until Ctrl-D or Ctrl-C twice in a row; one Ctrl-C discards the line.

    *history* is the file that stores the lines for the next chat.
    """
    session: PromptSession[str] = PromptSession(
        history=_open_history(history), completer=CommandCompleter(app), complete_while_typing=False
    )
    keys = 0

    def count(_: object) -> None:
        nonlocal keys
        keys += 1

    session.app.key_processor.before_key_press += count
    interrupted = False
    while True:
        keys = 0
        try:
            line = await session.prompt_async(prompt)
        except KeyboardInterrupt:
            if interrupted and keys == 1:  # no other key since the last Ctrl-C
                return
            interrupted = True
            print_formatted_text("Press Ctrl-C again to leave.")
        except EOFError:
            return
        else:
            interrupted = False
            yield line


def _open_history(path: Path) -> History:
    """Return the history stored in *path*, or one in memory if *path* can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path)) if path.is_file() else InMemoryHistory()


class CommandCompleter(Completer):
    """Completes a group or a command, then the names and values of its arguments."""

    def __init__(self, app: App) -> None:
        self._app = app

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield completions for the word before the cursor."""
        del complete_event  # the completions are the same with and without Tab
        before, _, last = document.text_before_cursor.lstrip().rpartition(" ")
        start = last.rpartition(":")[2] if before else last.lstrip("/")
        wanted = normalize(start)
        for word, meaning in self._words(before.lstrip("/"), last):
            if normalize(word).startswith(wanted):
                yield Completion(word, start_position=-len(start), display_meta=meaning)

    def _words(self, before: str, last: str) -> Iterator[tuple[str, str]]:
        """Yield each word that can follow *before*, and what it means."""
        commands = self._app.visible_on(_PLATFORM)
        if not before:
            groups = {each.group.name: each.group.summary for each in commands if each.group}
            single = {each.name: each.summary for each in commands if not each.group}
            yield from sorted((single | groups).items())
            return
        for each in commands:
            if each.group and each.group.name == before.strip().casefold():
                yield each.local_name, each.summary
        command = self._app.find_command(before)
        if command is not None:
            yield from self._argument_words(command, last)

    def _argument_words(self, command: Command, last: str) -> Iterator[tuple[str, str]]:
        key, keyed, _ = last.partition(":")
        offered: set[str] = set()
        for name, arg in command.args.items():
            if arg.names is not None and (not keyed or key == name):
                for each in self._app.name_registry.index_for(arg.names).entries:
                    if each.id not in offered:
                        yield each.id, f"{name}: {each.label}"
                    offered.add(each.id)
        if not keyed:
            yield from ((f"{name}:", arg.description) for name, arg in command.args.items())
