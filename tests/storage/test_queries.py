"""The SQL files: no construct that aiosql's parser or one of the databases refuses."""

import re
from pathlib import Path

import pytest

import storage
from storage.queries import Dialect, load_queries

ROOM = Path(storage.__file__).parent
FILES = sorted(file.stem for file in (ROOM / "queries").glob("*.sql"))
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres")
USED = re.compile(r"\b_?sql\.(\w+)")


def lines(file: str) -> list[str]:
    return (ROOM / "queries" / f"{file}.sql").read_text("utf-8").splitlines()


@pytest.mark.parametrize("file", FILES)
def test_both_databases_have_the_same_queries_with_the_same_parameters(file: str) -> None:
    sqlite, postgres = (load_queries(file, dialect) for dialect in DIALECTS)
    assert dir(sqlite) == dir(postgres)
    for name in dir(sqlite):
        one, other = getattr(sqlite, name), getattr(postgres, name)
        assert set(one.parameters) == set(other.parameters), name


@pytest.mark.parametrize("file", FILES)
def test_every_query_is_used_and_every_used_one_is_there(file: str) -> None:
    [module] = ROOM.rglob(f"{file}.py")
    used = set(USED.findall(module.read_text("utf-8")))
    assert used == set(dir(load_queries(file, "sqlite")))


@pytest.mark.parametrize("file", FILES)
def test_comments_hold_nothing_that_breaks_the_parser(file: str) -> None:
    for line in lines(file):
        comment = line.partition("--")[2]
        if not comment.strip().startswith("name:"):
            assert not re.search(r"['\"]|\w:\w|:\w", comment), line


@pytest.mark.parametrize("file", FILES)
def test_a_version_for_one_database_has_its_counterpart_and_a_reason(file: str) -> None:
    text = "\n".join(lines(file))
    found = re.findall(r"-- name: (\w+)_(sqlite|postgres)\(.*\n(--)?", text)
    for name in {name for name, _, _ in found}:
        its = [(dialect, bool(reason)) for each, dialect, reason in found if each == name]
        assert {dialect for dialect, _ in its} == set(DIALECTS), name
        assert any(reason for _, reason in its), name


@pytest.mark.parametrize("file", FILES)
def test_no_write_to_sqlite_begins_with_a_common_table(file: str) -> None:
    """Python only opens a transaction before a statement that begins with a writing keyword."""
    queries = load_queries(file, "sqlite")
    for name in dir(queries):
        for statement in getattr(queries, name).statements:
            if re.search(r"\b(INSERT|UPDATE|DELETE)\b", statement):
                assert re.match(r"INSERT|UPDATE|DELETE", statement), name


def test_nothing_here_uses_a_private_name_of_a_library() -> None:
    for file in ROOM.rglob("*.py"):
        for line in file.read_text("utf-8").splitlines():
            assert "SLF001" not in line, f"{file.name}: {line}"
