"""The sizes of terminal layouts: widths in character cells, and the lines of a page."""

MIN_WIDTH = 40  # in a narrower window, the lines of the layout wrap
MAX_WIDTH = 120  # longer lines are hard to read
MIN_PROSE_COLUMN = 18  # a table is stacked if a column of long text would be narrower
MAX_UNBROKEN_WORD = 30  # a longer word may be broken within a column
COLUMN_GAP = 2  # cells between columns
PAGE_LINES = 44  # of a reply in a chat: two screens of 24 lines, without the choices below it
SCREEN_LINES = 21  # of a first answer on one screen, without a blank line and two rows of choices
FIRST_PAGE_LINES = 20  # if there is another: its number and a second row of choices are below it
