"""Settings of a community, for its moderators."""
