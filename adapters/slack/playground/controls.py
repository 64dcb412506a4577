"""Buttons, menus and fields as Slack's client handles them: what was clicked, chosen or entered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.slack.playground.workspace import Message, View, elements_of
from adapters.slack.rendering.limits import INPUT_TEXT
from adapters.slack.rendering.rich_text import Json

Surface = Message | View

_TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
_MENUS = ("static_select", "external_select", "radio_buttons", "overflow")
_MULTIPLE_MENUS = ("multi_static_select", "multi_external_select", "checkboxes")
_STATE_KEYS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_TEXTS, "value"),
    **dict.fromkeys(_MENUS, "selected_option"),
    **dict.fromkeys(_MULTIPLE_MENUS, "selected_options"),
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
_SENT_WITH_CLICK = ("type", "action_id", "block_id", "text", "value", "style")
_REQUIRED = "Please complete this required field."
_NOT_OFFERED = "Choose one of the options."


class Refused(Exception):
    """Slack's client doesn't carry out what the member did; the message says why."""


def controls(surface: Surface) -> Iterator[Json]:
    """Yield each button, menu and field of a message or view, with its block's id."""
    for block in surface.blocks:
        for element in elements_of(block):
            yield {**element, "block_id": block["block_id"]}


def find_control(surface: Surface, wanted: Mapping[str, Any]) -> Json:
    """Return the button or menu that *wanted* describes; raise Refused if it isn't there."""
    for each in controls(surface):
        same = all(each[key] == wanted.get(key) for key in ("block_id", "action_id"))
        if same and ("value" not in each or each["value"] == wanted.get("value")):
            return each
    raise Refused("That button is gone.")


def click(control: Json, chosen: Json | None) -> Json:
    """Return the action that Slack sends after a click on *control*, or a choice in it."""
    kept = {key: control[key] for key in _SENT_WITH_CLICK if key in control}
    return {**kept, **(chosen or {})}


def has_state(control: Json) -> bool:
    """Return True if something can be chosen or entered in *control*; a button has no state."""
    return control["type"] in _STATE_KEYS


def chosen_by(control: Json, action: Mapping[str, Any], values: Sequence[Any] | None) -> Any:
    """Return what a member chose in a menu: the *values* that the page sent, or those in *action*.

    They are the values of options, or ids. Only menus for several have a list.
    """
    key = _STATE_KEYS[control["type"]]
    found = action.get(key) if values is None else values
    if isinstance(found, list | tuple):
        found = [each.get("value") if isinstance(each, dict) else each for each in found]
        return found if _has_many(control) else next(iter(found), None)
    return found.get("value") if isinstance(found, dict) else found


def state_of(control: Json, value: Any, offered: Sequence[Json] = ()) -> Json:
    """Return the state of *control* after somebody has entered or chosen *value*.

    *offered* are the options that the app has suggested. Raise Refused if *value* isn't possible.
    """
    kind = control["type"]
    known = [*_options(control), *offered]
    if kind in _MENUS:
        entered: Any = _option(value, known) if value else None
    elif kind in _MULTIPLE_MENUS:
        entered = [_option(each, known) for each in value or ()]
    elif _has_many(control):
        entered = list(value or ())
    else:
        entered = value if value not in {"", None} else None
    if kind in _TEXTS and entered is not None:
        _check_length(control, entered)
    return {"type": kind, _STATE_KEYS[kind]: entered}


def initial_state(control: Json, conversation: str) -> Json:
    """Return the state of *control* before anybody changes it.

    *conversation* is the channel that the member has open.
    """
    key = _STATE_KEYS[control["type"]]
    name = "initial_value" if key == "value" else key.replace("selected_", "initial_")
    default = conversation if control.get("default_to_current_conversation") else None
    initial = control.get(name, [] if _has_many(control) else default)
    return {"type": control["type"], key: initial}


def missing_fields(view: View) -> dict[str, str]:
    """Return an error for each required input that is empty, by block id."""
    return {
        block["block_id"]: _REQUIRED
        for block in view.blocks
        if block["type"] == "input" and not block.get("optional")
        for state in view.chosen[block["block_id"]].values()
        if not state[_STATE_KEYS[state["type"]]]
    }


def answerable_channels(view: View) -> list[Json]:
    """Return the channels, chosen in a submitted modal, that get a response URL."""
    found = []
    for each in controls(view):
        if each.get("response_url_enabled"):
            ids = {"block_id": each["block_id"], "action_id": each["action_id"]}
            state = view.chosen[each["block_id"]][each["action_id"]]
            channel = state[_STATE_KEYS[each["type"]]]
            found += [{**ids, "channel_id": channel}] if channel else []
    return found


def _has_many(control: Json) -> bool:
    kind: str = control["type"]
    return kind in _MULTIPLE_MENUS or kind.startswith("multi_") or kind == "file_input"


def _options(control: Json) -> list[Json]:
    """Return the options that *control* lists itself, with those that are chosen at first."""
    groups = control.get("option_groups", [])
    initial = [control["initial_option"]] if "initial_option" in control else []
    initial += control.get("initial_options", [])
    grouped = [each for group in groups for each in group["options"]]
    return [*control.get("options", []), *grouped, *initial]


def _option(value: Any, known: Sequence[Json]) -> Json:
    for each in known:
        if each["value"] == value:
            return each
    raise Refused(_NOT_OFFERED)


def _check_length(control: Json, text: Any) -> None:
    longest, shortest = control.get("max_length", INPUT_TEXT), control.get("min_length", 0)
    if not isinstance(text, str):
        raise Refused("Type some text.")
    if len(text) > longest:
        raise Refused(f"Type at most {longest:,} characters.")
    if len(text) < shortest:
        raise Refused(f"Type at least {shortest:,} characters.")
