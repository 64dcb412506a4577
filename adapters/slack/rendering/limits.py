"""Slack's measures, in characters (code points) unless said otherwise.

Sources: the models of slack_sdk 3.47, docs.slack.dev (Block Kit, views), November 2026; what is
undocumented is named so, and kept well below where it was seen to end.
"""

# Documented.
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100  # of a modal or Home tab
HEADER = 150
BUTTON_LABEL = 75
BUTTONS = 25  # elements of an actions block
VALUE = 2_000  # of a button
OPTIONS = 100  # of a select
OPTION_LABEL = 75
OPTION_VALUE = 150
TABLE_ROWS = 100  # the heads among them
TABLE_COLUMNS = 20
ALT = 2_000  # of a picture's description
CONTEXT = 10  # elements of a context block
VIEW_TITLE = 24
INPUT = 3_000  # of a text field
METADATA = 3_000  # private to the app, in a view
LAYERS = 3  # views that lie over one another
COMMAND_ABOUT = 2_000  # of a slash command's description in the manifest
HINT = 1_000  # of its usage
SIGNED = 300  # seconds that a signature is good for

# Seen, not documented: messages end near 13,200 characters, each block costing about 100 beside
# its text (bolt-js 2509 and 2867), and tables at 10,000.
TEXT = 12_000
BLOCK = 100
TABLE_TEXT = 9_000

# Ours.
TABLE_CELL = 1_000  # a table with a longer cell is no table to look at
TABLE_WIDTH = 42  # cells of a monospaced line that a phone does not wrap
SUMMARY = 1_000  # of a message in plain text, for notifications and screen readers
FEW = 10  # choices that are buttons; more stand in a select
ACK_AFTER = 0.8  # seconds after which a request is acknowledged before its answer is there
LATE = 25 * 60.0  # seconds in which an answer may follow (a response URL lives 30 minutes)
REQUEST = 1 << 20  # bytes of a request over HTTP
