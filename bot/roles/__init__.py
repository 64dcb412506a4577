"""Facts about roles, and their comparison."""
