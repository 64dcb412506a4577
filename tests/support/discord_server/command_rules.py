"""Discord's rules for the declarations of commands."""

import re
from typing import Any

from discord_server.errors import ApiError, Json, Validator

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, CHANNEL, NUMBER, ATTACHMENT = 1, 2, 3, 4, 7, 10, 11
ROLE, MENTIONABLE = 8, 9
CHANNEL_TYPES = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16}
MOST_OF_KIND = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
MOST_CHARACTERS = 8000
NAME = re.compile(r"[-_'\w]{1,32}")
VALUES: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), NUMBER: (int, float)}


def check_commands(commands: Any) -> list[Json]:
    """Check the commands of a bulk overwrite, and return them."""
    form = Validator()
    names: set[tuple[int | None, str]] = set()
    for index, command in enumerate(form.items({"": commands}, "", 0, 150)):
        key = (check_command(form.at(index), command), str(command.get("name")))
        if key in names:
            form.at(index, "name").wrong(
                "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        names.add(key)
    for kind, most in MOST_OF_KIND.items():
        if sum(1 for which, _ in names if which == kind) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
    form.refuse_if_wrong()
    return list(commands)


def check_command(form: Validator, command: Json) -> int | None:
    """Check one declaration, and return its kind."""
    kind = form.one_of({"type": command.get("type") or SLASH}, "type", MOST_OF_KIND.keys())
    if kind == SLASH:
        check_name(form, command)
        form.text(command, "description", 1, 100)
        check_options(form, command, depth=0)
    else:
        form.text(command, "name", 1, 32)
        if command.get("description"):
            form.at("description").wrong("BASE_TYPE_MAX_LENGTH", "A menu has no description")
    check_contexts(form, command)
    form.flag(command, "nsfw")
    if count_characters(command) > MOST_CHARACTERS:
        form.wrong(
            "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})"
        )
    return kind


def check_name(form: Validator, holder: Json) -> None:
    name = form.text(holder, "name", 1, 32)
    for text in [name, *(form.within(holder, "name_localizations") or {}).values()]:
        if isinstance(text, str) and (not NAME.fullmatch(text) or text != text.lower()):
            form.at("name").wrong("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def check_contexts(form: Validator, command: Json) -> None:
    """Check where a command can be used and installed."""
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        values = command.get(key)
        if values is None:
            continue
        known = values if isinstance(values, list) else []
        right = known and all(isinstance(value, int) and value in allowed for value in known)
        if not right or len(set(values)) != len(values):
            form.at(key).wrong("BASE_TYPE_CHOICES", f"Distinct values of {allowed}, at least one")
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        form.at("default_member_permissions").wrong("NUMBER_TYPE_COERCE", "Not a bit set")


def check_options(form: Validator, holder: Json, depth: int) -> None:
    """Check options; only depth 0, and groups at depth 1, may contain subcommands."""
    names: set[Any] = set()
    optional, kinds = False, set()
    for index, option in enumerate(form.items(holder, "options", 0, 25)):
        here = form.at("options", index)
        kind, name = check_option(here, option, depth), str(option.get("name"))
        if name in names:
            here.at("name").wrong(
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists"
            )
        names.add(name)
        kinds.add(kind in {SUBCOMMAND, GROUP})
        if option.get("required") and optional:
            here.wrong(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional = optional or not option.get("required")
    if len(kinds) > 1:
        form.at("options").wrong(
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all others",
        )


def check_option(form: Validator, option: Json, depth: int) -> int | None:
    """Check one option, and return its type."""
    values = set(range(3, 12))
    kind = form.one_of(option, "type", (values | {SUBCOMMAND, GROUP}, {SUBCOMMAND}, values)[depth])
    check_name(form, option)
    form.text(option, "description", 1, 100)
    if kind in {SUBCOMMAND, GROUP}:
        for key in ("required", "choices", "autocomplete"):
            if option.get(key):
                form.at(key).wrong("APPLICATION_COMMAND_OPTION_KEY", f"{key} does not fit the type")
        check_options(form, option, depth=1 if kind == GROUP else 2)
        return kind
    form.flag(option, "required")
    check_choices(form, option, kind)
    check_channel_types(form, option, kind)
    for key, kinds, low, high in (
        ("min_length", {STRING}, 0, 6000),
        ("max_length", {STRING}, 1, 6000),
        ("min_value", {INTEGER}, -(2**53), 2**53),
        ("max_value", {INTEGER}, -(2**53), 2**53),
    ):
        if kind in kinds:
            form.number(option, key, low, high)
        elif option.get(key) is not None and kind != NUMBER:
            form.at(key).wrong("APPLICATION_COMMAND_OPTION_KEY", f"{key} does not fit the type")
    return kind


def check_channel_types(form: Validator, option: Json, kind: int | None) -> None:
    """Check the channel types that a channel option accepts."""
    given = option.get("channel_types")
    if given is None:
        return
    here = form.at("channel_types")
    if kind != CHANNEL:
        here.wrong("APPLICATION_COMMAND_OPTION_KEY", "channel_types does not fit the type")
    elif not isinstance(given, list) or not set(given) <= CHANNEL_TYPES:
        here.wrong("BASE_TYPE_CHOICES", f"Value must be one of {CHANNEL_TYPES}.")


def check_choices(form: Validator, option: Json, kind: int | None) -> None:
    choices = form.items(option, "choices", 0, 25)
    completes = form.flag(option, "autocomplete")
    if choices and completes:
        form.wrong(
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            "autocomplete and choices exclude each other",
        )
    if (choices or completes) and kind not in VALUES:
        form.wrong("APPLICATION_COMMAND_OPTION_CHOICES_TYPE", "This type has no choices")
        return
    check_choice_list(form.at("choices"), choices, kind or STRING)


def check_choice_list(form: Validator, choices: list[Json], kind: int) -> None:
    """Check the choices of a declaration or of an autocomplete response."""
    names: set[Any] = set()
    for index, choice in enumerate(choices):
        here = form.at(index)
        here.text(choice, "name", 1, 100)
        value = choice.get("value")
        if isinstance(value, bool) or not isinstance(value, VALUES[kind]):
            here.at("value").wrong("CHOICE_TYPE", f'"{value}" does not fit the option')
        elif isinstance(value, str):
            here.text(choice, "value", 1, 100)
        if str(choice.get("name")) in names:
            here.at("name").wrong("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Twice")
        names.add(str(choice.get("name")))


def count_characters(holder: Json) -> int:
    """Return the total length of names, descriptions and values, in the longest translation."""
    total = 0
    for key in ("name", "description"):
        localized = holder.get(f"{key}_localizations")
        texts = [
            holder.get(key) or "",
            *(localized.values() if isinstance(localized, dict) else ()),
        ]
        total += max(len(str(text)) for text in texts)
    if isinstance(holder.get("value"), str):
        total += len(holder["value"])
    inner = [holder.get("options"), holder.get("choices")]
    parts = [part for parts in inner if isinstance(parts, list) for part in parts]
    return total + sum(count_characters(part) for part in parts if isinstance(part, dict))
