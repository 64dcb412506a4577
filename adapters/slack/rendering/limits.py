"""Slack's limits, in characters (code points) unless stated otherwise.

Sources: the models of slack_sdk 3.47 and docs.slack.dev (Block Kit, views), November 2026.
"""

# Documented.
MAX_MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100  # of a modal or Home tab
ACTION_ID = 255
BUTTON_LABEL = 75
BUTTONS = 25  # elements of an actions block
BUTTON_VALUE = 2_000  # of a button
OPTIONS = 100  # of a select
OPTION_LABEL = 75
OPTION_VALUE = 150
TABLE_ROWS = 100  # with the titles
TABLE_COLUMNS = 20
ALT_TEXT = 2_000
CONTEXT_ELEMENTS = 10  # elements of a context block
SECTION_FIELDS = 10  # fields of a section
VIEW_TITLE = 24
VIEW_SUBMIT = 24  # the label of a form's button
INPUT_TEXT = 3_000  # of a text field
METADATA = 3_000  # of a view
MODAL_DEPTH = 3  # stacked modals
COMMAND_DESCRIPTION = 2_000  # of a slash command's description in the manifest
COMMAND_HINT = 1_000  # of its usage
SIGNATURE_SECONDS = 300  # that a signature is valid

# Undocumented but observed: a message may have about 13,200 characters, and each block counts as
# 100 in addition to its text (bolt-js 2509 and 2867). A table may have 10,000.
BLOCK_COST = 100
TABLE_TEXT = 9_000

# Our own limits.
PAGE_COST = 7_000  # of a page, with BLOCK_COST for each block; leaves room for long menus below it
HEADING = 150  # a longer one is text, which can be split
FIELD_TEXT = 45  # of a fact beside others; longer ones have lines of their own
TABLE_CELL = 1_000  # a table with a longer cell is hard to read and not used
TABLE_WIDTH = 42  # characters of a monospaced line that a phone doesn't wrap
SUMMARY = 1_000  # for notifications and screen readers
MAX_BUTTON_CHOICES = 10  # more are shown as a select menu
ACK_AFTER = 0.8  # seconds for which an acknowledgement waits for the reply
RESPONSE_URL_SECONDS = 25 * 60.0  # a response URL lives 30 minutes
REQUEST_BYTES = 1 << 20  # over HTTP
