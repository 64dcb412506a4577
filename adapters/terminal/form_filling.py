"""Forms in a chat: each field is a question, and the next typed line is its answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.app import App
from bot.call import Call
from bot.command import truncate
from bot.forms import Field, FieldKind, Form
from bot.language.name_index import NamedValue, NameIndex
from bot.language.tokens import parse_choice_number
from bot.reply import Node, Paragraph, Prose, Reply

CANCELED = Reply("Canceled. Nothing was changed.")
_CANCEL_WORDS = frozenset({"cancel", "stop"})
_KEEP, _SKIP, _CLEARED = "keep", "skip", "none"
_MAX_LIKELY, _ROW_WIDTH = 12, 72
_MAX_FILE_SIZE = 1_000_000  # bytes


class Problem(Exception):  # its message asks again, it doesn't report a fault
    """A typed line isn't a valid answer; the message says why."""


@dataclass(slots=True)
class FormFilling:
    """A form that is being filled in, and the values that were typed so far."""

    app: App
    form: Form
    _values: dict[str, str] = field(default_factory=dict)
    _at: int = 0
    _is_repeated: bool = False  # whether only one field is asked for again

    @property
    def is_complete(self) -> bool:
        """Whether every field has been answered."""
        return self._at >= len(self.form.fields)

    @property
    def call(self) -> Call:
        """The form's call with the values that were typed so far."""
        return replace(self.form.call, args={**self.form.call.args, **self._values})

    def question(self, problem: Prose = "") -> Reply:
        """Return the question for the next field, below the *problem* with the last answer."""
        asked, count = self.form.fields[self._at], len(self.form.fields)
        step = f" ({self._at + 1} of {count})" if count > 1 else ""
        says = f"{self.form.title}{step}: {asked.label}"
        nodes: list[Node] = [Paragraph(f"{asked.hint}.")]
        if asked.value:
            nodes.append(Paragraph(f"Current value: {self._label(asked)}"))
        choices = self._choices(asked)
        if choices:
            entries = (f"[{number}] {each.label}" for number, each in enumerate(choices, 1))
            nodes.append(Paragraph("\n".join(_fill_rows(entries))))
        nodes.append(Paragraph(" ".join(self._hints(asked))))
        if problem:
            return Reply(problem, (Paragraph(says), *nodes))
        return Reply(says, tuple(nodes))

    def answer(self, text: str) -> None:
        """Store *text* as the value of the field that was asked for, then continue with the next.

        Raise Problem if *text* isn't valid.
        """
        asked = self.form.fields[self._at]
        word = text.casefold()
        if word == _KEEP and asked.value:
            self._values[asked.name] = asked.value
        elif word == _SKIP and self._can_be_empty(asked):
            self._values.pop(asked.name, None)
            if asked.value:
                self._values[asked.name] = _CLEARED
        else:
            self._values[asked.name] = self._parse(asked, text)
        self._at = len(self.form.fields) if self._is_repeated else self._at + 1

    def ask_again(self, argument: str) -> None:
        """Ask for *argument* again, or for every field if the form has no such field.

        The values that were typed can be kept.
        """
        fields = tuple(
            replace(each, value=self._values.get(each.name, "")) for each in self.form.fields
        )
        self.form = replace(self.form, fields=fields)
        names = [each.name for each in fields]
        self._is_repeated = argument in names
        self._at = names.index(argument) if self._is_repeated else 0

    @staticmethod
    def _choices(asked: Field) -> tuple[NamedValue[Any], ...]:
        """Return the values that can be chosen by number: of very many, only the likely ones."""
        most = _MAX_LIKELY if asked.kind is FieldKind.SEARCH else len(asked.options)
        return asked.options[:most]

    def _index(self, asked: Field) -> NameIndex[Any] | None:
        names = self.app.commands[self.form.call.command].args[asked.name].names
        return self.app.name_registry.index_for(names) if names else None

    def _can_be_empty(self, asked: Field) -> bool:
        """Return True if *asked* is optional and its value, if it has one, can be removed."""
        index = self._index(asked)
        clears = index is None or index.lookup(_CLEARED) is not None
        return not asked.is_required and (clears or not asked.value)

    def _label(self, asked: Field) -> str:
        labels = {each.id: each.label for each in asked.options}
        return truncate(labels.get(asked.value, asked.value), 200)

    def _hints(self, asked: Field) -> Iterator[str]:
        """Yield the hints on what else can be typed."""
        if asked.options:
            yield "Type a number or a value."
        if asked.kind is FieldKind.TEXT:
            yield "Type \\n for a new line."
        if asked.kind is FieldKind.FILE:
            yield "Type a file's path, or the text with \\n for a new line."
        if asked.value:
            yield f"Type “{_KEEP}” to leave it as it is."
        if self._can_be_empty(asked):
            yield f"Type “{_SKIP}” to leave it empty."
        yield "Type “cancel” to stop."

    def _parse(self, asked: Field, text: str) -> str:
        """Return the value of *asked* that *text* means, as an argument of the call.

        A number is that of a choice, unless the argument itself is a number.
        """
        if asked.kind in {FieldKind.TEXT, FieldKind.FILE}:
            return _parse_text(asked, text)
        index = self._index(asked)
        found = NameIndex(asked.label, asked.options).lookup(text)
        found = found or (index.lookup(text) if index else None)
        if found is not None:
            return found.id
        choices = self._choices(asked)
        number = parse_choice_number(text, len(choices))
        if number is not None:
            return choices[number - 1].id
        if index is not None:
            raise Problem(index.unknown_message(truncate(text)))
        return _require_length(asked, text)


def is_cancel(text: str) -> bool:
    """Return True if *text* asks to leave the form."""
    return text.casefold().strip("/.") in _CANCEL_WORDS


def _fill_rows(entries: Iterable[str]) -> Iterator[str]:
    """Yield rows with as many of *entries* as fit."""
    row = ""
    for entry in entries:
        if row and len(row) + len(entry) > _ROW_WIDTH:
            yield row
            row = ""
        row = f"{row}  {entry}" if row else entry
    yield row


def _parse_text(asked: Field, text: str) -> str:
    """Return *text* with its line breaks, or the text of the file that it names."""
    if asked.kind is FieldKind.FILE:
        path = Path(text).expanduser()
        try:
            if path.is_file() and path.stat().st_size <= _MAX_FILE_SIZE:
                return path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:  # ValueError: not UTF-8, or no path
            raise Problem(f"I can't read that file: {error}") from error
    return _require_length(asked, text.replace("\\n", "\n"))


def _require_length(asked: Field, text: str) -> str:
    if asked.max_length and len(text) > asked.max_length:
        raise Problem(f"That's {len(text):,} characters. The limit is {asked.max_length:,}.")
    return text
