from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest

from content.yamlfile import MAX_BYTES, YamlFileError, read_yaml

LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
REFUSED = {
    "a: [1": ("is not YAML", 2),
    "a: 1\nb: @x": ("is not YAML", 2),
    "a: 1\na: 2": ("'a' twice, first in line 1", 2),
    "- x:\n    y: 1\n    y: 2": ("'y' twice", 3),
    "[" * 200_000: ("nested deeper", 1),
    "{a: " * 500: ("nested deeper", 1),
    "- " * 500: ("nested deeper", 1),
    "a: " + "9" * 5_000: ("is not YAML", 1),
    "- &a [x]\n" + "".join(f"- &{b} [*{a}]\n" for a, b in pairwise(ascii_lowercase)): (
        "nested deeper",
        16,
    ),
    "a: " * 50 + "b": ("is not YAML", 1),
    LAUGHS: ("once its aliases are expanded", 6),
    "a: &x [*x]": ("'*x' inside itself", 1),
    "a: *nobody": ("is not YAML", 1),
    "a: !!python/object/apply:os.system [ls]": ("is not YAML", 1),
    "a: 1\n---\nb: 2": ("is not YAML", 2),
    "a: 1\nb: \x00": ("contains a NUL", 2),
    "? [1, 2]\n: x": ("is not YAML", 1),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:24])
def test_what_is_not_small_plain_yaml_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlFileError) as fault:
        read_yaml(path)
    assert REFUSED[text] == (REFUSED[text][0], fault.value.line)
    assert REFUSED[text][0] in fault.value.problem
    assert fault.value.remedy


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(YamlFileError, match="longer than 1,048,576 bytes"):
        read_yaml(path)


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(YamlFileError, match="not UTF-8") as fault:
        read_yaml(path)
    assert fault.value.line == 2


def test_a_file_that_cannot_be_opened_is_a_fault_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(YamlFileError, match="doesn't exist"):
        read_yaml(tmp_path / "nowhere.yaml")


def test_scalars_are_what_they_look_like(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("{a: no, b: 2026-06-16, c: 12, d: true, e: 1.5, f: null, g: 007}", "utf-8")
    expected = {"a": "no", "b": "2026-06-16", "c": 12, "d": True, "e": 1.5, "f": None, "g": 7}
    assert read_yaml(path).data == expected


def test_every_place_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("# first\n- id: a\n  says:\n    - one\n    - two: 2\n- id: b\n", "utf-8")
    file = read_yaml(path)
    assert file.line_of(()) == 2
    assert file.line_of((0, "id")) == 2
    assert file.line_of((0, "says", 1, "two")) == 5
    assert file.line_of((1, "missing")) == 6
