"""Files from an admin, and special files in their place: pipes, devices, links."""

import os
from pathlib import Path

import pytest

from content import UnreadableFileError, read_text

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
        ("name: x\n".encode("utf-16-le"), 1),
        (b"\xff\xfea", 1),
        (b"a\nb\xff", 2),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="is not UTF-8 text") as error:
        read_text(file, 1000)
    assert error.value.line == line


def test_a_nul_byte_is_called_one_and_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\n\nname: Z\0rich\n")
    with pytest.raises(UnreadableFileError, match="contains a NUL") as error:
        read_text(file, 1000)
    assert error.value.line == 3


def test_only_so_many_bytes_are_read_whatever_a_file_says_of_its_length(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1001)
    with pytest.raises(UnreadableFileError, match="longer than 1,000 bytes"):
        read_text(file, 1000)
    with pytest.raises(UnreadableFileError, match="longer than 10 bytes"):  # its reported size is 0
        read_text(Path("/proc/self/status"), 10)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for name in ("pipe", "link", "."):
        with pytest.raises(UnreadableFileError, match="is not a regular file") as error:
            read_text(tmp_path / name, 1000)
        assert not error.value.line
    with pytest.raises(UnreadableFileError, match="doesn't exist"):
        read_text(tmp_path / "nowhere", 1000)


def test_a_link_that_leads_nowhere_is_called_that(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    for name in ("loop", "dangling"):
        with pytest.raises(UnreadableFileError, match="is a broken link") as error:
            read_text(tmp_path / name, 1000)
        assert "permissions" not in str(error.value)
