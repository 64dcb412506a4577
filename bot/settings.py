"""Settings, read once from the environment and ``.env``."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_DATABASE = re.compile(r"sqlite:///(?!:memory:).+|postgres(?:ql)?://.+")


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
