"""Block Kit's blocks and views, and which blocks each surface (message, modal, Home tab) accepts.

Blocks that Slack is still releasing workspace by workspace (card, alert, container, carousel, plan
…) are missing on purpose, so they are refused, as in workspaces that don't have them yet.
Source: docs.slack.dev, reference/block-kit/blocks and reference/views.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from slack_server.composition_schema import (
    Mrkdwn,
    Option,
    OptionGroups,
    Picture,
    Plain,
    Plain24,
    Plain150,
    Plain2000,
    Str255,
    Str3000,
    Strict,
    Text2000,
    Text3000,
    Words,
    absent,
    refuse,
)
from slack_server.element_schema import Accessory, Action, Entry, FileInput

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100


class Style(Strict):
    bold: bool = absent()
    italic: bool = absent()
    strike: bool = absent()
    code: bool = absent()
    underline: bool = absent()


class Mark(Strict):
    """The styles that a mention may have; code isn't one of them."""

    bold: bool = absent()
    italic: bool = absent()
    strike: bool = absent()
    highlight: bool = absent()
    client_highlight: bool = absent()
    unlink: bool = absent()


class TextPart(Strict):
    type: Literal["text"]
    text: Words
    style: Style = absent()


class LinkPart(Strict):
    type: Literal["link"]
    url: Str3000
    text: Words = absent()
    unsafe: bool = absent()
    style: Style = absent()


class EmojiPart(Strict):
    type: Literal["emoji"]
    name: Words
    unicode: Words = absent()
    style: Style = absent()


class UserPart(Strict):
    type: Literal["user"]
    user_id: Words
    style: Mark = absent()


class UsergroupPart(Strict):
    type: Literal["usergroup"]
    usergroup_id: Words
    style: Mark = absent()


class ChannelPart(Strict):
    type: Literal["channel"]
    channel_id: Words
    style: Mark = absent()


class BroadcastPart(Strict):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]
    style: Style = absent()


class DatePart(Strict):
    type: Literal["date"]
    timestamp: int
    format: Words
    url: Str3000 = absent()
    fallback: Words = absent()
    style: Style = absent()


class ColorPart(Strict):
    type: Literal["color"]
    value: Words


Named = UserPart | UsergroupPart | ChannelPart | BroadcastPart | DatePart | ColorPart
Part = Annotated[TextPart | LinkPart | EmojiPart | Named, Field(discriminator="type")]
CodePart = Annotated[TextPart | LinkPart, Field(discriminator="type")]


class RichSection(Strict):
    type: Literal["rich_text_section"]
    elements: list[Part]


class RichList(Strict):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: list[RichSection]
    indent: Annotated[int, Field(ge=0, le=8)] = absent()
    offset: Annotated[int, Field(ge=0)] = absent()
    border: Literal[0, 1] = absent()


class RichPreformatted(Strict):
    type: Literal["rich_text_preformatted"]
    elements: list[CodePart]
    border: Literal[0, 1] = absent()
    language: Words = absent()


class RichQuote(Strict):
    type: Literal["rich_text_quote"]
    elements: list[Part]
    border: Literal[0, 1] = absent()


RichElement = Annotated[
    RichSection | RichList | RichPreformatted | RichQuote, Field(discriminator="type")
]


class Block(Strict):
    block_id: Str255 = absent()


class RichText(Block):
    type: Literal["rich_text"]
    elements: Annotated[list[RichElement], Field(min_length=1)]


class Section(Block):
    type: Literal["section"]
    text: Text3000 = absent()
    fields: Annotated[list[Text2000], Field(min_length=1, max_length=10)] = absent()
    accessory: Accessory = absent()
    expand: bool = absent()

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise refuse("must define either `text` or `fields`", at="type")
        return self


class Divider(Block):
    type: Literal["divider"]


class Header(Block):
    type: Literal["header"]
    text: Plain150


class Image(Block, Picture):
    title: Plain2000 = absent()


class Actions(Block):
    type: Literal["actions"]
    elements: Annotated[list[Action], Field(min_length=1, max_length=25)]


class Context(Block):
    type: Literal["context"]
    elements: Annotated[
        list[Annotated[Picture | Plain | Mrkdwn, Field(discriminator="type")]],
        Field(min_length=1, max_length=10),
    ]


class Markdown(Block):
    type: Literal["markdown"]
    text: Annotated[str, Field(min_length=1, max_length=12000)]


class RawText(Strict):
    type: Literal["raw_text"]
    text: Words  # an empty cell needs a space


class Column(Strict):
    align: Literal["left", "center", "right"] = absent()
    is_wrapped: bool = absent()


Cell = Annotated[RawText | RichText, Field(discriminator="type")]


class Table(Block):
    type: Literal["table"]
    rows: Annotated[
        list[Annotated[list[Cell], Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=100),
    ]
    column_settings: Annotated[list[Column], Field(max_length=20)] = absent()


class Input(Block):
    type: Literal["input"]
    label: Plain2000
    element: Entry
    hint: Plain2000 = absent()
    optional: bool = absent()
    dispatch_action: bool = absent()


Common = Section | Divider | Header | Image | Actions | Context | RichText
# Slack documents input blocks in messages, too; here only views accept them.
MessageBlock = Annotated[Common | Markdown | Table, Field(discriminator="type")]
ViewBlock = Annotated[Common | Input, Field(discriminator="type")]


class Surface(Strict):
    blocks: Annotated[list[ViewBlock], Field(max_length=VIEW_BLOCKS)]
    private_metadata: Annotated[str, Field(max_length=3000)] = absent()
    callback_id: Annotated[str, Field(max_length=255)] = absent()
    external_id: Annotated[str, Field(max_length=255)] = absent()


class Modal(Surface):
    type: Literal["modal"]
    title: Plain24
    submit: Plain24 = absent()
    close: Plain24 = absent()
    clear_on_close: bool = absent()
    notify_on_close: bool = absent()
    submit_disabled: bool = absent()

    @model_validator(mode="after")
    def submits_what_it_asks(self) -> Self:
        asks = any(isinstance(block, Input) for block in self.blocks)
        if asks and self.submit is None:
            raise refuse("must define `submit` to use an `input` block in modals", at="blocks")
        return self


class Home(Surface):
    type: Literal["home"]

    @model_validator(mode="after")
    def has_no_files(self) -> Self:
        for block in self.blocks:
            if isinstance(block, Input) and isinstance(block.element, FileInput):
                raise refuse("unsupported type: file_input", at="blocks")
        return self


class Suggestions(Strict):
    """An app's response with options for an external select."""

    options: Annotated[list[Option], Field(max_length=100)] = absent()
    option_groups: OptionGroups = absent()


class _Message(Strict):
    blocks: Annotated[list[MessageBlock], Field(max_length=MESSAGE_BLOCKS)]


class _View(Strict):
    view: Annotated[Modal | Home, Field(discriminator="type")]


MESSAGE: TypeAdapter[Any] = TypeAdapter(_Message)
VIEW: TypeAdapter[Any] = TypeAdapter(_View)
SUGGESTIONS: TypeAdapter[Any] = TypeAdapter(Suggestions)
