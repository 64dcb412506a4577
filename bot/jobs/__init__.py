"""Scheduled work, beside the platforms."""
