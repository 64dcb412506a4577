"""Slack: slash commands, mentions, buttons, modals and a Home tab, all of them Calls."""

from adapters.slack.client import Settings, serve
from adapters.slack.http import Door
from adapters.slack.install import Oauth
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.preview import payloads

__all__ = ["SCOPES", "Door", "Oauth", "Settings", "manifest", "payloads", "serve"]
