import pickle
import shutil
import sys
from pathlib import Path

import pytest

import content.cache
from content import KINDS, Content, load

LEVEL = "- {id: boss, name: boss}\n"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped content whose cache is inside the copy."""
    folder = tmp_path / "content"
    shutil.copytree(content.cache.SHIPPED_DIR, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("content.cache.SHIPPED_DIR", folder)
    monkeypatch.setattr("content.loader.SHIPPED_DIR", folder)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return folder


def cached(folder: Path) -> list[Path]:
    return list((folder / "__pycache__").glob("content.*"))


def assert_same(one: Content, other: Content) -> None:
    assert one is not other
    for kind in KINDS:
        assert one.entries(kind) == other.entries(kind)
        assert list(one.entries(kind)) == list(other.entries(kind))


def without_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "content.loader", None)


def test_a_second_start_reads_no_yaml(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load()
    assert len(cached(shipped)) == 1
    without_loader(monkeypatch)
    assert_same(first, load())


@pytest.mark.parametrize("name", ["levels.yaml", "levels/mine.yaml", "models.py"])
def test_a_changed_or_new_file_is_noticed(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    load()
    changed = shipped / name
    changed.parent.mkdir(exist_ok=True)
    with changed.open("a", encoding="utf-8") as file:
        file.write("\n# changed\n" if name.endswith(".py") else LEVEL)
    assert ("boss" in load().levels) is not name.endswith(".py")
    without_loader(monkeypatch)
    assert load()


def test_a_removed_file_is_noticed(shipped: Path) -> None:
    (shipped / "levels").mkdir()
    (shipped / "levels" / "mine.yaml").write_text(LEVEL, encoding="utf-8")
    assert "boss" in load().levels
    (shipped / "levels" / "mine.yaml").unlink()
    assert "boss" not in load().levels


@pytest.mark.parametrize("damage", [b"", b"x", pickle.dumps("no content")])
def test_a_damaged_cache_is_written_again(shipped: Path, damage: bytes) -> None:
    first = load()
    [path] = cached(shipped)
    path.write_bytes(damage or path.read_bytes()[:-1])
    assert_same(first, load())
    assert path.read_bytes() != damage


def test_a_folder_that_takes_no_cache_changes_nothing(shipped: Path) -> None:
    (shipped / "__pycache__").write_bytes(b"a file where the folder would be")
    assert_same(load(), load())


def test_python_without_compiled_files_gets_no_cache(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert_same(load(), load())
    assert not (shipped / "__pycache__").exists()
