"""The quiz engine: it knows outcomes, items and weights, and nothing of roles."""
