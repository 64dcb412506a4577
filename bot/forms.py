"""Forms that ask for a call's arguments, as platform-neutral fields that each adapter renders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.call import Call
from bot.command import Arg, Command, FormLayout, PickerType
from bot.language.name_index import NamedValue, NameIndex, NameRegistry

MAX_CHOICES = 25  # Discord's limit for a select menu
CLEARED = "none"  # the value of an optional field that opened with one and was cleared


class FieldKind(StrEnum):
    """The input that a field of a form has."""

    LINE = "line"  # a line of text
    TEXT = "text"  # a text of several lines
    CHOICE = "choice"  # one of up to 25 values
    SEARCH = "search"  # one of many values: a menu that searches, or the likely ones and a text
    CHANNEL = "channel"
    CHANNELS = "channels"  # several
    ROLE = "role"
    PEOPLE = "people"  # members, roles and user groups
    TIME = "time"  # such as "09:00"
    FILE = "file"  # a text, or a file with it


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form, which asks for the argument *name*."""

    name: str
    label: str
    hint: str
    kind: FieldKind
    is_required: bool
    value: str = ""  # with which the form opens
    options: tuple[NamedValue[Any], ...] = ()  # of a choice, or the likely ones of a search
    max_length: int = 0  # of a text


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose fields complete *call*."""

    title: str
    submit: str  # the label of its button
    call: Call
    fields: tuple[Field, ...]

    def with_hints(self, hints: Mapping[str, str]) -> "Form":
        """Return the form with *hints*, by argument, in place of the descriptions of fields."""
        if not hints:
            return self
        fields = (replace(each, hint=hints.get(each.name, each.hint)) for each in self.fields)
        return replace(self, fields=tuple(fields))


_PICKER_KINDS = {
    PickerType.CHANNEL: FieldKind.CHANNEL,
    PickerType.CHANNELS: FieldKind.CHANNELS,
    PickerType.ROLE: FieldKind.ROLE,
    PickerType.PEOPLE: FieldKind.PEOPLE,
    PickerType.TIME: FieldKind.TIME,
}


_MENUS = (FieldKind.CHOICE, FieldKind.SEARCH)


def form_layout(command: Command) -> FormLayout:
    """Return the form that *command* declares, or one that asks for its required arguments."""
    if command.form is not None:
        return command.form
    required = tuple(name for name in command.args if name in command.required)
    return FormLayout(command.words.capitalize(), "Continue", required)


def asked_arguments(command: Command, call: Call, platform: str) -> tuple[str, ...]:
    """Return the arguments that the form for *call* on *platform* asks for: those that it lacks."""
    missing = [name for name in command.args if name in command.required - call.args.keys()]
    fields = [name for name in form_layout(command).fields if name not in call.args]
    names = dict.fromkeys((*fields, *missing))
    return tuple(name for name in names if command.args[name].is_offered_on(platform))


def build_form(
    command: Command,
    call: Call,
    values: Mapping[str, str],
    options: Mapping[str, tuple[NamedValue[Any], ...]],
    registry: NameRegistry,
) -> Form:
    """Return the form that asks for the arguments of *options*, which *call* lacks.

    By argument, *values* are those with which it opens, and *options* are the values to choose
    from.
    """
    layout = form_layout(command)
    fields = tuple(
        _build_field(command, name, values.get(name, ""), options[name], registry)
        for name in options
    )
    return Form(layout.title, layout.submit, call, fields)


def _build_field(
    command: Command,
    name: str,
    value: str,
    options: tuple[NamedValue[Any], ...],
    registry: NameRegistry,
) -> Field:
    arg = command.args[name]
    names = registry.index_for(arg.names) if arg.names else None
    label = arg.label or name.replace("-", " ").capitalize()
    hint = arg.description[:1].upper() + arg.description[1:]
    kind, required = field_kind(arg, names), name in command.required
    found = names.lookup(value) if names and value and kind in _MENUS else None
    if found is not None:
        value = found.id
        is_offered = any(each.id == value for each in options)
        options = options if is_offered else (found, *options)[:MAX_CHOICES]
    has_word = names is None or names.lookup(CLEARED) is not None
    if value and not (arg.is_clearable and has_word):
        required = True  # it can be changed but not cleared
    return Field(name, label, hint, kind, required, value, options, arg.max_length)


def field_kind(arg: Arg, names: NameIndex[Any] | None) -> FieldKind:
    """Return the input for the argument *arg*, whose valid values are *names*, None for a text."""
    if arg.picker is not None:
        return _PICKER_KINDS[arg.picker]
    if arg.accepts_file:
        return FieldKind.FILE
    if names is not None:
        is_short = 0 < len(names.entries) <= MAX_CHOICES and not names.accepts_unlisted
        return FieldKind.CHOICE if is_short and arg.autocomplete is None else FieldKind.SEARCH
    return FieldKind.TEXT if arg.is_multiline else FieldKind.LINE
