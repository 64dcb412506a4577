"""Shards of the gateway that several instances of the bot share."""
