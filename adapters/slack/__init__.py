"""Slack: slash commands, mentions, buttons, modals and a Home tab, all of them Calls."""

from adapters.slack.checks import checks, reached
from adapters.slack.client import Settings, serve
from adapters.slack.guide import guide
from adapters.slack.http import Door
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.preview import payloads

__all__ = [
    "SCOPES", "Door", "Settings", "checks", "guide", "manifest", "payloads", "reached",
    "serve",
]  # fmt: skip
