"""The measures of a terminal, in character cells."""

NARROWEST = 40  # laid out for from here on; narrower windows get the same, wrapped
WIDEST = 120  # longer lines are hard to read
PROSE_COLUMN = 18  # a column of running text narrower than this is set as facts instead
LONGEST_WORD = 30  # a longer word may be broken within a column
GAP = 2  # cells between columns
