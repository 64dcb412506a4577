"""Slack adapter: slash commands, mentions, buttons, modals and the Home tab.

A name below loads Slack's SDK when it is first used, because previews of answers don't need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_MODULES = {
    "EventsEndpoint": "events_endpoint",
    "OAuthPages": "oauth.install",
    "SCOPES": "setup.manifest",
    "SlackSettings": "lifecycle",
    "create_manifest": "setup.manifest",
    "doctor_checks": "setup.doctor_checks",
    "open_platform": "setup.doctor_checks",
    "preview_payloads": "rendering.preview",
    "serve": "lifecycle",
    "setup_guide": "setup.guide",
}


def __getattr__(name: str) -> object:
    """Return one of the names above from the module that defines it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
