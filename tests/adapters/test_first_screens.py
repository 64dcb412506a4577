"""Every first answer fits one screen, with one row of buttons and one menu below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from screens.inputs import (
    LIMITS,
    TODAY,
    TypedLine,
    answer,
    first_screens,
    stored_app,
    typed_lines,
)
from screens.measure import Button, Menu, Screen

from bot.app import CommandContext
from bot.call import Call, Caller
from bot.commands.ask.closest import show_closest, show_two
from bot.commands.ask.found import Found
from bot.language.retrieval.search import Certainty
from bot.reply import Actions, Fields, Item, Progress, Reply, Sources, Table
from content import Content

ANYBODY = Caller("test:1")
LINES = {str(typed): typed for typed in typed_lines()}
MAX_BUTTONS = 5
VAGUE_LABELS = {"yes", "no", "ok", "answer", "go on", "next"}


@dataclass(frozen=True)
class FirstAnswer:
    """The answer to a typed line, and its first screen on each platform."""

    reply: Reply
    screens: dict[str, Screen]


_ANSWERS: dict[TypedLine, FirstAnswer] = {}


@pytest.fixture
async def first(line: str, content: Content, tmp_path: Path) -> FirstAnswer:
    """Return the first answer to *line*, which is measured once for all tests."""
    typed = LINES[line]
    if typed not in _ANSWERS:
        database = tmp_path / "crossroads.db"
        async with stored_app(content, database) as app:
            reply = await answer(app, typed, database)
            _ANSWERS[typed] = FirstAnswer(reply, first_screens(app, typed.line, reply))
    return _ANSWERS[typed]


@pytest.fixture(scope="session")
def lower_case_names(content: Content) -> tuple[str, ...]:
    """Return the names that are written with a lower-case letter, such as "pgvector"."""
    names = [each.name for each in content.tools.values()]
    names += [each.short for each in content.sources.values()]
    return tuple(each for each in names if each[0].islower())


def test_lines_are_of_every_command_and_many_others() -> None:
    assert len(LINES) == len(typed_lines()), "a line is listed twice"
    assert sum(not each.example for each in LINES.values()) >= 60


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("platform", LIMITS)
async def test_first_answer_fits_one_screen(first: FirstAnswer, platform: str) -> None:
    assert LIMITS[platform].excess(first.screens[platform]) == ""


@pytest.mark.parametrize("certainty", [Certainty.CLOSEST, Certainty.ANSWER])
async def test_the_beginnings_of_two_long_answers_fit_one_screen(
    content: Content, tmp_path: Path, certainty: Certainty
) -> None:
    longest = sorted(content.faq.values(), key=lambda each: len(str(each.parts)))[-10:]
    shown = 0
    async with stored_app(content, tmp_path / "crossroads.db") as app:
        own = await app.community_answers.for_caller(ANYBODY)
        context = CommandContext(app, ANYBODY, Call("ask", {"question": "why"}), TODAY)
        for first, second in permutations(longest, 2):
            answers = (first, second, content.faq["degree"])
            found = Found(
                context, "why", own, answers, certainty, None, (), shows_two=True, is_doubtful=True
            )
            both = await show_two(found)
            shown += both is not None
            reply = both or await show_closest(found)
            reply = reply.with_caution("This isn't specific to Gotham.")
            screens = first_screens(app, "why", reply)
            assert [LIMITS[each].excess(screen) for each, screen in screens.items()] == [""] * 3
    assert 0 < shown < len(longest) * (len(longest) - 1), "no pair is too long, or each is"


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_one_row_of_buttons_and_one_menu_are_below_it(
    first: FirstAnswer, platform: str
) -> None:
    screen = first.screens[platform]
    assert len(screen.primary_buttons) <= 1
    if has_buttons_in_text(first.reply):
        return
    kinds = [{type(each) for each in row} for row in screen.rows]
    assert kinds in ([], [{Button}], [{Menu}], [{Button}, {Menu}]), screen.rows
    assert all(len(row) <= MAX_BUTTONS for row in screen.button_rows)
    assert len(screen.menus) <= 1
    assert not screen.accessories


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_labels_are_in_sentence_case(
    first: FirstAnswer, platform: str, lower_case_names: tuple[str, ...]
) -> None:
    labels = first.screens[platform].labels
    assert wrong_labels(labels, lower_case_names) == []


def has_buttons_in_text(reply: Reply) -> bool:
    """Return whether *reply* is a quiz question, a panel, or a list whose items carry actions.

    Facts with their sources are none of these, so they have no buttons in between.
    """
    kinds = {type(node) for node in reply.nodes}
    if kinds & {Progress, Item}:
        return True
    return Actions in kinds and not kinds & {Fields, Sources, Table}


def wrong_labels(labels: Iterable[str], lower_case_names: tuple[str, ...]) -> list[str]:
    """Return the labels that begin with a lower-case letter or that say nothing."""
    return [
        label
        for label in labels
        if (label[0].islower() and not label.startswith(lower_case_names))
        or label.casefold() in VAGUE_LABELS
    ]


def test_wrong_labels_are_found() -> None:
    labels = ("Chart", "salary mid", "pgvector", "$150K", "Yes", "More…", "AI Engineer")
    assert wrong_labels(labels, ("pgvector",)) == ["salary mid", "Yes"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply("A question.", (Progress(1, 2, "done"), Actions(()))), True),
        (Reply("A list.", (Actions(()),)), True),
        (Reply("Facts.", (Table((), ()), Actions(()))), False),
        (Reply("Facts."), False),
    ],
)
def test_only_questions_panels_and_lists_have_buttons_in_the_text(
    reply: Reply, *, expected: bool
) -> None:
    assert has_buttons_in_text(reply) is expected
