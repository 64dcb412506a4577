"""Commands for taking a quiz and sharing its result."""
