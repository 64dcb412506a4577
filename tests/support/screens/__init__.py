"""The size of rendered answers on a phone and in a terminal, and their buttons and menus."""
