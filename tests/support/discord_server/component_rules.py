"""Discord's rules for components: https://docs.discord.com/developers/components/reference."""

from dataclasses import dataclass, field

from discord_server.errors import Json, Validator

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
ENTITY_SELECTS = {USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT}
DEFAULT_TYPES = {
    USER_SELECT: {"user"},
    ROLE_SELECT: {"role"},
    MENTIONABLE_SELECT: {"user", "role"},
    CHANNEL_SELECT: {"channel"},
}
"""The kinds of default values that each select of users, roles or channels accepts."""
SELECTS = {STRING_SELECT} | ENTITY_SELECTS
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
IN_CONTAINER = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
ON_TOP = IN_CONTAINER | {CONTAINER}
LINK, PREMIUM = 5, 6
MOST_COMPONENTS, MOST_TEXT, MOST_ROWS = 40, 4000, 5


@dataclass
class Inventory:
    """Counts over all components of a message or modal."""

    files: frozenset[str] = frozenset()
    components: int = 0
    text: int = 0
    custom_ids: set[str] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)


def check_components(form: Validator, components: list[Json], *, v2: bool, files: set[str]) -> None:
    """Check a message's components; `files` are the file names for attachment:// URLs."""
    seen = Inventory(frozenset(files))
    if not v2:
        form.length(len(components), 0, MOST_ROWS)
    for index, component in enumerate(components):
        check_component(form.at(index), component, ON_TOP if v2 else {ROW}, seen)
    if v2 and seen.components > MOST_COMPONENTS:
        form.wrong("BASE_TYPE_MAX_LENGTH", f"Must be {MOST_COMPONENTS} or fewer in length.")
    if seen.text > MOST_TEXT:
        form.wrong(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Total component displayable text size must be less than or equal to {MOST_TEXT}",
        )


