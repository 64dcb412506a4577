"""Weekly tips: when they are due, which one is next, what is posted, and what came of it."""
