"""The command for questions in a member's own words, and the list of questions it answers."""
