"""Block Kit's elements: buttons, menus, pickers and fields.

Source: docs.slack.dev, reference/block-kit/block-elements, which also lists the blocks for each.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from slack_server.composition_schema import (
    Confirm,
    LinkOption,
    MarkedOption,
    MarkedOptions,
    Option,
    OptionGroups,
    Options,
    Picture,
    Plain75,
    Plain150,
    Str75,
    Str255,
    Str2000,
    Str3000,
    Strict,
    Words,
    absent,
    refuse,
)


class Interactive(Strict):
    action_id: Str255 = absent()
    confirm: Confirm = absent()


class Focusable(Interactive):
    focus_on_load: bool = absent()
    placeholder: Plain150 = absent()


class Button(Interactive):
    type: Literal["button"]
    text: Plain75
    value: Str2000 = absent()
    url: Str3000 = absent()
    style: Literal["primary", "danger"] = absent()
    accessibility_label: Str75 = absent()


class Overflow(Interactive):
    type: Literal["overflow"]
    options: Annotated[list[LinkOption], Field(min_length=1, max_length=5)]


def _chosen_is_offered(options: list[Any], chosen: list[Any], at: str) -> None:
    if any(each not in options for each in chosen):
        raise refuse("initial option must exactly match a provided option", at=at)


class Static(Focusable):
    options: Options = absent()
    option_groups: OptionGroups = absent()

    def offered(self) -> list[Option]:
        if (self.options is None) == (self.option_groups is None):
            raise refuse("must define either `options` or `option_groups`", at="type")
        return self.options or [each for group in self.option_groups for each in group.options]


class StaticSelect(Static):
    type: Literal["static_select"]
    initial_option: Option = absent()

    @model_validator(mode="after")
    def offers(self) -> Self:
        chosen = [self.initial_option] if self.initial_option else []
        _chosen_is_offered(self.offered(), chosen, "initial_option")
        return self


class MultiStaticSelect(Static):
    type: Literal["multi_static_select"]
    initial_options: Options = absent()
    max_selected_items: Annotated[int, Field(ge=1)] = absent()

    @model_validator(mode="after")
    def offers(self) -> Self:
        _chosen_is_offered(self.offered(), self.initial_options or [], "initial_options")
        return self


class ExternalSelect(Focusable):
    type: Literal["external_select"]
    initial_option: Option = absent()
    min_query_length: Annotated[int, Field(ge=0)] = absent()


class MultiExternalSelect(Focusable):
    type: Literal["multi_external_select"]
    initial_options: Options = absent()
    min_query_length: Annotated[int, Field(ge=0)] = absent()
    max_selected_items: Annotated[int, Field(ge=1)] = absent()


class UsersSelect(Focusable):
    type: Literal["users_select"]
    initial_user: Words = absent()


class MultiUsersSelect(Focusable):
    type: Literal["multi_users_select"]
    initial_users: Annotated[list[Words], Field(min_length=1)] = absent()
    max_selected_items: Annotated[int, Field(ge=1)] = absent()


class ChannelsSelect(Focusable):
    type: Literal["channels_select"]
    initial_channel: Words = absent()
    response_url_enabled: bool = absent()


class ConversationsSelect(Focusable):
    type: Literal["conversations_select"]
    initial_conversation: Words = absent()
    default_to_current_conversation: bool = absent()
    response_url_enabled: bool = absent()
    filter: dict[str, Any] = absent()


class MultiConversationsSelect(Focusable):
    type: Literal["multi_conversations_select"]
    initial_conversations: Annotated[list[Words], Field(min_length=1)] = absent()
    default_to_current_conversation: bool = absent()
    filter: dict[str, Any] = absent()
    max_selected_items: Annotated[int, Field(ge=1)] = absent()


class FileInput(Strict):
    """A field for files, which exists only in modals."""

    type: Literal["file_input"]
    action_id: Str255 = absent()
    filetypes: Annotated[list[Words], Field(min_length=1)] = absent()
    max_files: Annotated[int, Field(ge=1, le=10)] = absent()


class Checkboxes(Interactive):
    type: Literal["checkboxes"]
    options: MarkedOptions
    initial_options: MarkedOptions = absent()
    focus_on_load: bool = absent()

    @model_validator(mode="after")
    def offers(self) -> Self:
        _chosen_is_offered(self.options, self.initial_options or [], "initial_options")
        return self


class RadioButtons(Interactive):
    type: Literal["radio_buttons"]
    options: MarkedOptions
    initial_option: MarkedOption = absent()
    focus_on_load: bool = absent()

    @model_validator(mode="after")
    def offers(self) -> Self:
        chosen = [self.initial_option] if self.initial_option else []
        _chosen_is_offered(self.options, chosen, "initial_option")
        return self


class DatePicker(Focusable):
    type: Literal["datepicker"]
    initial_date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] = absent()


class TimePicker(Focusable):
    type: Literal["timepicker"]
    initial_time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = absent()
    timezone: Words = absent()


class DateTimePicker(Interactive):
    type: Literal["datetimepicker"]
    initial_date_time: int = absent()
    focus_on_load: bool = absent()


class TextInput(Focusable):
    dispatch_action_config: dict[str, Any] = absent()
    initial_value: Str3000 = absent()


class PlainTextInput(TextInput):
    type: Literal["plain_text_input"]
    multiline: bool = absent()
    min_length: Annotated[int, Field(ge=0, le=3000)] = absent()
    max_length: Annotated[int, Field(ge=1, le=3000)] = absent()


class EmailInput(TextInput):
    type: Literal["email_text_input"]


class UrlInput(TextInput):
    type: Literal["url_text_input"]


class NumberInput(TextInput):
    type: Literal["number_input"]
    is_decimal_allowed: bool
    min_value: str = absent()
    max_value: str = absent()


Menus = (
    StaticSelect
    | ExternalSelect
    | UsersSelect
    | ChannelsSelect
    | ConversationsSelect
    | Checkboxes
    | RadioButtons
    | DatePicker
    | TimePicker
)
Multis = MultiStaticSelect | MultiExternalSelect | MultiUsersSelect | MultiConversationsSelect
Accessory = Annotated[Button | Overflow | Picture | Menus | Multis, Field(discriminator="type")]
Action = Annotated[Button | Overflow | Menus | DateTimePicker, Field(discriminator="type")]
Texts = PlainTextInput | EmailInput | UrlInput | NumberInput
Entry = Annotated[Texts | Menus | Multis | DateTimePicker | FileInput, Field(discriminator="type")]
