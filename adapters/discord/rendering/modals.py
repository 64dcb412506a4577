"""Forms as Discord's modals, and parsing of submitted modals.

https://docs.discord.com/developers/components/reference
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from adapters.discord.commands import POSTABLE_CHANNELS, SERVER_CHANNELS
from adapters.discord.rendering.limits import (
    CHOICE_VALUE,
    MODAL_INPUT,
    MODAL_LABEL,
    MODAL_ROWS,
    MODAL_TITLE,
    OPTION_LABEL,
    OPTIONS,
)
from adapters.shared.action_codec import decode
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import shorten
from bot.call import Call
from bot.former_names import current_call
from bot.forms import Field, FieldKind, Form
from bot.language.name_index import NamedValue
from bot.presentation import Click, ClickKind

Payload = Mapping[str, Any]

_SHORT_INPUT, _PARAGRAPH_INPUT = 1, 2
_CHANNEL_MENTION = re.compile(r"^<#(\d+)>$")  # as Discord's clients insert one
_ANOTHER = "…"  # value of the option "Another…"; no id of a value
_FILE_SUFFIX = ":file"  # of the custom_id of the upload beside a field's text
_PREFILLED = 1_000  # ids from here on mark optional fields that opened with a value
_NONE = "none"  # the value of such a field if the member cleared it


class _Type(IntEnum):
    """The types of components in a modal."""

    SELECT = 3
    INPUT = 4
    ROLE = 6
    MENTIONABLE = 7
    CHANNEL = 8
    LABEL = 18
    UPLOAD = 19


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted modal: the click whose call it completes, and what is left to ask for."""

    click: Click
    others: tuple[str, ...]  # arguments for which the member chose "Another…"
    attachment: Payload | None  # the uploaded file, as Discord describes it


def render_form(form: Form, custom_id: str, *, is_rest: bool = False) -> dict[str, Any]:
    """Return the JSON of the modal that shows *form*, and is submitted with *custom_id*.

    In a form of one field, or if the form *is_rest*, that is asks for what is left after another
    form, one of many values is typed. Otherwise it is chosen from the likely ones or "Another…".
    """
    is_typed = is_rest or len(form.fields) == 1
    rows = [
        row for at, field in enumerate(form.fields) for row in _rows(field, at, is_typed=is_typed)
    ]
    title = shorten(sanitize(form.title), MODAL_TITLE)
    return {"title": title, "custom_id": custom_id, "components": rows[:MODAL_ROWS]}


def parse_submission(data: Payload) -> Submission | None:
    """Return the content of a submitted modal; *data* is the interaction's data.

    Return None if the modal isn't one that this bot makes.
    """
    click = decode(str(data.get("custom_id", "")))
    if click is None or click.kind is not ClickKind.FORM:
        return None
    resolved: Payload = data.get("resolved") or {}
    components = [*_inputs(data.get("components") or ())]
    values = dict[str, str]()
    others = list[str]()
    for each in components:
        name, value = str(each.get("custom_id", "")), _submitted_value(each, resolved)
        if value == _ANOTHER and each.get("type") == _Type.SELECT:
            others.append(name)
        elif value:
            values[name] = value
    call = current_call(Call(click.call.command, {**click.call.args, **values}))
    attachment = _find_upload(components, resolved)
    return Submission(Click(call, origin=click.origin), tuple(others), attachment)


def _rows(field: Field, at: int, *, is_typed: bool) -> Iterator[dict[str, Any]]:
    """Yield the labeled inputs of a field, which is the form's number *at*."""
    component = _input(field, is_typed=is_typed)
    if not field.is_required and _opens_with_value(component):
        component["id"] = _PREFILLED + at
    if field.kind is FieldKind.FILE:
        upload = {"type": _Type.UPLOAD, "custom_id": f"{field.name}{_FILE_SUFFIX}"}
        yield _label(field.label, field.hint, upload | {"required": False})
        yield _label("Or write it here", "", component | {"required": False})
        return
    yield _label(field.label, field.hint, component)


def _opens_with_value(component: Mapping[str, Any]) -> bool:
    """Return whether a member sees a value in an input before they change it."""
    options = component.get("options", ())
    has_value = component.get("value") or component.get("default_values")
    return bool(has_value) or any(each["default"] for each in options)


def _label(text: str, hint: str, component: dict[str, Any]) -> dict[str, Any]:
    label = {"type": _Type.LABEL, "label": shorten(sanitize(text), MODAL_LABEL)}
    if hint:
        label["description"] = shorten(sanitize(hint), OPTION_LABEL)
    return {**label, "component": component}


