"""Building of forms as modals with inputs, and parsing of submitted ones."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, assert_never

from adapters.shared.action_codec import decode, encode
from adapters.shared.tables import shorten
from adapters.slack.rendering.components import option
from adapters.slack.rendering.limits import (
    INPUT_TEXT,
    METADATA,
    OPTION_VALUE,
    OPTIONS,
    VIEW_SUBMIT,
    VIEW_TITLE,
)
from adapters.slack.rendering.rich_text import Json, plain_text_object
from adapters.slack.rendering.views import NO_MESSAGE, ClickedMessage
from bot.call import Call
from bot.forms import CLEARED, Field, FieldKind, Form
from bot.language.name_index import NamedValue
from bot.presentation import Click, ClickKind
from bot.reply import CodeBlock, Paragraph, Reply

FORM_CALLBACK, CHANNEL_CALLBACK = "form", "where"  # callback_ids
FILE_TYPES = ["csv", "tsv", "txt", "yaml", "yml"]
_CHANNEL_FIELD = "channel"
_LONG = 100  # characters of a text that nobody wants to write again
_METADATA_FRAME = 100  # characters for what JSON adds to a click, such as escapes
_FILE_INPUT = "file_input"
_FILE, _GROUPS = " file", " groups"  # added to an argument's name: ids of its second input
_CHANNELS = {"include": ["public", "private"]}
_INITIAL = "initial_"  # begins the names of an element's properties for its first value


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form: the click that it completes, and where its reply goes.

    Without a response URL *url*, the reply takes the place of the form. *files* are the ids of
    uploaded files by argument.
    """

    click: Click
    url: str
    message: ClickedMessage = NO_MESSAGE
    files: Mapping[str, str] = field(default_factory=dict)


def asks_for_groups(form: Form) -> bool:
    """Return True if *form* offers the workspace's user groups."""
    return any(each.kind in {FieldKind.PEOPLE, FieldKind.ROLE} for each in form.fields)


