"""Replacement of control characters, which could attack a terminal or reverse a text."""

import re

# C0 and C1 controls except newline and tab, bidirectional controls, line separators, surrogates.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def sanitize(text: str) -> str:
    """Return *text* with U+FFFD in place of control characters and spaces in place of tabs."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").expandtabs(4))