def _input(field: Field, *, is_typed: bool) -> dict[str, Any]:
    base = {"custom_id": field.name, "required": field.is_required}
    match field.kind:
        case FieldKind.CHOICE | FieldKind.SEARCH if _has_options(field, is_typed=is_typed):
            return base | _string_select(field)
        case FieldKind.CHANNEL:
            picks = {"channel_types": POSTABLE_CHANNELS, "type": _Type.CHANNEL}
            return base | picks | _picked(field, 1)
        case FieldKind.CHANNELS:
            picks = {"channel_types": SERVER_CHANNELS, "type": _Type.CHANNEL}
            return base | picks | _picked(field, OPTIONS)
        case FieldKind.ROLE:
            return base | {"type": _Type.ROLE} | _picked(field, 1)
        case FieldKind.PEOPLE:
            return base | {"type": _Type.MENTIONABLE} | _picked(field, OPTIONS)
        case _:
            return base | _text_input(field)


def _has_options(field: Field, *, is_typed: bool) -> bool:
    return bool(field.options) and not (field.kind is FieldKind.SEARCH and is_typed)


def _text_input(field: Field) -> dict[str, Any]:
    is_long = field.kind in {FieldKind.TEXT, FieldKind.FILE}
    most = min(field.max_length or MODAL_INPUT, MODAL_INPUT)
    text: dict[str, Any] = {
        "type": _Type.INPUT,
        "style": _PARAGRAPH_INPUT if is_long else _SHORT_INPUT,
        "max_length": most,
    }
    if field.kind is FieldKind.TIME:
        text["placeholder"] = "09:00"
    if field.value:
        text["value"] = field.value[:most]
    return text


def _string_select(field: Field) -> dict[str, Any]:
    """Return a select of the field's options, with "Another…" if there may be other values."""
    is_open = field.kind is FieldKind.SEARCH or len(field.options) > OPTIONS
    shown = {each.id: each for each in field.options if len(each.id) <= CHOICE_VALUE}
    if field.value and is_open and len(field.value) <= CHOICE_VALUE:
        value = shown.pop(field.value, NamedValue(field.value, field.value, None))
        shown = {value.id: value, **shown}
    options = [
        {
            "label": shorten(sanitize(each.label), OPTION_LABEL),
            "value": each.id,
            "default": each.id == field.value,
        }
        for each in [*shown.values()][: OPTIONS - 1 if is_open else OPTIONS]
    ]
    if is_open:
        options.append({"label": "Another…", "value": _ANOTHER, "default": False})
    return {"type": _Type.SELECT, "options": options}


def _picked(field: Field, most: int) -> dict[str, Any]:
    """Return how many can be picked, and those that are picked when the form opens."""
    picked = {"min_values": 1 if field.is_required else 0, "max_values": most}
    defaults = [each for tagged in field.value.split() for each in _default_values(field, tagged)]
    return picked | ({"default_values": defaults[:most]} if defaults else {})


def _default_values(field: Field, tagged: str) -> Iterator[dict[str, str]]:
    """Yield what is picked for an id such as "discord:role/123", if it is Discord's."""
    platform, _, rest = tagged.partition(":")
    kind, _, number = rest.rpartition("/")
    if platform == "discord" and number.isdigit() and kind in {"", "role"}:
        other = "user" if field.kind is FieldKind.PEOPLE else "channel"
        yield {"id": number, "type": kind or other}


def _inputs(components: Iterable[Payload]) -> Iterator[Payload]:
    """Yield the inputs of a submitted modal, which are nested in labels or rows."""
    for each in components:
        if "component" in each:
            yield from _inputs([each["component"]])
        elif "components" in each:
            yield from _inputs(each["components"])
        else:
            yield each


def _submitted_value(component: Payload, resolved: Payload) -> str:
    """Return the value of a submitted input, or "" if it is empty.

    A field that opened with a value and was cleared has the value "none".
    """
    kind, chosen = component.get("type"), [str(each) for each in component.get("values") or ()]
    if kind == _Type.UPLOAD:
        return ""
    if kind in {_Type.CHANNEL, _Type.ROLE, _Type.MENTIONABLE}:
        roles: Payload = resolved.get("roles") or {}
        value = " ".join(f"discord:{'role/' if each in roles else ''}{each}" for each in chosen)
    else:
        text = str(component.get("value") or " ".join(chosen)).strip()
        value = _CHANNEL_MENTION.sub(r"discord:\1", text)
    number = component.get("id")
    is_cleared = not value and isinstance(number, int) and number >= _PREFILLED
    return _NONE if is_cleared else value


def _find_upload(components: Iterable[Payload], resolved: Payload) -> Payload | None:
    files: Mapping[str, Payload] = resolved.get("attachments") or {}
    uploads = (each for each in components if each.get("type") == _Type.UPLOAD)
    ids = (str(value) for each in uploads for value in each.get("values") or ())
    return next((files[each] for each in ids if each in files), None)
