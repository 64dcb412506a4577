"""Loading of the content, with a cache for the shipped files that is used until a file changes.

The cache is a file beside Python's compiled modules. Only people who could also change the code can
write there, so it is safe to use a pickle. Without the cache, every file is parsed and validated,
which takes longer.
"""

import hashlib
import os
import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import pydantic

from content.diagnostics import ContentError
from content.library import Content

SHIPPED_DIR = Path(__file__).parent
_CACHED_SUFFIXES = (".yaml", ".yml", ".py")  # the content, its models and its checks


def load(overlay: Path | None = None) -> Content:
    """Return the shipped content with the entries of the folder *overlay*.

    An entry of *overlay* replaces the shipped entry with the same id. Raise ContentError, with all
    errors and warnings, if there is any error.
    """
    if overlay is not None:
        return _load_files(overlay)
    fingerprint = _fingerprint_files(SHIPPED_DIR)
    path = Path(cache_from_source(str(SHIPPED_DIR / "content.py"))).with_suffix(".pickle")
    content = _read(path, fingerprint)
    if content is None:
        content = _load_files(None)
        _write(path, fingerprint, content)
    return content


def _load_files(overlay: Path | None) -> Content:
    from content.loader import load_leniently  # noqa: PLC0415  # the cache needs no YAML

    read = load_leniently(overlay)
    if read.errors:
        raise ContentError(read.diagnostics)
    return read.content


def _fingerprint_files(folder: Path) -> bytes:
    """Return a hash of the files in *folder*, and of pydantic's version.

    The loaded content depends on nothing else.
    """
    found = hashlib.sha256(pydantic.VERSION.encode())
    for path in sorted(each for each in folder.rglob("*.*") if each.suffix in _CACHED_SUFFIXES):
        data = path.read_bytes() if path.is_file() else b""
        found.update(f"\n{path.relative_to(folder)} {len(data)}\n".encode())
        found.update(data)
    return found.digest()


def _read(path: Path, fingerprint: bytes) -> Content | None:
    """Return the content cached at *path* if it was made from files with this *fingerprint*.

    Otherwise return None.
    """
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    size = len(fingerprint)
    checksum, data = kept[:size], kept[size:]
    if checksum != hashlib.sha256(fingerprint + data).digest():
        return None
    content = pickle.loads(data)  # noqa: S301  # see the module's docstring
    return content if isinstance(content, Content) else None


def _write(path: Path, fingerprint: bytes, content: Content) -> None:
    """Write *content* with its files' *fingerprint* to *path*.

    Do nothing if Python may not write its compiled modules, or if writing fails.
    """
    if sys.dont_write_bytecode:
        return
    data = pickle.dumps(content)
    new = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(hashlib.sha256(fingerprint + data).digest() + data)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
