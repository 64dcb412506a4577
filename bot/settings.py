"""Settings, read once from the environment and ``.env``."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    data_dir: Path = Field(
        default=Path("data"),
        alias="CROSSROADS_DATA_DIR",
        description="Where files that the bot writes are kept: the terminal's history.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console",
        alias="CROSSROADS_LOG_FORMAT",
        description="How log lines are written to standard error: console or json.",
    )
