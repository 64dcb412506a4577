"""Slack adapter: slash commands, mentions, buttons, modals and the Home tab."""

from adapters.slack.events_endpoint import EventsEndpoint
from adapters.slack.lifecycle import SlackSettings, serve
from adapters.slack.oauth.install import OAuthPages
from adapters.slack.rendering.preview import preview_payloads
from adapters.slack.setup.doctor_checks import doctor_checks, open_platform
from adapters.slack.setup.guide import setup_guide
from adapters.slack.setup.manifest import SCOPES, create_manifest

__all__ = [
    "SCOPES", "EventsEndpoint", "OAuthPages", "SlackSettings", "create_manifest", "doctor_checks",
    "open_platform", "preview_payloads", "serve", "setup_guide",
]  # fmt: skip
