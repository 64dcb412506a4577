"""Block Kit's composition objects, as strict as Slack's own schema.

Sources: docs.slack.dev, reference/block-kit (composition objects, block elements), and the models
of slack_sdk 3.47. Unknown fields and nulls are refused.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """A model that refuses unknown fields and doesn't convert values."""

    model_config = ConfigDict(extra="forbid", strict=True)


def absent() -> Any:
    """Return the default of a field that may be missing but not null."""
    return Field(default=None)


def refuse(message: str, at: str = "") -> PydanticCustomError:
    """Return the error with Slack's *message*, at the field *at* of the object."""
    return PydanticCustomError("slack", "{words}", {"words": message, "at": at})


def at_most(most: int) -> AfterValidator:
    """Return a validator for the maximum number of characters in a text object."""

    def check(text: "Plain | Mrkdwn") -> "Plain | Mrkdwn":
        if len(text.text) > most:
            raise refuse(f"must be less than {most + 1} characters", at="text")
        return text

    return AfterValidator(check)


Words = Annotated[str, Field(min_length=1)]
Str75 = Annotated[str, Field(min_length=1, max_length=75)]
Str150 = Annotated[str, Field(min_length=1, max_length=150)]
Str255 = Annotated[str, Field(min_length=1, max_length=255)]
Str2000 = Annotated[str, Field(min_length=1, max_length=2000)]
Str3000 = Annotated[str, Field(min_length=1, max_length=3000)]


class Plain(Strict):
    type: Literal["plain_text"]
    text: Words
    emoji: bool = absent()


class Mrkdwn(Strict):
    type: Literal["mrkdwn"]
    text: Words
    verbatim: bool = absent()


AnyText = Annotated[Plain | Mrkdwn, Field(discriminator="type")]
Plain24 = Annotated[Plain, at_most(24)]
Plain75 = Annotated[Plain, at_most(75)]
Plain150 = Annotated[Plain, at_most(150)]
Plain2000 = Annotated[Plain, at_most(2000)]
Text75 = Annotated[AnyText, at_most(75)]
Text2000 = Annotated[AnyText, at_most(2000)]
Text3000 = Annotated[AnyText, at_most(3000)]


class Confirm(Strict):
    title: Annotated[Plain, at_most(100)]
    text: Annotated[AnyText, at_most(300)]
    confirm: Annotated[Plain, at_most(30)]
    deny: Annotated[Plain, at_most(30)]
    style: Literal["primary", "danger"] = absent()


class Option(Strict):
    text: Plain75
    value: Str150
    description: Plain75 = absent()


class LinkOption(Option):
    url: Str3000 = absent()


class MarkedOption(Strict):
    text: Text75
    value: Str150
    description: Text75 = absent()


class OptionGroup(Strict):
    label: Plain75
    options: Annotated[list[Option], Field(min_length=1, max_length=100)]


Options = Annotated[list[Option], Field(min_length=1, max_length=100)]
OptionGroups = Annotated[list[OptionGroup], Field(min_length=1, max_length=100)]
MarkedOptions = Annotated[list[MarkedOption], Field(min_length=1, max_length=10)]


class SlackFile(Strict):
    id: Words = absent()
    url: Str3000 = absent()


class Picture(Strict):
    """The common fields of image blocks and image elements."""

    type: Literal["image"]
    alt_text: Str2000
    image_url: Str3000 = absent()
    slack_file: SlackFile = absent()

    @model_validator(mode="after")
    def one_source(self) -> Self:
        if (self.image_url is None) == (self.slack_file is None):
            raise refuse("must define either `image_url` or `slack_file`", at="type")
        return self
