"""Slack's client: it finds buttons, menus and fields, and fills them in."""

from collections.abc import Iterator
from typing import Any

from slack_server.world import Json, Message, View

Surface = Message | View
VALUE = dict.fromkeys(
    ("plain_text_input", "email_text_input", "url_text_input", "number_input"), "value"
)
OPTION = dict.fromkeys(
    ("static_select", "external_select", "radio_buttons", "overflow"), "selected_option"
)
OPTIONS = dict.fromkeys(
    ("multi_static_select", "multi_external_select", "checkboxes"), "selected_options"
)
PICKED = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
FILES = {"file_input": "files"}
KEY = VALUE | OPTION | OPTIONS | PICKED | FILES
EMPTY: tuple[Any, ...] = (None, "", [])


def elements(surface: Surface) -> Iterator[Json]:
    """Yield each interactive element of a message or view, with its block's id and label."""
    for block in surface.blocks:
        parts = {
            "section": [block.get("accessory")],
            "actions": block.get("elements", []),
            "input": [block.get("element")],
        }.get(block["type"], [])
        for part in parts:
            if part and "action_id" in part:
                yield part | {"block_id": block["block_id"], "label": _label(block)}


def _label(block: Json) -> str:
    return str(block.get("label", {}).get("text", ""))


def find(surface: Surface, **wanted: str | None) -> Json:
    """Return the only element with this action_id, text, value, label or placeholder.

    Raises:
        AssertionError: there is no such element, or more than one

    """
    asked = {name: value for name, value in wanted.items() if value is not None}
    found = [each for each in elements(surface) if all(_has(each, *pair) for pair in asked.items())]
    names = [f"{each['action_id']} ({_shown(each)})" for each in elements(surface)]
    assert len(found) == 1, f"{len(found)} elements with {asked} among {names}"
    return found[0]


def _has(element: Json, name: str, value: str) -> bool:
    if name == "placeholder":
        return bool(element.get(name, {}).get("text") == value)
    return (_shown(element) if name == "text" else element.get(name)) == value


def _shown(element: Json) -> str:
    return str(element.get("text", {}).get("text") or element["label"])


def action(element: Json, chosen: Json | None = None) -> Json:
    """Return the action that the client sends after a click on *element* or a choice in it."""
    kept = ("type", "action_id", "block_id", "text", "value", "style")
    return {name: element[name] for name in kept if name in element} | (chosen or {})


def choice(element: Json, value: Any, options: list[Json] | None = None) -> Json:
    """Return the state of *element* after somebody has entered or chosen *value*.

    *value* is an option's value or its text.

    Raises:
        AssertionError: there is no such option, or the text is too long for the field

    """
    kind = element["type"]
    offered = offered_options(element) if options is None else options
    if kind in OPTION:
        entered: Any = _option(value, offered)
    elif kind in OPTIONS:
        entered = [_option(each, offered) for each in value]
    else:
        entered = value
        longest = element.get("max_length", 3000)
        assert kind not in VALUE or len(str(value)) <= longest, f"longer than {longest}: {value}"
        if kind in FILES:
            _check_files(element, value)
    return {"type": kind, KEY[kind]: entered}


def _check_files(element: Json, files: list[Json]) -> None:
    kinds = element.get("filetypes")
    names = [each["name"] for each in files]
    assert len(files) <= element.get("max_files", 10), f"too many files: {names}"
    wrong = [each for each in names if kinds and each.rpartition(".")[2] not in kinds]
    assert not wrong, f"the client refuses {wrong}: not {kinds}"


def offered_options(element: Json) -> list[Json]:
    """Return the options that are listed in the element itself."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(each for group in groups for each in group["options"])]


def _option(value: Any, offered: list[Json]) -> Json:
    for each in offered:
        if value in (each, each["value"], each["text"]["text"]):
            return each
    raise AssertionError(f"no option {value!r} among {[each['value'] for each in offered]}")


def answerable_elements(view: View) -> list[Json]:
    """Return the channel menus with a response URL for the chosen channel."""
    state = filled_state(view)
    return [
        each
        for each in elements(view)
        if each.get("response_url_enabled")
        and state[each["block_id"]][each["action_id"]][KEY[each["type"]]] not in EMPTY
    ]


def initial_value(element: Json) -> Json:
    """Return the state of *element* before anybody changes it."""
    key = KEY[element["type"]]
    name = "initial_value" if key == "value" else key.replace("selected_", "initial_")
    is_list = element["type"] in OPTIONS | FILES or element["type"].startswith("multi_")
    untouched: Any = [] if is_list else None
    return {"type": element["type"], key: element.get(name, untouched)}


def filled_state(surface: Surface) -> dict[str, Json]:
    """Return the state of every menu and field: what was entered, else its initial value."""
    state: dict[str, Json] = {}
    for each in elements(surface):
        if each["type"] in KEY and each["type"] != "overflow":
            entered = surface.values.get(each["block_id"], {}).get(each["action_id"])
            state.setdefault(each["block_id"], {})[each["action_id"]] = entered or initial_value(
                each
            )
    return state


def missing_fields(view: View) -> list[str]:
    """Return the labels of required inputs that are empty."""
    state = filled_state(view)
    required = [
        block for block in view.blocks if block["type"] == "input" and not block.get("optional")
    ]
    return [
        _label(block)
        for block in required
        for entered in state[block["block_id"]].values()
        if entered[KEY[entered["type"]]] in EMPTY
    ]
