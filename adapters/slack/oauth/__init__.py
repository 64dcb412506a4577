"""Installation by other workspaces over OAuth, each with its own encrypted token."""
