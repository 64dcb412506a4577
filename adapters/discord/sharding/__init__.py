"""Division of Discord's shards (gateway connections) among several instances of the bot."""
