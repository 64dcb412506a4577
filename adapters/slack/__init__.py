"""Slack: slash commands, mentions, buttons, modals and a Home tab, all of them Calls."""

from adapters.slack.client import Settings, serve
from adapters.slack.doctor_checks import checks, reached
from adapters.slack.events_endpoint import Door
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.oauth.install import Oauth
from adapters.slack.preview import payloads
from adapters.slack.setup_guide import guide

__all__ = [
    "SCOPES", "Door", "Oauth", "Settings", "checks", "guide", "manifest", "payloads", "reached",
    "serve",
]  # fmt: skip
