"""The bot's settings, read once from the environment and ``.env``."""

import io
import os
import re
from pathlib import Path
from typing import Final, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.ops.internals import first_invalid_line
from content import UnreadableFileError, read_text
from storage import parse_address

ENV_FILE: Final = Path(".env")
_MAX_ENV_BYTES = 100_000  # bytes
AUTO: Final = "auto"
_HTTP_URL = re.compile(r"https?://\S+")
_SHARD_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})/(\d{1,4})")
_FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")  # 32 bytes in base64
_SLACK_ID = re.compile(r"[USW][A-Z0-9]+")


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


class Settings(BaseModel):
    """All settings that an admin can set."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    content_dir: Path | None = Field(
        default=None,
        alias="CROSSROADS_CONTENT_DIR",
        description="A folder with your own content. Its entries are added to ours or replace "
        "them.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        alias="DATABASE_URL",
        description="The database: sqlite:///… or postgresql://…. If unset, the bot uses a "
        "SQLite file, crossroads.db in CROSSROADS_DATA_DIR.",
    )
    keep_days: int = Field(
        default=90,
        ge=1,
        alias="CROSSROADS_KEEP_DAYS",
        description="The number of days after which an unfinished quiz is deleted.",
    )
    contact: str = Field(
        default="",
        max_length=200,
        alias="CROSSROADS_CONTACT",
        description="The person or team that runs the bot, with an email address or link; "
        "`privacy` shows it.",
    )
    privacy_url: str = Field(
        default="",
        max_length=500,
        alias="CROSSROADS_PRIVACY_URL",
        description="The address of your privacy policy; `privacy` links to it.",
    )
    data_dir: Path = Field(
        default=Path("data"),
        alias="CROSSROADS_DATA_DIR",
        description="The folder for the database and the terminal's history.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console",
        alias="CROSSROADS_LOG_FORMAT",
        description="The format of log lines: console or json.",
    )

    http_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        alias="CROSSROADS_HTTP_PORT",
        description="The port for /livez, /readyz, /metrics and Slack's requests over HTTP. If "
        "unset, the bot opens no port, or port 3000 if Slack needs one.",
    )
    discord_token: SecretStr | None = Field(
        default=None,
        alias="DISCORD_TOKEN",
        description="Your Discord application's bot token. If set, the bot runs on Discord.",
    )
    discord_api_base: str = Field(
        default="https://discord.com/api/v10",
        alias="DISCORD_API_BASE",
        description="The address of Discord's API. Change it only to use a test server.",
    )

    discord_mentions: bool = Field(
        default=True,
        alias="CROSSROADS_DISCORD_MENTIONS",
        description="Whether the bot answers direct messages and mentions on Discord: on or off.",
    )

    shards: str | None = Field(
        default=None,
        alias="CROSSROADS_SHARDS",
        description="The Discord shards that this instance serves: first-last/total, such as "
        "0-3/8, or auto to share them among all instances on one PostgreSQL. If "
        "unset, the instance serves all shards that Discord recommends.",
    )

    @field_validator("shards")
    @classmethod
    def _validate_shards(cls, value: str | None) -> str | None:
        if value == AUTO:
            return value
        found = _SHARD_RANGE.fullmatch(value or "0-0/1")
        if found and int(found[1]) <= int(found[2]) < int(found[3]):
            return value
        raise ValueError(
            "must be auto or look like 0-3/8: the first shard, the last and the total, counting "
            "from 0"
        )

    slack_bot_token: SecretStr | None = Field(
        default=None,
        alias="SLACK_BOT_TOKEN",
        description="Your Slack app's bot token (xoxb-…). If set, the bot runs on Slack.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        alias="SLACK_APP_TOKEN",
        description="The app-level token of your Slack app (xapp-…), for Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        alias="SLACK_SIGNING_SECRET",
        description="The signing secret of your Slack app, for HTTP instead of Socket Mode.",
    )
    slack_client_id: str | None = Field(
        default=None,
        pattern=r"^[0-9]+\.[0-9]+$",
        alias="SLACK_CLIENT_ID",
        description="The client id of your Slack app. Set it instead of SLACK_BOT_TOKEN if many "
        "workspaces install the app.",
    )
    slack_client_secret: SecretStr | None = Field(
        default=None,
        alias="SLACK_CLIENT_SECRET",
        description="The client secret of your Slack app. Set it together with SLACK_CLIENT_ID.",
    )
    secret_keys: SecretStr | None = Field(
        default=None,
        alias="CROSSROADS_SECRET_KEYS",
        description="Keys that encrypt the workspaces' tokens in the database, separated by "
        "commas. The first one encrypts, and any of them can decrypt. `crossroads slack key` makes "
        "a new one.",
    )
    slack_moderators: str = Field(
        default="",
        alias="CROSSROADS_SLACK_MODERATORS",
        description="Moderators on Slack in addition to admins and owners: ids of members (U…) and "
        "user groups (S…), separated by commas.",
    )
    slack_api_base: str = Field(
        default="https://slack.com/api/",
        alias="SLACK_API_BASE",
        description="The address of Slack's Web API. Change it only to use a test server.",
    )

    @field_validator("discord_api_base", "slack_api_base")
    @classmethod
    def _validate_api_base(cls, address: str) -> str:
        if _HTTP_URL.fullmatch(address):
            return address
        raise ValueError("must be an address that begins with https://")

    @field_validator("privacy_url")
    @classmethod
    def _validate_privacy_url(cls, address: str) -> str:
        if not address or _HTTP_URL.fullmatch(address):
            return address
        raise ValueError("must be an address that begins with https://")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _validate_slack_token(
        cls, token: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        begins = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token is None or token.get_secret_value().startswith(begins):
            return token
        raise ValueError(f"must begin with {begins}")

    @field_validator("slack_moderators")
    @classmethod
    def _validate_moderators(cls, listed: str) -> str:
        if all(_SLACK_ID.fullmatch(each.strip()) for each in listed.split(",") if each.strip()):
            return listed
        raise ValueError("must be ids such as U012AB3CD or S012AB3CD, separated by commas")

    @field_validator("secret_keys")
    @classmethod
    def _validate_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is None or all(
            _FERNET_KEY.fullmatch(each) for each in _split_list(keys.get_secret_value())
        ):
            return keys
        raise ValueError("must be keys made by `crossroads slack key`, separated by commas")

    @model_validator(mode="after")
    def _validate_slack(self) -> Self:
        """Raise ValueError if the settings for Slack are incomplete or contradict each other.

        Slack needs a bot token or an OAuth app, and Socket Mode or HTTP.
        """
        ways = self.slack_app_token or self.slack_signing_secret
        oauth = (self.slack_client_id, self.slack_client_secret)
        if any(oauth) and self.slack_bot_token:
            raise ValueError(
                "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for many, so unset one "
                "of them"
            )
        if any(oauth) and self.slack_moderators:
            raise ValueError(
                "CROSSROADS_SLACK_MODERATORS only works with one workspace, because ids differ "
                "between workspaces"
            )
        if any(oauth) and not (all(oauth) and self.secret_keys):
            raise ValueError(
                "to serve many workspaces, set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and "
                "CROSSROADS_SECRET_KEYS together"
            )
        if self.serves_slack and not ways:
            raise ValueError(
                f"{'SLACK_BOT_TOKEN' if self.slack_bot_token else 'SLACK_CLIENT_ID'} isn't enough "
                "by itself: also set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for "
                "HTTP"
            )
        if ways and not self.serves_slack:
            raise ValueError("SLACK_BOT_TOKEN is missing; the other Slack settings need it")
        return self

    @property
    def serves_slack(self) -> bool:
        """True if Slack is set up, with one workspace's token or an app for many workspaces."""
        return bool(self.slack_bot_token or self.slack_client_id)

    def encryption_keys(self) -> tuple[str, ...]:
        """Return the keys for stored tokens: the first encrypts, each of them decrypts."""
        return _split_list(self.secret_keys.get_secret_value() if self.secret_keys else "")

    def moderator_ids(self) -> tuple[str, ...]:
        """Return the ids of Slack members and user groups that moderate in addition to admins."""
        return _split_list(self.slack_moderators)

    @field_validator("database_url")
    @classmethod
    def _validate_database_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            try:
                parse_address(url.get_secret_value())
            except ValueError as error:  # pydantic names the setting instead
                raise ValueError(str(error).removeprefix("The database's address ")) from None
        return url

    def database_address(self) -> str:
        """Return the database's URL; if none is set, that of a SQLite file in the data folder."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'crossroads.db'}"
        return self.database_url.get_secret_value()

    @model_validator(mode="after")
    def _validate_auto_shards(self) -> Self:
        """Require PostgreSQL for automatic sharding, because instances coordinate through it."""
        if self.shards == AUTO and not self.database_address().startswith("postgres"):
            raise ValueError(
                "CROSSROADS_SHARDS=auto needs a DATABASE_URL=postgresql://… shared by all instances"
            )
        return self

    def shard_range(self) -> tuple[range, int] | Literal["auto"] | None:
        """Return this instance's Discord shards and the number of all shards.

        Return "auto" if instances share them automatically, or None if Discord decides.
        """
        if self.shards is None or self.shards == AUTO:
            return AUTO if self.shards else None
        first, last, every = map(int, _SHARD_RANGE.findall(self.shards)[0])
        return range(first, last + 1), every


def read_settings(env: Path = ENV_FILE) -> Settings:
    """Return the settings from the environment, and from *env* where that has none.

    Case doesn't matter in names. An empty value counts as not set.

    Raises:
        UnreadableFileError: if *env* can't be read.
        ValidationError: if a setting is invalid.

    """
    text = read_env_file(env)
    invalid = first_invalid_line(text)
    if invalid is not None:
        mend = "write NAME=value, or put # before a comment"
        raise UnreadableFileError("is not a setting", mend, invalid)
    stored = dotenv_values(stream=io.StringIO(text))
    found = [*stored.items(), *os.environ.items()]
    return Settings.model_validate({name.upper(): value for name, value in found if value})


def read_env_file(env: Path) -> str:
    """Return the text of *env*, or "" if it doesn't exist.

    Raise UnreadableFileError if it can't be read.
    """
    return read_text(env, _MAX_ENV_BYTES) if os.path.lexists(env) else ""
