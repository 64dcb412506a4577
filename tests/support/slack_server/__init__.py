"""The loopback Slack: Web API, Socket Mode and HTTP mode on this machine, as strict as Slack."""
