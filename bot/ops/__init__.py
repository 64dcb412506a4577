"""Operation of the bot: settings, logs, metrics, checks, shutdown."""
