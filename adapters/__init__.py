"""The edges: a platform's events become Calls, Replies become its payloads."""
