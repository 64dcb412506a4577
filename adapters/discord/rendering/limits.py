"""Limits of Discord's messages, in characters (code points) unless a comment says otherwise.

Source: Discord's developer documentation, August 2026. discord.py doesn't check these limits.
"""

CUSTOM_ID = 100
TEXT = 4_000  # all text in a message of components
COMPONENTS = 40  # components in a message, nested ones included
BUTTONS = 5  # buttons in a row
BUTTON_LABEL = 80
OPTIONS = 25  # options of a select, choices of a command option
OPTION_LABEL = 100
CHOICE_NAME = 100
CHOICE_VALUE = 100
ALT_TEXT = 1_024
MODAL_TITLE = 45
MODAL_LABEL = 45
MODAL_ROWS = 5
MODAL_INPUT = 4_000

# Chosen by this project.
TABLE_WIDTH = 42  # characters of a monospace line that a phone doesn't wrap (tested, undocumented)
CODE_BLOCK = 1_500  # longer code is sent as a file
MARKUP_RUN = 200  # marked-up text up to this length is never split
FIRST_RESPONSE_TIMEOUT = 3.0  # seconds from the interaction to the first response
FORM_TIMEOUT = 2.0  # seconds for looking up what a form shows, since it is a first response
DEFER_AFTER = 1.5  # seconds after which the response is deferred
TOKEN_LIFETIME = 15 * 60.0  # seconds in which an interaction can be answered
