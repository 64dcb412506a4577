"""Running the bot: settings, logs, metrics, checks, shutdown."""
