"""Queues as files: every fault at once, a dry run first, and back again."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replies import strings

from bot.app import App
from bot.call import Call, Who
from bot.names import Known
from bot.reply import Choice, Outcome, Reply
from bot.tips.files import read, write
from bot.tips.text import faults, folded_text, line_ends
from content import Content
from content.sheets import bare, guarded
from storage import Tip, TipState

ME, HERE = Who("terminal:local", moderator=True), Who("test:7", moderator=True, community="test:1")
CSV = """text,role,topic,link,cites
"Ask first, then apply.",,interviews,https://x.org,
Count the months.,ml engineer,,,market/bls-developers-growth
"""
YAML = """
- Ask first, then apply.
- text: Count the months.
  role: mle
  cites: [market/bls-developers-growth]
"""
_WRONG = """text,role,topic,link,cites
,ml engineer,,,
Fine.,wizard,,,
Good.,,,ftp://x,market/nothing
Fine enough.,,,,
"""


@pytest.fixture(scope="module")
def known(app: App) -> Known:
    return app.known


def words(reply: Reply) -> str:
    return "\n".join(strings(reply.nodes))


@pytest.mark.parametrize("text", [CSV, YAML])
def test_both_forms_are_read(content: Content, known: Known, text: str) -> None:
    found = read(text, content, known, ())
    assert found.faults == ()
    one, two = found.tips
    assert (one.text, two.role) == ("Ask first, then apply.", "ml-engineer")
    assert two.cites == ("market/bls-developers-growth",)
    assert two.seen


def test_every_fault_is_told_with_its_line(content: Content, known: Known) -> None:
    found = read(_WRONG, content, known, ())
    assert [fault.split(":")[0] for fault in found.faults] == [
        "line 2",
        "line 3",
        "line 4",
        "line 4",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "YAML list"),
        ("- [", "neither CSV"),
        ("a: 1", "YAML list"),
        ("- 5\n- {sort: x}", "no field “sort”"),
        ("- !!python/object/apply:os.system [ls]", "neither CSV"),
        ('text\n"open', "can't be read"),
        ("text\n" + "x\n" * 501, "too many"),
        ("text,mood\nx,good", "no field “mood”"),
        ("text\na,b,c", "more cells than the header"),
    ],
)
def test_what_is_no_list_of_tips_is_refused(
    content: Content, known: Known, text: str, says: str
) -> None:
    found = read(text, content, known, ())
    assert says in " ".join(found.faults)


async def test_an_import_is_a_dry_run_until_somebody_says_yes(keeping: App) -> None:
    reply = await keeping.handle(Call("tips-import", {"text": CSV}), HERE)
    assert "2 new tips" in words(reply)
    assert "The queue: 0 tips" in words(await keeping.typed("tips", HERE))
    yes = reply.choices()[0]
    done = await keeping.handle(yes.call, HERE)
    assert "Queued: 2 tips." in words(done)
    assert (await keeping.handle(yes.call, HERE)).outcome is Outcome.REFUSED
    again = await keeping.handle(Call("tips-import", {"text": CSV}), HERE)
    assert "2 known already" in words(again)


async def test_what_is_exported_can_be_imported_elsewhere(keeping: App) -> None:
    await keeping.typed("tips starter", HERE)
    for form in ("csv", "yaml"):
        exported = await keeping.typed(f"tips export {form}", HERE)
        text = words(exported).removeprefix("The queue\n")
        other = Who("test:7", moderator=True, community=f"test:{form}")
        found = read(text, keeping.content, keeping.known, ())
        assert len(found.tips) == 52
        assert found.faults == ()
        assert "already" not in words(await keeping.typed("tips starter", other))


async def test_only_the_terminals_own_user_may_name_a_file(keeping: App, tmp_path: Path) -> None:
    file = tmp_path / "tips.yaml"
    file.write_text(YAML, encoding="utf-8")
    line = f"tips import {file}"
    assert "2 new tips" in words(await keeping.typed(line, ME))
    assert "2 new tips" not in words(await keeping.typed(line, HERE))
    missing = await keeping.typed(f"tips import {tmp_path}/none.csv", ME)
    assert missing.outcome is Outcome.REFUSED


async def test_the_starter_pack_is_a_year_of_weeks_and_added_once(keeping: App) -> None:
    assert "52 tips" in words(await keeping.typed("tips starter", HERE))
    assert (await keeping.typed("tips starter", HERE)).outcome is Outcome.REFUSED
    await keeping.typed("tips remove 7", HERE)
    assert (await keeping.typed("tips starter", HERE)).outcome is Outcome.REFUSED


async def test_every_page_of_the_queue_can_be_reached(keeping: App) -> None:
    await keeping.typed("tips starter", HERE)
    seen, reply = set(), await keeping.typed("tips", HERE)
    for _ in range(6):
        seen |= {line for line in words(reply).splitlines() if line.isdigit()}
        onward = [each for each in reply.choices() if each.label == "next page"]
        reply = await keeping.handle(onward[0].call, HERE) if onward else reply
    assert len(seen) == 52
    assert Choice("add the starter pack", Call("tips-starter")) not in reply.choices()


SHEETS = {
    "a mark before the header": lambda text: "\ufeff" + text,
    "semicolons": lambda text: text.replace(",", ";"),
    "tabs": lambda text: text.replace(",", "\t"),
    "Windows' line ends": lambda text: text.replace("\n", "\r\n"),
    "an old Mac's line ends": lambda text: text.replace("\n", "\r"),
    "Excel's line for the separator": lambda text: "sep=;\r\n" + text.replace(",", ";"),
    "quotes around everything": lambda text: '"' + text.replace(",", '","').replace("\n", '"\n"'),
    "empty rows and columns": lambda text: text.replace("\n", ",,\n") + ",,,,,,\n\n",
    "a header in capitals": lambda text: text.replace("text,", "Text ,"),
}
TIPS = "text,role,topic,link,cites\nCount the months.,mle,learning,,\nShip it.,,,,"


@pytest.mark.parametrize("kind", SHEETS)
def test_what_spreadsheets_write_is_read(content: Content, known: Known, kind: str) -> None:
    text = SHEETS[kind](TIPS)
    text += '"' if kind.startswith("quotes") else ""
    found = read(text, content, known, ())
    assert found.faults == ()
    assert [each.text for each in found.tips] == ["Count the months.", "Ship it."]
    assert found.tips[0].topic == "learning"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
async def test_a_file_of_a_spreadsheet_is_read_or_its_encoding_named(
    keeping: App, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "tips.txt"
    file.write_text(TIPS.replace(",", "\t").replace("\n", "\r\n"), encoding=encoding, newline="")
    shown = words(await keeping.typed(f"tips import {file}", ME))
    assert ("not UTF-8" if encoding == "utf-16-le" else "2 new tips") in shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tip,role,topic\nShip it.,,", "lacks the column “text”: tip,role,topic"),
        ("text,role\nShip it,ml, then rest.", "Put quotes around"),
        ("text,role,topic Ship it.,,", "only a header"),
        ("Ship it.\nCount the months.", "or ; or a tab between"),
        ("{a: " * 500, "nested deeper than 16 levels"),
        ("- " * 500, "nested deeper than 16 levels"),
        ("[" * 4_000, "nested deeper than 16 levels"),
        ("- text: {a: {b: c}}", "fields within a field"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    content: Content, known: Known, text: str, says: str
) -> None:
    found = read(text, content, known, ())
    assert found.tips == ()
    assert says in " ".join(found.faults)


async def test_a_deeply_nested_import_is_refused_in_words(keeping: App) -> None:
    for text in ("{a: " * 500, "[" * 3_999):
        reply = await keeping.handle(Call("tips-import", {"text": text}), HERE)
        assert reply.outcome is not Outcome.BUG
        assert "nested deeper" in words(reply)


RUNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001
cells = st.text() | st.builds("".join, st.lists(st.sampled_from([*RUNS, "'", "a", '"', ",", "1"])))


def tip(text: str) -> Tip:
    return Tip(
        id="1",
        queue="q",
        number=1,
        state=TipState.QUEUED,
        place=1,
        text=text,
        link=None,
        role=None,
        topic=None,
        cites=(),
        seen=None,
        origin=None,
        suggested_by=None,
        suggested_in=None,
        reason=None,
        added_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


@given(cells)
def test_no_cell_of_an_export_runs_and_every_one_comes_back(cell: str) -> None:
    assert not guarded(cell).startswith(tuple(RUNS))
    assert bare(guarded(cell)) == cell


@given(st.lists(cells.map(str.strip).filter(bool), unique_by=folded_text, max_size=5))
def test_texts_that_look_like_formulas_survive_export_and_import(
    content: Content, known: Known, texts: list[str]
) -> None:
    texts = [each for each in texts if not faults(content, each, None, None, None)]
    tips = [tip(each) for each in texts]
    written = write(tips, "csv")
    for row in csv.reader(io.StringIO(written)):
        assert not any(cell.startswith(tuple(RUNS)) for cell in row)
    found = read(written, content, known, ())
    assert [each.text for each in found.tips] == [line_ends(each) for each in texts]


async def test_no_cell_of_the_audit_runs(keeping: App) -> None:
    await keeping.typed("tips add =1+1 is a formula.", HERE)
    shown = words(await keeping.typed("tips audit csv", HERE))
    assert not re.search(r"(^|,)[=+\-@]", shown)
