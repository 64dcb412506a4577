"""Rendering of replies as Slack's Block Kit."""
