"""The loopback Discord: HTTP API and gateway on this machine, as strict as Discord."""
