"""Pay as the sources claim it: held against each other, never blended."""
