"""Queues as files: every fault at once, a dry run first, and back again."""

from pathlib import Path

import pytest
from replies import strings

from bot.app import App
from bot.call import Call, Who
from bot.names import Known
from bot.reply import Choice, Outcome, Reply
from bot.tips.files import read
from content import Content

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
,,,,
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
        ("- &a x\n- *a", "aliases"),
        ("- !!python/object/apply:os.system [ls]", "neither CSV"),
        ('text\n"open', "can't be read"),
        ("text\n" + "x\n" * 501, "too many"),
        ("text,mood\nx,good", "no field “mood”"),
        ("text\na,b,c", "no field “more”"),
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
