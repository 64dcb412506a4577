"""Limits for the widths of a terminal layout, in character cells."""

MIN_WIDTH = 40  # of the layout; a narrower window wraps its lines
MAX_WIDTH = 120  # longer lines are hard to read
MIN_PROSE_COLUMN = 18  # a table with a narrower column of running text is stacked
MAX_UNBROKEN_WORD = 30  # a longer word may be broken within a column
COLUMN_GAP = 2  # cells between columns
