"""One file, one command; every module here is discovered."""
