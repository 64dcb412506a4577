"""Replies as Block Kit."""
