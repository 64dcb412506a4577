"""Installation of the app in many workspaces over OAuth, with an encrypted token for each."""
