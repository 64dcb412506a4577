"""A Discord on this machine: HTTP and gateway over real sockets, as strict as the platform."""
