"""Discord's rules for modals."""

from discord_server.component_rules import (
    CHECKBOX,
    CHECKBOXES,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT,
    TEXT_INPUT,
    UPLOAD,
    Inventory,
    check_custom_id,
    check_options,
    check_select,
    check_text,
)
from discord_server.errors import Json, Validator

MOST_INPUT = 4000


def check_modal(form: Validator, modal: Json) -> None:
    """Check the data of a modal response: title, custom_id and 1 to 5 rows."""
    form.text(modal, "title", 1, 45)
    form.text(modal, "custom_id", 1, 100)
    seen = Inventory()
    for index, row in enumerate(form.items(modal, "components", 1, 5, required=True)):
        here = form.at("components", index)
        kind = here.one_of(row, "type", {ROW, TEXT, LABEL})
        if kind == TEXT:
            check_text(here, row, seen)
        elif kind == LABEL:
            check_label(here, row, seen)
        elif kind == ROW:
            for child in here.items(row, "components", 1, 1, required=True):
                at = here.at("components", 0)
                if at.one_of(child, "type", {TEXT_INPUT}):
                    at.text(child, "label", 1, 45)
                    check_input(at, child, seen)


def check_label(form: Validator, label: Json, seen: Inventory) -> None:
    form.text(label, "label", 1, 45)
    form.text(label, "description", 1, 100, required=False)
    child, here = label.get("component"), form.at("component")
    if not isinstance(child, dict):
        here.wrong("BASE_TYPE_REQUIRED", "This field is required")
        return
    allowed = {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX} | SELECTS
    kind = here.one_of(child, "type", allowed)
    here.flag(child, "required")
    here.number(child, "id", 0, 2**31 - 1)
    if kind == TEXT_INPUT:
        if child.get("label") is not None:
            here.at("label").wrong("COMPONENT_LABEL_TWICE", "The label stands around the input")
        check_input(here, child, seen)
    elif kind in SELECTS:
        check_modal_select(here, child, seen)
    elif kind is not None:
        check_group(here, child, seen)


def check_modal_select(form: Validator, select: Json, seen: Inventory) -> None:
    if select.get("disabled"):
        form.at("disabled").wrong("COMPONENT_DISABLED", "A select in a modal cannot be disabled")
    if select.get("required", True) and select.get("min_values") == 0:
        form.at("min_values").wrong("SELECT_COMPONENT_REQUIRED", "Required, so not 0")
    check_select(form, select, seen)


def check_input(form: Validator, field: Json, seen: Inventory) -> None:
    check_custom_id(form, field, seen)
    form.one_of(field, "style", {1, 2})
    form.text(field, "placeholder", 0, 100, required=False)
    least = form.number(field, "min_length", 0, MOST_INPUT) or 0
    most = form.number(field, "max_length", 1, MOST_INPUT)
    most = MOST_INPUT if most is None else most
    if least > most:
        form.at("min_length").wrong("TEXT_INPUT_MIN_MAX", "min_length is above max_length")
    if field.get("value"):
        form.text(field, "value", least, most)


def check_group(form: Validator, group: Json, seen: Inventory) -> None:
    """Check a radio group (2 to 10 options), a checkbox group (1 to 10), a checkbox or an upload.

    The minimums are from Discord's OpenAPI description of July 2026.
    """
    check_custom_id(form, group, seen)
    form.flag(group, "required")
    if group["type"] == RADIO:
        check_options(form, group, (2, 10), 1, described=True)
    elif group["type"] in {CHECKBOXES, UPLOAD}:
        least = form.number(group, "min_values", 0, 10)
        most = form.number(group, "max_values", 1, 10)
        if least is not None and most is not None and least > most:
            form.at("min_values").wrong("MIN_MAX", "min_values is above max_values")
        if group["type"] == CHECKBOXES:
            check_options(form, group, (1, 10), most or 10, described=True)