def check_component(form: Validator, component: Json, allowed: set[int], seen: Inventory) -> None:
    """Check a component and those in it; `allowed` are the component types allowed here."""
    kind = form.one_of(component, "type", allowed)
    if kind is None:
        return
    seen.components += 1
    number = form.number(component, "id", 0, 2**31 - 1)
    if number:
        if number in seen.ids:
            form.at("id").wrong("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        seen.ids.add(number)
    CHECKS[kind](form, component, seen)


def check_custom_id(form: Validator, component: Json, seen: Inventory) -> None:
    custom_id = form.text(component, "custom_id", 1, 100)
    if custom_id is None:
        return
    if custom_id in seen.custom_ids:
        form.at("custom_id").wrong(
            "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    seen.custom_ids.add(custom_id)


def check_row(form: Validator, row: Json, seen: Inventory) -> None:
    children = form.items(row, "components", 1, 5, required=True)
    for index, child in enumerate(children):
        check_component(form.at("components", index), child, {BUTTON} | SELECTS, seen)
    if len(children) > 1 and any(is_select(child) for child in children):
        form.at("components").wrong(
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select menu fills its action row alone"
        )


def is_select(component: Json) -> bool:
    kind = component.get("type")
    return isinstance(kind, int) and kind in SELECTS


def check_button(form: Validator, button: Json, seen: Inventory) -> None:
    style = form.one_of(button, "style", {1, 2, 3, 4, LINK, PREMIUM})
    label = form.text(button, "label", 0, 80, required=False)
    form.within(button, "emoji")
    form.flag(button, "disabled")
    if style == PREMIUM:
        form.text(button, "sku_id", 1, 20)
        return
    if not label and not button.get("emoji"):
        form.wrong("BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL", "A button needs a label or an emoji")
    if style == LINK:
        check_link(form, button)
        return
    if button.get("url") is not None:
        form.at("url").wrong("BUTTON_COMPONENT_URL", "Only a link button has a url")
    check_custom_id(form, button, seen)


def check_link(form: Validator, button: Json) -> None:
    if button.get("custom_id") is not None:
        form.wrong(
            "COMPONENT_CUSTOM_ID_AND_URL",
            "A custom id and url cannot both be specified",
        )
    check_url(form, button, "url", 512)


def check_url(
    form: Validator, body: Json, key: str, high: int = 2048, *, attached: bool = False
) -> str:
    url = form.text(body, key, 1, high)
    schemes = ("attachment://",) if attached else ("http://", "https://", "discord://")
    if url is not None and not url.startswith(schemes):
        form.at(key).wrong(
            "URL_TYPE_INVALID_SCHEME", f'Scheme "{url}" is not one of {", ".join(schemes)}'
        )
    return url or ""


def check_select(form: Validator, select: Json, seen: Inventory) -> None:
    check_custom_id(form, select, seen)
    form.text(select, "placeholder", 0, 150, required=False)
    form.flag(select, "disabled")
    least = form.number(select, "min_values", 0, 25)
    most = form.number(select, "max_values", 1, 25)
    if (1 if least is None else least) > (1 if most is None else most):
        form.at("min_values").wrong("SELECT_COMPONENT_MIN_MAX", "min_values is above max_values")
    check_default_values(form, select, most or 1)
    if select.get("channel_types") is not None and select["type"] != CHANNEL_SELECT:
        form.at("channel_types").wrong("UNION_TYPE_CHOICES", "Only a channel select has these")
    if select["type"] == STRING_SELECT:
        low = max(1, least or 0, most or 0)
        check_options(form, select, (low, 25), most or 1, described=True)


def check_default_values(form: Validator, select: Json, most: int) -> None:
    """Check what is picked when a select of users, roles or channels opens."""
    defaults = form.items(select, "default_values", 0, most)
    for index, default in enumerate(defaults):
        here, kinds = form.at("default_values", index), DEFAULT_TYPES.get(select["type"], set())
        here.text(default, "id", 1, 20)
        if default.get("type") not in kinds or not str(default.get("id")).isdigit():
            here.at("type").wrong("BASE_TYPE_CHOICES", f"Value must be one of {kinds}.")


def check_options(
    form: Validator, body: Json, size: tuple[int, int], most: int, *, described: bool
) -> None:
    """Check the options of a select or a group; at most `most` may be selected by default."""
    options = form.items(body, "options", *size, required=True)
    values: set[str] = set()
    for index, option in enumerate(options):
        here = form.at("options", index)
        here.text(option, "label", 1, 100)
        value = here.text(option, "value", 1, 100)
        if described:
            here.text(option, "description", 0, 100, required=False)
        here.within(option, "emoji")
        if value in values:
            here.at("value").wrong(
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values |= {value} if value else set()
    if sum(form.flag(option, "default") for option in options) > most:
        form.at("options").wrong("SELECT_COMPONENT_MAX_DEFAULTS", "Too many defaults")


def check_section(form: Validator, section: Json, seen: Inventory) -> None:
    for index, child in enumerate(form.items(section, "components", 1, 3, required=True)):
        check_component(form.at("components", index), child, {TEXT}, seen)
    accessory = section.get("accessory")
    if not isinstance(accessory, dict):
        form.at("accessory").wrong("BASE_TYPE_REQUIRED", "This field is required")
        return
    check_component(form.at("accessory"), accessory, {BUTTON, THUMBNAIL}, seen)


def check_text(form: Validator, text: Json, seen: Inventory) -> None:
    seen.text += len(form.text(text, "content", 1, MOST_TEXT) or "")


def check_media(
    form: Validator, holder: Json, key: str, seen: Inventory, *, attached: bool = False
) -> None:
    media = holder.get(key)
    form.flag(holder, "spoiler")
    if not isinstance(media, dict):
        form.at(key).wrong("BASE_TYPE_REQUIRED", "This field is required")
        return
    url = media.get("url")
    if attached or (isinstance(url, str) and url.startswith("attachment://")):
        url = check_url(form.at(key), media, "url", attached=True)
        name = url.removeprefix("attachment://")
        if url.startswith("attachment://") and name not in seen.files:
            form.at(key, "url").wrong(
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                f"The referenced attachment {name} was not found",
            )
        return
    check_url(form.at(key), media, "url")


def check_thumbnail(form: Validator, thumbnail: Json, seen: Inventory) -> None:
    check_media(form, thumbnail, "media", seen)
    form.text(thumbnail, "description", 0, 1024, required=False)


def check_gallery(form: Validator, gallery: Json, seen: Inventory) -> None:
    for index, item in enumerate(form.items(gallery, "items", 1, 10, required=True)):
        check_media(form.at("items", index), item, "media", seen)
        form.at("items", index).text(item, "description", 0, 1024, required=False)


def check_file(form: Validator, file: Json, seen: Inventory) -> None:
    check_media(form, file, "file", seen, attached=True)


def check_separator(form: Validator, separator: Json, _: Inventory) -> None:
    form.flag(separator, "divider")
    if separator.get("spacing") is not None:
        form.one_of(separator, "spacing", {1, 2})


def check_container(form: Validator, container: Json, seen: Inventory) -> None:
    form.number(container, "accent_color", 0, 0xFFFFFF)
    form.flag(container, "spoiler")
    for index, child in enumerate(form.items(container, "components", 1, 40, required=True)):
        check_component(form.at("components", index), child, IN_CONTAINER, seen)


CHECKS = {
    ROW: check_row,
    BUTTON: check_button,
    **dict.fromkeys(SELECTS, check_select),
    SECTION: check_section,
    TEXT: check_text,
    THUMBNAIL: check_thumbnail,
    GALLERY: check_gallery,
    FILE: check_file,
    SEPARATOR: check_separator,
    CONTAINER: check_container,
}
