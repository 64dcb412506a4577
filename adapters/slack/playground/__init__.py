"""The playground's Slack: the real adapter, with an in-memory workspace in place of Slack."""

from adapters.slack.playground.pane import SlackPane

__all__ = ["SlackPane"]
