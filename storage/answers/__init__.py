"""Storage of community answers, members' feedback, and hidden statements."""
