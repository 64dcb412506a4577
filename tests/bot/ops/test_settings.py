from pathlib import Path

import pytest

from bot.ops.settings import read_settings


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CROSSROADS_KEEP_DAYS", "CROSSROADS_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / ".env"
    file.write_text("crossroads_keep_days=7\nCROSSROADS_DATA_DIR=kept\n", encoding="utf-8")
    return file


def test_the_file_is_read_and_case_does_not_matter_in_names(env: Path) -> None:
    settings = read_settings(env)
    assert (settings.keep_days, settings.data_dir) == (7, Path("kept"))


def test_the_environment_beats_the_file(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSROADS_KEEP_DAYS", "8")
    assert read_settings(env).keep_days == 8


def test_an_empty_value_counts_as_not_set(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSROADS_KEEP_DAYS", "")
    env.write_text("CROSSROADS_KEEP_DAYS=7\nCROSSROADS_DATA_DIR=\n", encoding="utf-8")
    settings = read_settings(env)
    assert (settings.keep_days, settings.data_dir) == (7, Path("data"))
