"""The pages of an answer about pay, with their buttons."""
