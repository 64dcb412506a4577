"""Use of python-dotenv's undocumented parser, which finds invalid lines in ``.env``."""

import io

from dotenv.parser import parse_stream


def first_invalid_line(text: str) -> int | None:
    """Return the number of the first line that python-dotenv can't parse, or None.

    The documented `dotenv_values` only logs a warning and skips the line, so that an admin would
    see a missing setting instead of the typo.
    """
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            statement = binding.original.string  # begins with the blank lines before it
            blank = statement[: len(statement) - len(statement.lstrip())]
            return binding.original.line + blank.count("\n")
    return None
