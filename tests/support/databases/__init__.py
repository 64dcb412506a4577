"""Databases for tests: their own server, plain SQL, damaged files."""
