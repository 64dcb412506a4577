"""Discord's measures, in characters (code points) unless said otherwise.

Source: Discord's developer documentation, August 2026; the library does not hold them.
"""

CUSTOM_ID = 100
TEXT = 4_000  # of all text in a message of components
COMPONENTS = 40  # in a message, nested ones counted
BUTTONS = 5  # in a row
BUTTON_LABEL = 80
OPTIONS = 25  # in a select, and choices of an option
OPTION_LABEL = 100
CHOICE_NAME = 100
CHOICE_VALUE = 100
ALT = 1_024  # of a picture's description
MODAL_TITLE = 45
MODAL_LABEL = 45
MODAL_ROWS = 5
MODAL_INPUT = 4_000

# Ours.
TABLE_WIDTH = 42  # cells of a monospaced line that a phone does not wrap (seen, not documented)
SNIPPET = 1_500  # a longer snippet is sent as a file
ATOM = 200  # a stretch of marked-up text that is never split
FIRST_RESPONSE = 3.0  # seconds from the interaction to the first response
DEFER_AFTER = 1.5  # seconds after which a command's answer is announced instead
TOKEN_LIFE = 15 * 60.0  # seconds in which an interaction can be answered
