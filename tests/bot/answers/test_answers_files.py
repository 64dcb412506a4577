"""Export and import: the YAML of an overlay, a dry run first, and a round trip."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers_session import DRESS, ELSEWHERE, NOON, answers, answers_session, click, run
from click.testing import CliRunner
from moderator_session import ModeratorSession, words

from bot.app import App
from bot.call import Caller
from bot.cli.main import cli
from bot.community.own_answers.files import parse_answers
from bot.reply import CodeBlock, Outcome, Reply
from content import Content, load

FULL = {
    "question": "Is there a dress code?\nwhat to wear",
    "text": "No: wear what you like.\n\n# Even a “hat”, 2026-11-01 or null.",
    "link": "https://example.org/wear",
    "role": "ml",
    "review": "2027-03-01",
}


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


def file_in(reply: Reply) -> str:
    return next(each.text for each in reply.nodes if isinstance(each, CodeBlock))


async def fill(talk: ModeratorSession) -> str:
    """Add answers of all kinds and return the exported file."""
    await run(talk, "answers-add", **FULL)
    await run(talk, "answers-add", question="123", text="no")
    await run(talk, "answers-add", question="Ist das schön? 漢字", text="Ja: schön.")
    await run(talk, "answers-add", question="漢字", text="Nothing to make an id of.")
    store, [first, *_] = await talk.app.store(), await answers(talk)
    linked = replace(first.content, question="Doctor?", wordings=("Dr.?",), text="", entry="phd")
    linked = replace(linked, link=None, role=None, review_on=None)
    await store.answers.add(first.queue, linked, talk.who.id, NOON)
    reply = await run(talk, "answers-export")
    assert "5 community answers, as a content file:" in words(reply)
    return file_in(reply)


async def test_an_export_is_an_overlay_that_loads_without_faults(
    talk: ModeratorSession, tmp_path: Path
) -> None:
    text = await fill(talk)
    folder = tmp_path / "overlay" / "faq"
    folder.mkdir(parents=True)
    (folder / "community.yaml").write_text(text, encoding="utf-8")
    found = CliRunner().invoke(cli, ["content", "check", str(folder.parent)])
    assert found.exit_code == 0, found.output
    overlaid = load(folder.parent)
    entry = overlaid.faq["community-is-there-a-dress-code"]
    assert (entry.says, entry.link) == (FULL["text"], FULL["link"])
    assert (entry.role, entry.review) == ("ml-engineer", "2027-03-01")
    assert "Dr.?" in overlaid.faq["phd"].also
    there = App(overlaid)
    shown = words(await there.handle_line("ask Is there a dress code?", Caller("test:5")))
    assert "Even a “hat”" in shown
    assert "https://example.org/wear" in shown


async def test_a_round_trip_loses_nothing(talk: ModeratorSession) -> None:
    text = await fill(talk)
    talk.who = ELSEWHERE
    checked = await run(talk, "answers-import", text=text)
    assert "5 new answers." in words(checked)
    assert await answers(talk, "test:elsewhere") == ()
    done = await click(talk, checked, "Add 5 answers")
    assert "Imported: 5 answers." in words(done)
    both = [await answers(talk), await answers(talk, "test:elsewhere")]
    ours, theirs = (sorted(each.content.question for each in found) for found in both)
    assert ours == theirs
    contents = [{each.content for each in found} for found in both]
    assert contents[0] == contents[1]
    again = await run(talk, "answers-import", text=text)
    assert "0 new answers, 5 already here." in words(again)
    twice = await click(talk, checked, "Add 5 answers")
    assert twice.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("just text", "That file has no answers."),
        ("[]", "That file has no answers."),
        ("- [", "Line"),
        ("- 5", "answer 1: isn't an entry with fields."),
        ("- question: A?", "answer 1: The answer is empty."),
        ("- says: B.", "answer 1: The question is empty."),
        ("- {question: A?, says: B., color: red}", "has an unknown field “color”"),
        ("- {question: A?, says: B., also: C}", "also isn't a list"),
        ("- {question: [A], says: B.}", "question has nested fields"),
        ("- {question: A?, says: B., link: 'http://x.org'}", "isn't a web address"),
        ("- {question: A?, says: B., role: wizard}", "I don't know the role"),
        ("- {question: A?, says: B., review: soon}", "isn't a date like"),
        ("- {question: A?, answer: [{says: B., source: kore1}]}", "has statements with sources"),
        (f"- {{question: A?, says: {'x' * 601}}}", "The limit is 600"),
        ("- {question: &a A?, says: *b}", "Line"),
    ],
)
async def test_a_faulty_file_adds_nothing(talk: ModeratorSession, text: str, says: str) -> None:
    reply = await run(talk, "answers-import", text=f"{text}\n")
    assert says in words(reply)
    assert await answers(talk) == ()


async def test_all_faults_are_listed_at_once(talk: ModeratorSession) -> None:
    text = "- {question: A?}\n- {says: B.}\n- {question: C?, says: D.}\n"
    shown = words(await run(talk, "answers-import", text=text))
    assert "1 new answer, 2 problems." in shown
    assert "answer 1" in shown
    assert "answer 2" in shown
    assert "Nothing was added." in shown


async def test_too_many_at_once_are_refused(talk: ModeratorSession) -> None:
    many = "".join(f"- {{question: Q{number}?, says: A.}}\n" for number in range(501))
    assert "Import up to 500." in words(await run(talk, "answers-import", text=many))
    await talk.say(DRESS)
    many = many.rpartition("- ")[0]
    checked = await run(talk, "answers-import", text=many)
    full = await click(talk, checked, "Add 500 answers")
    assert "With the answers you have, that's too many." in words(full)
    assert len(await answers(talk)) == 1
    await talk.say("answers remove 1 sure:yes")
    assert "Imported: 500 answers." in words(await click(talk, checked, "Add 500 answers"))


async def test_the_file_that_was_checked_last_is_added(talk: ModeratorSession) -> None:
    first = await run(talk, "answers-import", text="- {question: A?, says: B.}")
    second = await run(talk, "answers-import", text="- {question: C?, says: D.}")
    assert (await click(talk, first, "Add 1 answer")).outcome is Outcome.REFUSED
    assert (await click(talk, second, "Add 1 answer")).outcome is Outcome.DONE
    assert [each.question for each in await answers(talk)] == ["C?"]


async def test_a_file_of_an_installed_overlay_is_not_taken_for_a_link(
    talk: ModeratorSession, tmp_path: Path
) -> None:
    text = await fill(talk)
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "community.yaml").write_text(text, encoding="utf-8")
    found = parse_answers(text, load(tmp_path), ())
    assert found.problems == ()
    own = [each for each in found.answers if each.entry is None]
    assert len(own) == 4


async def test_an_empty_list_has_nothing_to_export(talk: ModeratorSession) -> None:
    assert "There are no community answers to export." in await talk.refused("answers export")
