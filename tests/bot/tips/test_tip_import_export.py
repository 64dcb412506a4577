"""Import and export: all problems at once, a dry run first, and a round trip."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_replies import strings_in

from bot.app import App
from bot.call import Call, Caller
from bot.language.name_index import NameRegistry
from bot.reply import Item, Outcome, Reply
from bot.tips.import_export import export_tips, parse_tips
from bot.tips.validation import find_tip_problems, normalize_line_endings, normalize_text
from content import Content
from content.spreadsheets import escape_formula, strip_around_quotes, unescape_formula
from storage import Tip, TipState

ME, HERE = (
    Caller("terminal:local", moderator=True),
    Caller("test:7", moderator=True, community="test:1"),
)
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
def known(app: App) -> NameRegistry:
    return app.name_registry


def words(reply: Reply) -> str:
    return "\n".join(strings_in(reply))


@pytest.mark.parametrize("text", [CSV, YAML])
def test_csv_and_yaml_are_parsed(content: Content, known: NameRegistry, text: str) -> None:
    found = parse_tips(text, content, known, ())
    assert found.problems == ()
    one, two = found.tips
    assert (one.text, two.role) == ("Ask first, then apply.", "ml-engineer")
    assert two.cites == ("market/bls-developers-growth",)
    assert two.cited_content


def test_every_problem_is_reported_with_its_line(content: Content, known: NameRegistry) -> None:
    found = parse_tips(_WRONG, content, known, ())
    assert [fault.split(":")[0] for fault in found.problems] == [
        "line 2",
        "line 3",
        "line 4",
        "line 4",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The file is empty."),
        ("\ufeff", "The file is empty."),
        ("\ufeff\r\n \n", "The file is empty."),
        ("- [", "neither CSV"),
        ("a: 1", "YAML list"),
        ("- 5\n- {sort: x}", "an unknown field “sort”"),
        ("- !!python/object/apply:os.system [ls]", "neither CSV"),
        ('text\n"open', "I can't read line 2"),
        ("text\n" + "x\n" * 501, "up to 500 at a time"),
        ("text,mood\nx,good", "an unknown field “mood”"),
        ("text\na,b,c", "more cells than the header"),
    ],
)
def test_a_text_that_isnt_a_list_of_tips_is_refused(
    content: Content, known: NameRegistry, text: str, says: str
) -> None:
    found = parse_tips(text, content, known, ())
    assert says in " ".join(found.problems)


async def test_an_import_is_a_dry_run_until_confirmed(keeping: App) -> None:
    reply = await keeping.handle(Call("tips-import", {"text": CSV}), HERE)
    assert "2 new tips" in words(reply)
    assert "The queue is empty" in words(await keeping.handle_line("tips queue", HERE))
    yes = reply.actions()[0]
    done = await keeping.handle(yes.call, HERE)
    assert "Imported: 2 tips." in words(done)
    assert [each.label for each in done.actions()].count("Show the queue") == 1
    assert (await keeping.handle(yes.call, HERE)).outcome is Outcome.REFUSED
    again = await keeping.handle(Call("tips-import", {"text": CSV}), HERE)
    assert "2 already in the queue" in words(again)


async def test_what_is_exported_can_be_imported_elsewhere(keeping: App) -> None:
    await keeping.handle_line("tips starter", HERE)
    for form in ("csv", "yaml"):
        exported = await keeping.handle_line(f"tips export {form}", HERE)
        text = words(exported).removeprefix("52 tips from the queue:\n")
        other = Caller("test:7", moderator=True, community=f"test:{form}")
        found = parse_tips(text, keeping.content, keeping.name_registry, ())
        assert len(found.tips) == 52
        assert found.problems == ()
        assert "already" not in words(await keeping.handle_line("tips starter", other))


async def test_only_the_terminals_user_may_name_a_file(keeping: App, tmp_path: Path) -> None:
    file = tmp_path / "tips.yaml"
    file.write_text(YAML, encoding="utf-8")
    line = f"tips import {file}"
    assert "2 new tips" in words(await keeping.handle_line(line, ME))
    assert "2 new tips" not in words(await keeping.handle_line(line, HERE))
    missing = await keeping.handle_line(f"tips import {tmp_path}/none.csv", ME)
    assert missing.outcome is Outcome.REFUSED
    assert words(missing).startswith("I can't find a file “")


@pytest.mark.parametrize("name", ["tips.xlsx", "tips.csv", "old.xls"])
async def test_a_workbook_is_refused_as_one(keeping: App, tmp_path: Path, name: str) -> None:
    begins = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" if name == "old.xls" else b"PK\x03\x04\x14\0\x06"
    (tmp_path / name).write_bytes(begins + b"\0\xff")
    shown = words(await keeping.handle_line(f"tips import {tmp_path / name}", ME))
    assert "is an Excel workbook or an archive. Save it as CSV." in shown
    assert "line" not in shown


@given(
    st.lists(
        st.lists(
            st.text('a", \n').map(lambda cell: '"' + cell.replace('"', '""') + '"')
            | st.text("a ", min_size=1),
            min_size=1,
        ),
        min_size=1,
    )
)
def test_spaces_around_quoted_cells_are_ignored(rows: list[list[str]]) -> None:
    plain = "\n".join(",".join(row) for row in rows)
    spaced = "\n".join(
        ",".join(f" {cell}  " if cell.startswith('"') else cell for cell in row) for row in rows
    )
    assert strip_around_quotes(spaced, ",") == plain
    assert strip_around_quotes(plain, ",") == plain


async def test_the_starter_pack_is_a_year_of_weeks_and_added_once(keeping: App) -> None:
    assert "52 tips" in words(await keeping.handle_line("tips starter", HERE))
    assert (await keeping.handle_line("tips starter", HERE)).outcome is Outcome.REFUSED
    await keeping.handle_line("tips remove 7", HERE)
    assert (await keeping.handle_line("tips starter", HERE)).outcome is Outcome.REFUSED


async def test_every_page_of_the_queue_can_be_reached(keeping: App) -> None:
    await keeping.handle_line("tips starter", HERE)
    seen, reply = set(), await keeping.handle_line("tips queue", HERE)
    for _ in range(9):
        seen |= {each.action.call.args["tip"] for each in reply.nodes if isinstance(each, Item)}
        onward = [each for each in reply.actions() if each.label == "Next page"]
        reply = await keeping.handle(onward[0].call, HERE) if onward else reply
    assert len(seen) == 52
    assert "Add the starter pack" not in [each.label for each in reply.buttons]


SHEETS: dict[str, Callable[[str], str]] = {
    "a mark before the header": lambda text: "\ufeff" + text,
    "semicolons": lambda text: text.replace(",", ";"),
    "tabs": lambda text: text.replace(",", "\t"),
    "Windows' line ends": lambda text: text.replace("\n", "\r\n"),
    "an old Mac's line ends": lambda text: text.replace("\n", "\r"),
    "Excel's line for the separator": lambda text: "sep=;\r\n" + text.replace(",", ";"),
    "quotes around everything": lambda text: '"' + text.replace(",", '","').replace("\n", '"\n"'),
    "empty rows and columns": lambda text: text.replace("\n", ",,\n") + ",,,,,,\n\n",
    "spaces around separators": lambda text: re.sub("([^,\n]+)", r' "\1" ', text),
    "spaces around semicolons": lambda text: (
        re.sub("([^,\n]+)", r'"\1" ', text).replace(",", " ; ").replace("\n", "\r\n")
    ),
    "a header in capitals": lambda text: text.replace("text,", "Text ,"),
}
TIPS = "text,role,topic,link,cites\nCount the months.,mle,learning,,\nShip it.,,,,"


@pytest.mark.parametrize("kind", SHEETS)
def test_exports_of_spreadsheets_are_parsed(
    content: Content, known: NameRegistry, kind: str
) -> None:
    text = SHEETS[kind](TIPS)
    text += '"' if kind.startswith("quotes") else ""
    found = parse_tips(text, content, known, ())
    assert found.problems == ()
    assert [each.text for each in found.tips] == ["Count the months.", "Ship it."]
    assert found.tips[0].topic == "learning"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
async def test_a_spreadsheet_file_is_parsed_or_its_encoding_is_reported(
    keeping: App, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "tips.txt"
    file.write_text(TIPS.replace(",", "\t").replace("\n", "\r\n"), encoding=encoding, newline="")
    shown = words(await keeping.handle_line(f"tips import {file}", ME))
    assert ("not UTF-8" if encoding == "utf-16-le" else "2 new tips") in shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tip,role,topic\nShip it.,,", "The header has no “text” column: tip,role,topic"),
        ("text,role\nShip it,ml, then rest.", "Put quotes around"),
        ("text,role,topic Ship it.,,", "only a header"),
        ("Ship it.\nCount the months.", "There's no header row. Start with text,role"),
        ("{a: " * 500, "nested deeper than 16 levels"),
        ("- " * 500, "nested deeper than 16 levels"),
        ("[" * 4_000, "nested deeper than 16 levels"),
        ("- text: {a: {b: c}}", "fields within a field"),
        ("Our tips 2026,,\n\ntext,role,topic\nShip it.,,", "Line 3 looks like the header"),
        ("\n\nTips: a, b: c\ntext;role\nShip it.;", "Line 4 looks like the header"),
        ("Topic of the month,role\ntext\nShip it.", "Line 2 looks like the header"),
        ("text|role\nShip it.|mle", "The separator | isn't supported. Use a comma, a semicolon"),
        ("Ship it.,mle,learning\nCount.,,", "no header row"),
        ("Mind: this, or: that,mle,learning", "no header row"),
        ("text,role,Text\nShip it.,,Count.", "has the column “text” twice"),
        (
            f"text,role\n{'x' * 200_000},",
            "line 2: The text has 200,000 characters. The limit is 1,500",
        ),
        ("sep=,\ntext,role\nShip it.,wizard", "line 3: "),
        ("\n\ntext,role\nShip it.,wizard", "line 4: "),
    ],
)
def test_problems_of_a_file_are_explained(
    content: Content, known: NameRegistry, text: str, says: str
) -> None:
    found = parse_tips(text, content, known, ())
    assert found.tips == ()
    assert says in " ".join(found.problems)


async def test_a_deeply_nested_import_is_refused(keeping: App) -> None:
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
        cited_content=None,
        origin=None,
        suggested_by=None,
        suggested_in=None,
        reason=None,
        added_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


@given(cells)
def test_no_exported_cell_is_a_formula_and_all_can_be_imported(cell: str) -> None:
    assert not escape_formula(cell).startswith(tuple(RUNS))
    assert unescape_formula(escape_formula(cell)) == cell


@given(st.lists(cells.map(str.strip).filter(bool), unique_by=normalize_text, max_size=5))
def test_texts_that_look_like_formulas_survive_export_and_import(
    content: Content, known: NameRegistry, texts: list[str]
) -> None:
    texts = [each for each in texts if not find_tip_problems(content, each, None, None, None)]
    tips = [tip(each) for each in texts]
    written = export_tips(tips, "csv")
    for row in csv.reader(io.StringIO(written)):
        assert not any(cell.startswith(tuple(RUNS)) for cell in row)
    found = parse_tips(written, content, known, ())
    assert [each.text for each in found.tips] == [normalize_line_endings(each) for each in texts]


async def test_no_cell_of_the_audit_is_a_formula(keeping: App) -> None:
    await keeping.handle_line("tips add =1+1 is a formula.", HERE)
    shown = words(await keeping.handle_line("settings audit csv", HERE))
    assert not re.search(r"(^|,)[=+\-@]", shown)


@pytest.mark.parametrize(
    ("who", "other", "shown"),
    [
        (
            Caller("slack:T1/UADMIN", moderator=True, community="slack:T1"),
            "discord:5",
            ("member UADMIN,chose where to be told,channel CTIPS", "Discord to Slack"),
        ),
        (
            Caller("discord:123456789012345678", moderator=True, community="discord:5"),
            "slack:T1",
            (
                "member 123456789012345678,chose where to be told,channel 999999999999999999",
                "Slack to Discord",
            ),
        ),
    ],
)
async def test_the_audit_shows_no_internal_ids(
    keeping: App, who: Caller, other: str, shown: tuple[str, ...]
) -> None:
    channel = "slack:T1/CTIPS" if who.id.startswith("slack") else "discord:999999999999999999"
    store = await keeping.store()
    queue = await store.queues.get_or_create(str(who.community))
    lines = (("chose where to be told", channel), ("joined", f"{other} to {who.community}"))
    for at, (action, about) in enumerate(lines):
        await store.audit.add(queue, datetime(2026, 11, 21, at, tzinfo=UTC), who.id, action, about)
    sheet = words(await keeping.handle_line("settings audit csv", who))
    assert "at,who (id on the platform),action,about" in sheet
    for each in shown:
        assert each in sheet
    table = words(await keeping.handle_line("settings audit", who))
    assert shown[1] in table
    assert "slack:" not in sheet + table.replace(who.id, "").replace(channel, "")
    assert "discord:" not in sheet + table.replace(who.id, "").replace(channel, "")
