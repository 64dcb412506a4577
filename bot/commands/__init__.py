"""The commands, one per module. Every module of this package is loaded at start-up."""
