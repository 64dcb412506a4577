"""Files from an admin, and other things with their names: pipes, devices, links."""

import os
from pathlib import Path

import pytest

from content import Unreadable, read_text

TEXT = "name: Zürich\nsecond: ✓\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_is_read_in_the_encoding_that_its_mark_names(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read_text(file, 1000) == TEXT


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (TEXT.encode("latin-1", "replace"), 1),
        (b"\n\n" + TEXT.encode("utf-16-le"), 3),
        (b"\xff\xfea", 1),
        (b"a\nb\xff", 2),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(Unreadable, match="is not UTF-8 text") as error:
        read_text(file, 1000)
    assert error.value.line == line


def test_only_so_many_bytes_are_read_whatever_a_file_says_of_its_length(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1001)
    with pytest.raises(Unreadable, match="longer than 1,000 bytes"):
        read_text(file, 1000)
    with pytest.raises(Unreadable, match="longer than 10 bytes"):  # its reported size is 0
        read_text(Path("/proc/self/status"), 10)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "link", "."):
        with pytest.raises(Unreadable, match="is not a regular file"):
            read_text(tmp_path / name, 1000)
    for name, says in (("loop", "can't be read"), ("nowhere", "doesn't exist")):
        with pytest.raises(Unreadable, match=says):
            read_text(tmp_path / name, 1000)
