"""What an admin needs to set the app up on Slack: manifest, guide and checks."""
