"""From a typed line to a Call."""
