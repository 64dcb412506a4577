"""Text as it was written, made harmless for every platform."""

import re

# Escape sequences must not reach a terminal, and nothing shall turn a message's text around.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def sanitize(text: str) -> str:
    """Make *text* harmless: control characters become visible, tabs become spaces."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").expandtabs(4))
