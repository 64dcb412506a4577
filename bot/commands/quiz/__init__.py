"""Taking a quiz and sharing its result."""
