"""Modals and the Home tab: an answer, a form for what a Call lacks, a place to post to."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.shared.action_codec import Click, ClickKind, decode, encode
from adapters.slack.rendering.components import clipped, option
from adapters.slack.rendering.limits import INPUT, METADATA, OPTION_VALUE, OPTIONS, VIEW_TITLE
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json, text
from bot.app import App
from bot.call import Call
from bot.command import Arg, Command, PickerType
from bot.language.name_index import Name, Names

TITLE = "Crossroads"
FORM, WHERE = "form", "where"  # callback_ids
_CHANNEL = "channel"
_BOX = 100  # characters: what may be longer gets a box


def modal(message: Message) -> Json:
    """Show an answer over what the member is doing."""
    shown = {"type": "modal", "title": text(TITLE), "close": text("Close")}
    return {**shown, "blocks": list(message.blocks)}


def home(message: Message) -> Json:
    """Show an answer in the app's own tab."""
    return {"type": "home", "blocks": list(message.blocks)}


def form(app: App, call: Call, url: str = "") -> Json | None:
    """Give a modal that asks for what *call* lacks; None where it lacks nothing.

    *url* is the response URL at which the answer is wanted.
    """
    lacking = app.missing_arguments(call)
    kept = _kept(Click(call, ClickKind.FORM), url) if lacking else None
    if kept is None:
        return None
    command = app.commands[call.command]
    # What is needed comes first, and what else may be said stands below it.
    left = (name for name in command.args if name not in {*lacking, *call.args})
    blocks = [_field(app, command, name) for name in (*lacking, *left)]
    asks = {"type": "modal", "callback_id": FORM, "title": text(clipped(command.name, VIEW_TITLE))}
    buttons = {"submit": text("Answer"), "close": text("Cancel")}
    return {**asks, **buttons, "private_metadata": kept, "blocks": blocks}


def where(press: Click) -> Json | None:
    """Give a modal that asks where to post, for an answer that stands in no channel."""
    kept = _kept(press, "")
    if kept is None:
        return None
    select = {
        "type": "conversations_select",
        "action_id": _CHANNEL,
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    field = {"type": "input", "block_id": _CHANNEL, "label": text("Where to"), "element": select}
    asks = {"type": "modal", "callback_id": WHERE, "title": text("Share")}
    buttons = {"submit": text("Share"), "close": text("Cancel")}
    return {**asks, **buttons, "private_metadata": kept, "blocks": [field]}


def submitted(view: Mapping[str, Any], community: str = "") -> tuple[Click, str] | None:
    """Read a modal: what to do, and the response URL for it; None for a forged one."""
    try:
        kept: Any = json.loads(view.get("private_metadata") or "")
        press, url = decode(str(kept["press"])), str(kept["url"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if press is None:
        return None
    if view.get("callback_id") == FORM and press.kind is ClickKind.FORM:
        call = Call(press.call.command, {**press.call.args, **_values(view, community)})
        return Click(call), url
    return (press, url) if view.get("callback_id") == WHERE else None


def options(found: Iterable[Name[Any]]) -> list[Json]:
    """Offer what is being typed into a form's select may become."""
    return [option(each.label, each.id) for each in found if len(each.id) <= OPTION_VALUE]


def _kept(press: Click, url: str) -> str | None:
    """Write what a modal has to know when it is submitted, where there is room for it."""
    code = encode(press, METADATA - len(url) - 100)
    kept = json.dumps({"press": code, "url": url}, ensure_ascii=False) if code else ""
    return kept if 0 < len(kept) <= METADATA else None


def _field(app: App, command: Command, name: str) -> Json:
    arg = command.args[name]
    element = _entry(arg, app.name_registry.names(arg.names) if arg.names else None)
    label = {"type": "input", "block_id": name, "label": text(name), "hint": text(arg.description)}
    return {
        **label,
        "optional": name not in command.required,
        "element": {"action_id": name, **element},
    }


def _entry(arg: Arg, names: Names[Any] | None) -> Json:
    if arg.picker is PickerType.CHANNEL:
        channels = {"include": ["public", "private"]}
        select = {"type": "conversations_select", "filter": channels}
        return {**select, "default_to_current_conversation": True}
    if names is None:
        longest = min(arg.max_length, INPUT)
        return {"type": "plain_text_input", "multiline": longest > _BOX, "max_length": longest}
    if arg.autocomplete or names.open or not 0 < len(names.all) <= OPTIONS:
        return {"type": "external_select", "min_query_length": 0}
    return {"type": "static_select", "options": options(names.all)}


def _values(view: Mapping[str, Any], community: str) -> dict[str, str]:
    """Give what was filled in, by argument; a channel by its platform-tagged id."""
    fields = ((view.get("state") or {}).get("values") or {}).values()
    found = {}
    for name, entry in (each for field in fields for each in field.items()):
        picked = entry.get("selected_conversation")
        value = entry.get("value") or (entry.get("selected_option") or {}).get("value")
        if picked or value:
            found[name] = f"{community}/{picked}" if picked else str(value)
    return found
