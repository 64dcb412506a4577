"""The journal of requests that were acknowledged but not answered yet."""

import resource
from pathlib import Path

import pytest

from adapters.slack import ack_journal
from adapters.slack.ack_journal import AckJournal
from bot.call import Call
from bot.presentation import Click

PRESS = Click(Call("salary", {"role": "ml-engineer"}))


def journals(folder: Path) -> list[Path]:
    return list((folder / "slack-unanswered").iterdir())


def note(of: AckJournal, address: str = "C1") -> str:
    return of.add({"channel": address}, PRESS, "slack:T1")


def addresses(of: AckJournal) -> list[str]:
    return [each["address"]["channel"] for each in of.take_abandoned()]


def test_what_a_process_leaves_is_given_once(tmp_path: Path) -> None:
    before = AckJournal(tmp_path)
    first, second = note(before, "C1"), note(before, "C2")
    before.remove(first)
    assert addresses(AckJournal(tmp_path)) == []  # its process is alive
    before.close()
    assert second
    after = AckJournal(tmp_path)
    note(after, "C3")
    assert addresses(after) == ["C2"]  # not those of its own process
    assert addresses(after) == []
    after.close()


def test_a_process_that_owes_nothing_leaves_nothing(tmp_path: Path) -> None:
    one = AckJournal(tmp_path)
    one.remove(note(one))
    one.close()
    assert journals(tmp_path) == []


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    before = AckJournal(tmp_path)
    note(before, "C1")
    (journal,) = journals(tmp_path)
    with journal.open("ab") as cut_off:
        cut_off.write(b'\n{"owed": "9", "addr')
    note(before, "C2")
    before.close()
    assert addresses(AckJournal(tmp_path)) == ["C1", "C2"]


def test_a_journal_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ack_journal, "_TRUNCATE_BYTES", 2_000)
    before = AckJournal(tmp_path)
    for _ in range(100):
        before.remove(note(before))
    (journal,) = journals(tmp_path)
    assert journal.stat().st_size < 3_000
    note(before, "C7")
    before.close()
    assert addresses(AckJournal(tmp_path)) == ["C7"]


def test_without_a_folder_nothing_is_noted() -> None:
    nowhere = AckJournal(None)
    assert note(nowhere) == ""
    assert addresses(nowhere) == []
    nowhere.close()


def test_a_full_disk_is_told_by_an_empty_name(tmp_path: Path) -> None:
    before = AckJournal(tmp_path)
    first = note(before, "C1")
    (journal,) = journals(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size + 10, hard))
    try:
        assert note(before, "C2") == ""
        before.remove(first)  # can't be removed, but raises no error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert note(before, "C3")
    before.close()
    assert addresses(AckJournal(tmp_path)) == ["C1", "C3"]
