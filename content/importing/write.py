"""A survey as a YAML file that people can review: one group a line."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from content.importing.rows import Refused
from content.surveys import PayGroup, Survey

_HEAD = """\
# yaml-language-server: $schema=../schemas/surveys.schema.json
# Written by `crossroads content import-salaries`; change the titles or the code, not this file.
"""
_PUBLIC = 0o666  # a new file's permissions before the umask; a temporary one starts private


def text(survey: Survey) -> str:
    """Write *survey* out, the same for the same survey."""
    return _HEAD + "\n".join(_lines(survey)) + "\n"


def _lines(survey: Survey) -> Iterator[str]:
    for name in ("id", "source", "sha256", "basis", "quantiles", "paired"):
        yield f"{name}: {_scalar(getattr(survey, name))}"
    yield "rows:"
    yield f"  read: {survey.rows.read}"
    yield f"  used: {survey.rows.used}"
    yield from _counts("  rejected", survey.rows.rejected)
    yield from _counts("  left", survey.rows.left)
    yield from _counts("mapped", survey.mapped)
    yield from _counts("unmapped", survey.unmapped)
    yield "rates:" if survey.rates else "rates: []"
    for rate in survey.rates:
        yield f"  - {{{', '.join(f'{key}: {value}' for key, value in rate)}}}"
    yield f"groups:  # {' '.join(PayGroup.model_fields)}"
    yield from (f"  - {group.row()}" for group in survey.groups)


def _counts(name: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"{name}:" if counts else f"{name}: {{}}"
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    for key, number in counts.items():
        yield f"{indent}{_scalar(key)}: {number}"


def _scalar(value: object) -> str:
    """Quote a string as JSON does, which is YAML too; titles come from whoever filled in a form."""
    return json.dumps(value, ensure_ascii=False)


def replace(out: Path, content: str) -> None:
    """Put *content* in place of *out* at once: readers find the old file or the new one."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}-")
    except OSError as error:
        raise Refused(f"{out} can't be written: {error.strerror}.") from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_PUBLIC & ~_umask())
        beside.replace(out)
    except OSError as error:
        raise Refused(f"{out} can't be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
