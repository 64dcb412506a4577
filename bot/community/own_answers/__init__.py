"""Own answers of a community: their files, checks of what moderators enter, and how they look."""
