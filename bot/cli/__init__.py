"""The command line, `crossroads`."""
