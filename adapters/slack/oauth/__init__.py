"""Installing the app in many workspaces, each with its own token."""
