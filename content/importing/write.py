"""Writing of a survey as a YAML file with one group per line, so that people can review it."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from content.importing.rows import ImportRefused
from content.surveys import PayGroup, Survey

_HEADER = """\
# yaml-language-server: $schema=../schemas/surveys.schema.json
# Written by `crossroads content import-salaries`; change the titles or the code, not this file.
"""
_PUBLIC = 0o666  # permissions before the umask; a temporary file starts as private


def format_survey(survey: Survey) -> str:
    """Return *survey* as YAML text. Equal surveys result in the same text."""
    return _HEADER + "\n".join(_format_lines(survey)) + "\n"


def _format_lines(survey: Survey) -> Iterator[str]:
    for name in ("id", "source", "sha256", "basis", "quantiles", "paired"):
        yield f"{name}: {_format_scalar(getattr(survey, name))}"
    yield "rows:"
    yield f"  read: {survey.rows.read}"
    yield f"  used: {survey.rows.used}"
    yield from _format_counts("  rejected", survey.rows.rejected)
    yield from _format_counts("  left", survey.rows.left)
    yield from _format_counts("mapped", survey.mapped)
    yield from _format_counts("unmapped", survey.unmapped)
    yield "rates:" if survey.rates else "rates: []"
    for rate in survey.rates:
        yield f"  - {{{', '.join(f'{key}: {value}' for key, value in rate)}}}"
    yield f"groups:  # {' '.join(PayGroup.model_fields)}"
    yield from (f"  - {group.to_row()}" for group in survey.groups)


def _format_counts(name: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"{name}:" if counts else f"{name}: {{}}"
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    for key, number in counts.items():
        yield f"{indent}{_format_scalar(key)}: {number}"


def _format_scalar(value: object) -> str:
    """Return a value as JSON, which is valid YAML for any text, such as untrusted job titles."""
    return json.dumps(value, ensure_ascii=False)


def replace_file(out: Path, content: str) -> None:
    """Replace the text of the file *out* atomically, so that readers see the old text or the new.

    Raise ImportRefused if the file can't be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}-")
    except OSError as error:
        raise ImportRefused(f"{out} can't be written: {error.strerror}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_PUBLIC & ~_umask())
        temporary.replace(out)
    except OSError as error:
        raise ImportRefused(f"{out} can't be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
