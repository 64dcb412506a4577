"""The bot's commands and answers, independent of the platform that shows them."""
