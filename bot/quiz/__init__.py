"""The quiz engine. It knows outcomes, items and weights, but nothing about roles."""
