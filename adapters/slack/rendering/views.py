"""Building of modals, forms and the Home tab, and parsing of submitted forms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters.shared.action_codec import decode, encode
from adapters.shared.tables import shorten
from adapters.slack.rendering.components import option
from adapters.slack.rendering.limits import INPUT_TEXT, METADATA, OPTION_VALUE, OPTIONS, VIEW_TITLE
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json, plain_text_object
from bot.app import App
from bot.call import Call
from bot.command import Arg, Command, PickerType
from bot.language.name_index import NamedValue, NameIndex
from bot.presentation import Click, ClickKind

TITLE = "Crossroads"
FORM_CALLBACK, CHANNEL_CALLBACK = "form", "where"  # callback_ids
_CHANNEL_FIELD = "channel"
_METADATA_FRAME = 100  # characters for what JSON adds to a click, such as escapes
_MULTILINE_FROM = 100  # characters; longer arguments get an input of several lines


def modal(message: Message) -> Json:
    """Return the Block Kit view of a modal that shows *message*."""
    view = {
        "type": "modal",
        "title": plain_text_object(TITLE),
        "close": plain_text_object("Close"),
    }
    return {**view, "blocks": list(message.blocks)}


def home_tab(message: Message) -> Json:
    """Return the Block Kit view of a Home tab that shows *message*."""
    return {"type": "home", "blocks": list(message.blocks)}


@dataclass(frozen=True, slots=True)
class ClickedMessage:
    """The message with the button that was clicked; without an id, there is none."""

    id: str = ""  # the channel and the timestamp
    is_private: bool = False  # only the member sees it, so the reply takes its place
    is_direct: bool = False  # in the bot's direct messages, and not ephemeral
    thread: str = ""


NO_MESSAGE = ClickedMessage()


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form: the click that it completes, and where its reply goes.

    Without a response URL *url*, the reply takes the place of the form.
    """

    click: Click
    url: str
    message: ClickedMessage = NO_MESSAGE


def arguments_form(
    app: App, click: Click, url: str = "", message: ClickedMessage = NO_MESSAGE
) -> Json | None:
    """Return a form for the missing arguments of the call that *click* makes.

    Return None if none is missing, or if the call is too long. The reply goes to the response URL
    *url*; *message* has the button that was clicked.
    """
    missing = app.missing_arguments(click.call)
    asked = replace(click, kind=ClickKind.FORM)
    metadata = _metadata(Submission(asked, url, message)) if missing else None
    if metadata is None:
        return None
    command = app.commands[click.call.command]
    optional = (name for name in command.args if name not in {*missing, *click.call.args})
    blocks = [_input_block(app, command, name) for name in (*missing, *optional)]
    view = {
        "type": "modal",
        "callback_id": FORM_CALLBACK,
        "title": plain_text_object(shorten(_label(command.name), VIEW_TITLE)),
    }
    buttons = {"submit": plain_text_object("Submit"), "close": plain_text_object("Cancel")}
    return {**view, **buttons, "private_metadata": metadata, "blocks": blocks}


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
    field = {
        "type": "input",
        "block_id": _CHANNEL_FIELD,
        "label": plain_text_object("Where to"),
        "element": select,
    }
    view = {"type": "modal", "callback_id": CHANNEL_CALLBACK, "title": plain_text_object("Share")}
    buttons = {"submit": plain_text_object("Share"), "close": plain_text_object("Cancel")}
    return {**view, **buttons, "private_metadata": metadata, "blocks": [field]}


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
        call = Call(click.call.command, {**click.call.args, **_submitted_values(view, community)})
        return Submission(Click(call, origin=click.origin), url, message)
    return Submission(click, url) if view.get("callback_id") == CHANNEL_CALLBACK else None


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


def _label(name: str) -> str:
    """Return the name of a command or argument as a label: "Tips add" for "tips-add"."""
    return name.replace("-", " ").capitalize()


def _input_block(app: App, command: Command, name: str) -> Json:
    arg = command.args[name]
    element = _input_element(arg, app.name_registry.index_for(arg.names) if arg.names else None)
    block = {
        "type": "input",
        "block_id": name,
        "label": plain_text_object(_label(name)),
        "hint": plain_text_object(arg.description),
    }
    return {
        **block,
        "optional": name not in command.required,
        "element": {"action_id": name, **element},
    }


def _input_element(arg: Arg, names: NameIndex[Any] | None) -> Json:
    if arg.picker is PickerType.CHANNEL:
        channels = {"include": ["public", "private"]}
        select = {"type": "conversations_select", "filter": channels}
        return {**select, "default_to_current_conversation": True}
    if names is None:
        longest = min(arg.max_length, INPUT_TEXT)
        return {
            "type": "plain_text_input",
            "multiline": longest > _MULTILINE_FROM,
            "max_length": longest,
        }
    if arg.autocomplete or names.accepts_unlisted or not 0 < len(names.entries) <= OPTIONS:
        return {"type": "external_select", "min_query_length": 0}
    return {"type": "static_select", "options": to_options(names.entries)}


def _submitted_values(view: Mapping[str, Any], community: str) -> dict[str, str]:
    """Return a dict from argument names to the values in a submitted form.

    Channels look like "slack:T1/C2".
    """
    fields = ((view.get("state") or {}).get("values") or {}).values()
    found = {}
    for name, entry in (each for field in fields for each in field.items()):
        picked = entry.get("selected_conversation")
        value = entry.get("value") or (entry.get("selected_option") or {}).get("value")
        if picked or value:
            found[name] = f"{community}/{picked}" if picked else str(value)
    return found
