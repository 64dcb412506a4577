"""Check of an app manifest against Slack's schema, as api.slack.com makes it.

Source: docs.slack.dev, reference/app-manifest.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from slack_server.composition_schema import Strict, Words, absent, refuse
from slack_server.world import ApiError

Https = Annotated[str, Field(pattern=r"^https://")]


class Metadata(Strict):
    major_version: Literal[1, 2] = absent()
    minor_version: int = absent()


class Display(Strict):
    name: Annotated[str, Field(min_length=1, max_length=35)]
    description: Annotated[str, Field(max_length=140)] = absent()
    long_description: Annotated[str, Field(min_length=174, max_length=4000)] = absent()
    background_color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = absent()


class SlashCommand(Strict):
    command: Annotated[str, Field(pattern=r"^/[a-z0-9_-]+$", max_length=32)]
    description: Annotated[str, Field(min_length=1, max_length=2000)]
    usage_hint: Annotated[str, Field(min_length=1, max_length=1000)] = absent()
    should_escape: bool = absent()
    url: Https = absent()


class AppHome(Strict):
    home_tab_enabled: bool = absent()
    messages_tab_enabled: bool = absent()
    messages_tab_read_only_enabled: bool = absent()


class BotUser(Strict):
    display_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._-]+$", max_length=80)]
    always_online: bool = absent()


class Features(Strict):
    app_home: AppHome = absent()
    bot_user: BotUser = absent()
    slash_commands: Annotated[list[SlashCommand], Field(max_length=50)] = absent()

    @model_validator(mode="after")
    def names_are_unique(self) -> Self:
        names = [each.command for each in self.slash_commands or ()]
        if len(set(names)) < len(names):
            raise refuse("duplicate slash command", at="slash_commands")
        return self


class Scopes(Strict):
    bot: Annotated[list[Words], Field(max_length=255)] = absent()
    user: Annotated[list[Words], Field(max_length=255)] = absent()


class Oauth(Strict):
    redirect_urls: Annotated[list[Https], Field(max_length=1000)] = absent()
    scopes: Scopes = absent()


class Subscriptions(Strict):
    request_url: Https = absent()
    bot_events: Annotated[list[Words], Field(max_length=100)] = absent()


class Interactivity(Strict):
    is_enabled: bool
    request_url: Https = absent()
    message_menu_options_url: Https = absent()


class Configuration(Strict):
    event_subscriptions: Subscriptions = absent()
    interactivity: Interactivity = absent()
    org_deploy_enabled: bool = absent()
    socket_mode_enabled: bool = absent()
    token_rotation_enabled: bool = absent()


class Manifest(Strict):
    metadata: Metadata | None = Field(default=None, alias="_metadata")
    display_information: Display
    features: Features = absent()
    oauth_config: Oauth = absent()
    settings: Configuration = absent()

    @model_validator(mode="after")
    def has_addresses(self) -> Self:
        commands = (self.features and self.features.slash_commands) or []
        needs_url = self.settings is not None and not self.settings.socket_mode_enabled
        if needs_url and any(each.url is None for each in commands):
            raise refuse("a slash command needs a url without Socket Mode", at="features")
        return self


_MANIFEST: TypeAdapter[Any] = TypeAdapter(Manifest)


def check_manifest(manifest: dict[str, Any]) -> None:
    """Raise ApiError if Slack would refuse the manifest."""
    try:
        _MANIFEST.validate_python(manifest)
    except ValidationError as error:
        faults = [f"{each['loc']}: {each['msg']}" for each in error.errors(include_url=False)]
        raise ApiError("invalid_manifest", faults) from error