def arguments_form(
    form: Form,
    click: Click,
    url: str = "",
    message: ClickedMessage = NO_MESSAGE,
    groups: Sequence[NamedValue[str]] = (),
) -> Json | None:
    """Return the modal for *form*, which *click* opens; None if its call is too long.

    The reply goes to the response URL *url*; *message* has the button that was clicked. *groups*
    are the workspace's user groups.
    """
    asked = replace(click, call=form.call, kind=ClickKind.FORM)
    metadata = _metadata(Submission(asked, url, message))
    blocks = [block for each in form.fields for block in _input_blocks(each, groups)]
    if metadata is None or not blocks:
        return None
    return {
        "type": "modal",
        "callback_id": FORM_CALLBACK,
        "title": plain_text_object(shorten(form.title, VIEW_TITLE)),
        "submit": plain_text_object(shorten(form.submit, VIEW_SUBMIT)),
        "close": plain_text_object("Cancel"),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def without_files(view: Json) -> Json | None:
    """Return the modal *view* without file inputs, or None if it has none.

    An app that was installed without the scope files:read can't show them.
    """
    kept = [each for each in view["blocks"] if each["element"]["type"] != _FILE_INPUT]
    return view | {"blocks": kept} if len(kept) < len(view["blocks"]) else None


def channel_form(click: Click) -> Json | None:
    """Return a form that asks where to post the reply to *click*; None if *click* is too long."""
    metadata = _metadata(Submission(click, ""))
    if metadata is None:
        return None
    select = {
        "type": "conversations_select",
        "action_id": _CHANNEL_FIELD,
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    block = {
        "type": "input",
        "block_id": _CHANNEL_FIELD,
        "label": plain_text_object("Where to"),
        "element": select,
    }
    view = {"type": "modal", "callback_id": CHANNEL_CALLBACK, "title": plain_text_object("Share")}
    buttons = {"submit": plain_text_object("Share"), "close": plain_text_object("Cancel")}
    return {**view, **buttons, "private_metadata": metadata, "blocks": [block]}


def parse_submission(view: Mapping[str, Any], community: str = "") -> Submission | None:
    """Return the submission of a form, or None if the form wasn't made by this bot.

    *community* is the form's workspace, such as "slack:T1".
    """
    try:
        metadata: Any = json.loads(view.get("private_metadata") or "")
        click, url = decode(str(metadata["press"])), str(metadata["url"])
        message = ClickedMessage(**metadata.get("message", {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if click is None:
        return None
    if view.get("callback_id") == FORM_CALLBACK and click.kind is ClickKind.FORM:
        values = {**_cleared_values(view), **_submitted_values(view, community)}
        call = Call(click.call.command, {**click.call.args, **values})
        files = dict(_submitted_files(view))
        return Submission(Click(call, origin=click.origin), url, message, files)
    return Submission(click, url) if view.get("callback_id") == CHANNEL_CALLBACK else None


def error_at_field(view: Mapping[str, Any], argument: str, message: str) -> Json | None:
    """Return an acknowledgement that keeps the form *view* open, with *message* at a field.

    Return None if the form has no field for *argument*.
    """
    names = {each.get("block_id") for each in view.get("blocks") or ()}
    if not argument or argument not in names:
        return None
    return {"response_action": "errors", "errors": {argument: message}}


def give_back_texts(refusal: Reply, call: Call) -> Reply:
    """Return *refusal*, the reply to the submitted *call*, with the long texts that were written.

    The form is closed, so they would be lost.
    """
    written = [value for value in call.args.values() if len(value) > _LONG]
    if not written:
        return refusal
    text = CodeBlock("\n\n".join(written))
    return replace(refusal, nodes=(*refusal.nodes, Paragraph("Your text, to copy:"), text))


def to_options(found: Iterable[NamedValue[Any]]) -> list[Json]:
    """Return suggested values as the options of a form's select menu."""
    return [option(each.label, each.id) for each in found if len(each.id) <= OPTION_VALUE]


def _metadata(form: Submission) -> str | None:
    """Return *form* as metadata that Slack returns when it is submitted; None if too long."""
    about = {"url": form.url, **({"message": asdict(form.message)} if form.message.id else {})}
    room = METADATA - len(json.dumps(about, ensure_ascii=False)) - _METADATA_FRAME
    code = encode(form.click, room)
    metadata = json.dumps({"press": code, **about}, ensure_ascii=False) if code else ""
    return metadata if 0 < len(metadata) <= METADATA else None


def _input_blocks(asked: Field, groups: Sequence[NamedValue[str]]) -> Iterator[Json]:
    """Yield the input for a field; people and files have a second one."""
    match asked.kind:
        case FieldKind.FILE:
            upload = {"type": _FILE_INPUT, "filetypes": FILE_TYPES, "max_files": 1}
            yield _input_block(asked, upload, name=asked.name + _FILE, is_required=False)
            paste = replace(asked, label="Or paste the text", hint="")
            yield _input_block(paste, _text_input(asked), is_required=False)
        case FieldKind.PEOPLE:
            users = [each for each in asked.value.split() if not _is_group(each)]
            menu = {"type": "multi_users_select", **_initial("users", map(_slack_id, users))}
            yield _input_block(asked, menu, is_required=asked.is_required and not groups)
            if groups:
                field_of_groups = replace(asked, label="User groups", hint="")
                menu = _group_menu(asked, groups)
                name = asked.name + _GROUPS
                yield _input_block(field_of_groups, menu, name=name, is_required=False)
        case FieldKind.ROLE:  # Slack has no roles, but user groups can be mentioned as well
            if groups or asked.is_required:
                yield _input_block(asked, _role_menu(asked, groups))
        case _:
            yield _input_block(asked, _element(asked))


def _input_block(
    asked: Field, element: Json, *, name: str = "", is_required: bool | None = None
) -> Json:
    required = asked.is_required if is_required is None else is_required
    name = name or asked.name
    block = {
        "type": "input",
        "block_id": name,
        "label": plain_text_object(asked.label),
        "optional": not required,
        "element": {"action_id": name, **element},
    }
    return {**block, "hint": plain_text_object(asked.hint)} if asked.hint else block


def _element(asked: Field) -> Json:
    match asked.kind:
        case FieldKind.CHOICE if 0 < len(asked.options) <= OPTIONS:
            return _menu(asked, "static_select", to_options(asked.options))
        case FieldKind.CHOICE | FieldKind.SEARCH:
            return {**_menu(asked, "external_select"), "min_query_length": 0}
        case FieldKind.CHANNEL:
            chosen = {"initial_conversation": _slack_id(asked.value)} if asked.value else {}
            current = {} if chosen else {"default_to_current_conversation": True}
            return {"type": "conversations_select", "filter": _CHANNELS, **chosen, **current}
        case FieldKind.CHANNELS:
            chosen = _initial("conversations", map(_slack_id, asked.value.split()))
            return {"type": "multi_conversations_select", "filter": _CHANNELS, **chosen}
        case FieldKind.TIME:
            return {"type": "timepicker", **({"initial_time": asked.value} if asked.value else {})}
        case FieldKind.LINE | FieldKind.TEXT:
            return _text_input(asked)
        case FieldKind.FILE | FieldKind.PEOPLE | FieldKind.ROLE:
            raise ValueError(f"{asked.kind} has more than one input")
        case _:
            assert_never(asked.kind)


def _text_input(asked: Field) -> Json:
    longest = min(asked.max_length, INPUT_TEXT)
    initial = {"initial_value": asked.value} if 0 < len(asked.value) <= longest else {}
    is_long = asked.kind is not FieldKind.LINE
    return {"type": "plain_text_input", "multiline": is_long, "max_length": longest, **initial}


def _menu(asked: Field, kind: str, options: Sequence[Json] = ()) -> Json:
    """Return a menu that opens with the field's value, if that is among the options."""
    known = options or to_options(asked.options)
    chosen = [each for each in known if each["value"] == asked.value]
    initial = {"initial_option": chosen[0]} if chosen else {}
    return {"type": kind, **({"options": list(options)} if options else {}), **initial}


def _group_menu(asked: Field, groups: Sequence[NamedValue[str]]) -> Json:
    """Return a menu for several user groups; those chosen before come first, in case of many."""
    before = set(asked.value.split())
    options = to_options(sorted(groups, key=lambda each: each.id not in before)[:OPTIONS])
    return {
        "type": "multi_static_select",
        "options": options,
        **_initial("options", (each for each in options if each["value"] in before)),
    }


def _role_menu(asked: Field, groups: Sequence[NamedValue[str]]) -> Json:
    options = to_options(groups[:OPTIONS])
    return _menu(asked, "static_select", options) if options else _text_input(asked)


def _initial(name: str, chosen: Iterable[Any]) -> Json:
    """Return the first values of a menu for several; Slack refuses an empty list."""
    values = list(chosen)
    return {_INITIAL + name: values} if values else {}


def _slack_id(tagged: str) -> str:
    return tagged.rpartition("/")[2]


def _is_group(tagged: str) -> bool:
    return _slack_id(tagged).startswith("S")


def _argument(action_id: str) -> str:
    """Return the name of the argument that an input asks for, also for its second input."""
    return action_id.partition(" ")[0]


def _entries(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name of the argument and Slack's description of the value for each input."""
    fields = ((view.get("state") or {}).get("values") or {}).values()
    for entered in fields:
        for action_id, entry in entered.items():
            yield _argument(action_id), entry


def _submitted_values(view: Mapping[str, Any], community: str) -> dict[str, str]:
    """Return a dict from argument names to the values in a submitted form.

    Channels and people look like "slack:T1/C2".
    """
    found: dict[str, str] = {}
    for name, entry in _entries(view):
        value = _submitted_value(entry, community)
        if value:
            found[name] = f"{found[name]} {value}" if name in found else value
    return found


def _submitted_value(entry: Mapping[str, Any], community: str) -> str:
    ids = entry.get("selected_conversations") or entry.get("selected_users") or ()
    picked = entry.get("selected_conversation")
    tagged = [f"{community}/{each}" for each in (*ids, *([picked] if picked else []))]
    options = [*(entry.get("selected_options") or ()), entry.get("selected_option") or {}]
    chosen = [str(each["value"]) for each in options if each.get("value")]
    typed = entry.get("value") or entry.get("selected_time")
    return " ".join([*tagged, *chosen, *([str(typed)] if typed else [])])


def _cleared_values(view: Mapping[str, Any]) -> dict[str, str]:
    """Return "none" for each optional argument whose field opened with a value.

    It holds for those that the member has cleared, since the others have values.
    """
    return {
        _argument(str(element.get("action_id"))): CLEARED
        for block in view.get("blocks") or ()
        if block.get("optional") and (element := block.get("element") or {})
        if any(key.startswith(_INITIAL) for key in element)
    }


def _submitted_files(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in _entries(view):
        for file in (entry.get("files") or ())[:1]:
            yield name, str(file.get("id"))
