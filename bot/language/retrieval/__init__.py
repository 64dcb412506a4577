"""Finding the FAQ entry that answers a question."""
