"""A Slack on this machine: Web API, Socket Mode and HTTP mode, as strict as the platform."""
