"""Facts about roles, and the comparison of two roles."""
