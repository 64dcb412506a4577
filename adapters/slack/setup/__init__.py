"""Set-up of the app on Slack: manifest, guide and doctor checks."""
