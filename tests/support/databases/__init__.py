"""Databases as tests need them: their own server, plain SQL, damaged files."""
