"""Sharing of the gateway's shards among several instances of the bot."""
