"""A community (Discord server or Slack workspace): who moderates it, its settings and notices."""
