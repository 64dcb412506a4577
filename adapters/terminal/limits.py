"""The measures of a terminal, in character cells."""

MIN_WIDTH = 40  # laid out for from here on; narrower windows get the same, wrapped
MAX_WIDTH = 120  # longer lines are hard to read
MIN_PROSE_COLUMN = 18  # a column of running text narrower than this is set as facts instead
MAX_UNBROKEN_WORD = 30  # a longer word may be broken within a column
COLUMN_GAP = 2  # cells between columns
