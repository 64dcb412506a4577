"""From nothing and from every earlier revision to the newest, or not at all."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import storage
from storage import Edition, Store, StoreTooNew
from storage.schema import REVISIONS, upgrade
from storage.tables import metadata


@pytest.fixture
def plain(new_url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """Give a way to the database that goes round the store."""
    (tmp_path / "data").mkdir()
    engine = sa.create_engine(new_url.replace("postgresql:", "postgresql+psycopg:"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_revision_leads_to_the_newest(
    new_url: str, plain: sa.Engine, revision: str
) -> None:
    with plain.begin() as connection:
        upgrade(connection, revision)
    async with await Store.open(new_url) as store:
        await store.keep_edition(Edition("v1", "roles", "{}"))
    with plain.begin() as connection:
        assert (
            connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == (REVISIONS[-1])
        )


@pytest.mark.parametrize("made", ["by migrations", "at once"])
async def test_the_tables_are_as_the_statements_expect(
    new_url: str, plain: sa.Engine, made: str
) -> None:
    if made == "by migrations":
        with plain.begin() as connection:
            upgrade(connection)
    async with await Store.open(new_url):
        pass
    with plain.begin() as connection:
        version = sa.inspect(connection).get_pk_constraint("alembic_version")
        assert version["constrained_columns"] == ["version_num"]
        assert version["name"] == "alembic_version_pkc"
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = sa.inspect(connection)
        for table in metadata.tables.values():
            assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name
            keys = {key["name"] for key in found.get_foreign_keys(table.name)}
            assert keys == {key.name for key in table.foreign_key_constraints}


def test_the_revisions_follow_each_other_by_number() -> None:
    folder = Path(storage.__file__).parent / "migrations/versions"
    before = None
    for number, revision in enumerate(REVISIONS, start=1):
        [file] = folder.glob(f"{revision}_*.py")
        values = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(file.read_text("utf-8")).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert (values["revision"], values["down_revision"]) == (f"{number:04}", before)
        before = revision


async def test_a_newer_database_is_left_alone(new_url: str, plain: sa.Engine) -> None:
    async with await Store.open(new_url):
        pass
    with plain.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="9999") as refused:
        await Store.open(new_url)
    assert "newer version" in refused.value.says
    with plain.begin() as connection:
        back = sa.text("UPDATE alembic_version SET version_num = :newest")
        connection.execute(back, {"newest": REVISIONS[-1]})
    async with await Store.open(new_url):
        pass


@pytest.mark.parametrize("revision", [None, REVISIONS[0]])
async def test_a_migration_that_breaks_off_has_not_happened(
    new_url: str, plain: sa.Engine, revision: str | None
) -> None:
    def stumble(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(("INSERT INTO alembic_version", "UPDATE alembic_version")):
            raise KeyboardInterrupt

    if revision is not None:
        with plain.begin() as connection:
            upgrade(connection, revision)
    before = sa.inspect(plain).get_table_names()
    sa.event.listen(sa.Engine, "before_cursor_execute", stumble)
    try:
        with pytest.raises(KeyboardInterrupt):
            await Store.open(new_url)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", stumble)
    assert sa.inspect(plain).get_table_names() == before
    async with await Store.open(new_url):
        pass


async def test_logging_is_not_touched(
    new_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # nor is a file of Alembic's own looked for
    loggers = [logging.getLogger(name) for name in ("", "alembic", "sqlalchemy", "storage.theirs")]
    before = [(each.level, list(each.handlers), each.disabled) for each in loggers]
    async with await Store.open(new_url):
        pass
    assert [(each.level, each.handlers, each.disabled) for each in loggers] == before
