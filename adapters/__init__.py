"""Adapters for the platforms: they convert events to Calls (commands with arguments).

They also send the bot's replies in each platform's format.
"""
