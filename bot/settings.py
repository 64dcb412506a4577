"""Settings, read once from the environment and ``.env``."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_DATABASE = re.compile(r"sqlite:///(?!:memory:).+|postgres(?:ql)?://.+")
_ADDRESS = re.compile(r"https?://\S+")
_SHARDS = re.compile(r"(\d{1,4})-(\d{1,4})/(\d{1,4})")
_SLACK_ID = re.compile(r"[USW][A-Z0-9]+")


class Settings(BaseSettings):
    """What an admin can set. An empty value counts as not set."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=False
    )

    content_dir: Path | None = Field(
        default=None,
        alias="CROSSROADS_CONTENT_DIR",
        description="A folder of your own content; its entries are added to ours or replace them.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        alias="DATABASE_URL",
        description="Where results are kept: sqlite:///… or postgresql://…; without it, a SQLite "
        "file crossroads.db in CROSSROADS_DATA_DIR.",
    )
    keep_days: int = Field(
        default=90,
        ge=1,
        alias="CROSSROADS_KEEP_DAYS",
        description="After how many days an unfinished quiz is deleted.",
    )
    data_dir: Path = Field(
        default=Path("data"),
        alias="CROSSROADS_DATA_DIR",
        description="Where the bot writes: the database, the history of the terminal.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console",
        alias="CROSSROADS_LOG_FORMAT",
        description="How log lines are written to standard error: console or json.",
    )

    http_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        alias="CROSSROADS_HTTP_PORT",
        description="The port for /livez, /readyz and /metrics, and for Slack's requests without "
        "Socket Mode; without it there is none, or 3000 where Slack needs one.",
    )
    discord_token: SecretStr | None = Field(
        default=None,
        alias="DISCORD_TOKEN",
        description="The token of the Discord application's bot; with it, the bot serves Discord.",
    )
    discord_api_base: str = Field(
        default="https://discord.com/api/v10",
        alias="DISCORD_API_BASE",
        description="Where Discord's API is, for proxies and stand-ins.",
    )

    shards: str | None = Field(
        default=None,
        alias="CROSSROADS_SHARDS",
        description="Which of Discord's shards this instance serves, as first-last/all, such as "
        "0-3/8; without it, all that Discord recommends.",
    )

    @field_validator("shards")
    @classmethod
    def _shards(cls, given: str | None) -> str | None:
        found = _SHARDS.fullmatch(given or "0-0/1")
        if found and int(found[1]) <= int(found[2]) < int(found[3]):
            return given
        raise ValueError("must look like 0-3/8: the first and the last, from 0 on, of how many")

    slack_bot_token: SecretStr | None = Field(
        default=None,
        alias="SLACK_BOT_TOKEN",
        description="The token of the Slack app's bot (xoxb-…); with it, the bot serves Slack.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        alias="SLACK_APP_TOKEN",
        description="The Slack app's own token (xapp-…), for Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        alias="SLACK_SIGNING_SECRET",
        description="The Slack app's signing secret, for HTTP instead of Socket Mode.",
    )
    slack_moderators: str = Field(
        default="",
        alias="CROSSROADS_SLACK_MODERATORS",
        description="Who moderates on Slack beside admins and owners: ids of members (U…) and of "
        "user groups (S…), with commas between.",
    )
    slack_api_base: str = Field(
        default="https://slack.com/api/",
        alias="SLACK_API_BASE",
        description="Where Slack's Web API is, for proxies and stand-ins.",
    )

    @field_validator("discord_api_base", "slack_api_base")
    @classmethod
    def _api_base(cls, address: str) -> str:
        if _ADDRESS.fullmatch(address):
            return address
        raise ValueError("must be an address that begins with https://")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        begins = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token is None or token.get_secret_value().startswith(begins):
            return token
        raise ValueError(f"must begin with {begins}")

    @field_validator("slack_moderators")
    @classmethod
    def _moderators(cls, listed: str) -> str:
        if all(_SLACK_ID.fullmatch(each.strip()) for each in listed.split(",") if each.strip()):
            return listed
        raise ValueError("must be ids such as U012AB3CD or S012AB3CD, with commas between")

    @model_validator(mode="after")
    def _slack(self) -> Self:
        """Hold what Slack needs together: the bot's token, and one way to hear from Slack."""
        ways = self.slack_app_token or self.slack_signing_secret
        if self.slack_bot_token and not ways:
            raise ValueError(
                "SLACK_BOT_TOKEN alone is not enough: set SLACK_APP_TOKEN too, for Socket Mode, or "
                "SLACK_SIGNING_SECRET, for HTTP"
            )
        if ways and not self.slack_bot_token:
            raise ValueError("SLACK_BOT_TOKEN is missing; what else is set for Slack needs it")
        return self

    def moderators(self) -> tuple[str, ...]:
        """Give the ids of those who moderate on Slack."""
        return tuple(filter(None, map(str.strip, self.slack_moderators.split(","))))

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or _DATABASE.fullmatch(url.get_secret_value()):
            return url
        raise ValueError("must look like sqlite:///data/results.db or postgresql://host/database")

    def database(self) -> str:
        """Give the database's address, the file in the data folder unless another one is set."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'crossroads.db'}"
        return self.database_url.get_secret_value()

    def shard_range(self) -> tuple[range, int] | None:
        """Give the shards of this instance and the number of all; None where Discord decides."""
        if self.shards is None:
            return None
        first, last, every = map(int, _SHARDS.findall(self.shards)[0])
        return range(first, last + 1), every
