"""A community's own answers: found first, kept apart from the sources, and up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from community_editor import NOW, CommunityEditor
from hostile_input import HOSTILE_ANSWERS
from random_replies import strings_in

from bot.app import App
from bot.call import Call, Caller
from bot.community.answers import CommunityAnswers
from bot.errors import Outage
from bot.reply import Action, Heading, Outcome, Reply
from content import Content
from storage import Store

HOME, ELSEWHERE = "discord:1", "discord:2"
ADA, BOB = Caller("discord:7", community=HOME), Caller("discord:9", community=ELSEWHERE)
QUESTION, WORDING, TEXT = (
    "Where can I post job ads?",
    "job ads here",
    "Post them in the jobs channel, with the pay.",
)
MARK = "Community answer, by the moderators, 2026-11"
SHIPPED = "Do I need a PhD for ML?"
PHD = "phd"
OWN_PHD = "Nobody here has one. Ask in the study group."


@pytest.fixture
async def home(url: str, content: Content) -> AsyncIterator[App]:
    made = App(content, clock=lambda: NOW, open_store=lambda: Store.open(url))
    yield made
    await made.close()


@pytest.fixture
def editor(home: App) -> CommunityEditor:
    return CommunityEditor(home, HOME)


def text_of(reply: Reply) -> str:
    return "\n".join(strings_in(reply))


def labels(actions: tuple[Action, ...]) -> list[str]:
    return [each.label for each in actions]


async def ask(app: App, line: str, who: Caller = ADA) -> Reply:
    return await app.handle_line(line, who)


async def test_an_own_answer_is_marked_and_carries_its_link(
    home: App, editor: CommunityEditor
) -> None:
    await editor.answer("Where do I park my bike?", TEXT, link="https://example.org/jobs")
    reply = await ask(home, "Where do I park my bike?")
    assert reply.answer == TEXT
    assert MARK in text_of(reply)
    assert "https://example.org/jobs" in text_of(reply)
    assert "The sources say" not in text_of(reply)


async def test_what_the_sources_say_stands_apart(home: App, editor: CommunityEditor) -> None:
    alone = await ask(home, SHIPPED)
    await editor.answer(SHIPPED, OWN_PHD)
    await editor.forget()
    reply = await ask(home, SHIPPED)
    assert reply.answer == OWN_PHD
    *_, mark, sources = reply.nodes
    assert MARK in str(mark)
    assert "The sources say: " in str(sources)
    assert "without a PhD" in str(sources)
    assert OWN_PHD not in str(sources)
    button = next(each for each in reply.buttons if each.label == "What the sources say")
    whole = await home.handle(button.call, ADA)
    assert whole.answer == alone.answer
    assert OWN_PHD not in text_of(whole)


async def test_no_other_community_gets_it(home: App, editor: CommunityEditor) -> None:
    await editor.answer(SHIPPED, OWN_PHD)
    assert OWN_PHD in text_of(await ask(home, SHIPPED))
    for other in (BOB, Caller(ADA.id), Caller("slack:T1/U7", community="slack:T1")):
        assert OWN_PHD not in text_of(await ask(home, SHIPPED, other))


async def test_communities_that_share_a_queue_share_its_answers(
    home: App, editor: CommunityEditor
) -> None:
    await editor.answer(QUESTION, TEXT)
    store = await home.store()
    code = await store.queues.create_join_code(HOME, "discord:8", NOW, NOW.replace(year=2027))
    assert TEXT not in text_of(await ask(home, QUESTION, BOB))
    assert await store.queues.join(code, ELSEWHERE, NOW) == HOME
    await editor.forget()
    assert TEXT in text_of(await ask(home, QUESTION, BOB))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (QUESTION, WORDING),  # too short for a question
        ("ML engineer pay level 4", "ml engineer pay level 4"),  # arguments of salary
        ("What about remote work?", "what about remote work"),  # begins like a follow-up
        ("Compare our tracks", "compare our tracks"),  # begins with a command's name
        ("senior", "senior"),  # an argument
        ("Wer hilft mir?", "wer hilft mir"),
    ],
)
async def test_a_typed_line_with_the_same_words_finds_it(
    home: App, editor: CommunityEditor, question: str, line: str
) -> None:
    await editor.answer(question, TEXT, WORDING)
    await ask(home, "salary ml")
    for typed in (line, f"ask {line}"):
        assert (await home.handle_line(typed, ADA, "discord:55")).answer == TEXT


@pytest.mark.parametrize("line", ["help", "privacy", "salary", "salary ml senior", "quiz"])
async def test_a_command_stays_a_command(home: App, editor: CommunityEditor, line: str) -> None:
    before = await ask(home, line)
    await editor.answer(line, TEXT)
    await editor.forget()
    assert (await ask(home, line)).answer == before.answer


async def test_a_question_that_a_shipped_entry_answers(home: App, editor: CommunityEditor) -> None:
    await editor.link("Is a doctorate a must at our place?", PHD)
    shipped = home.content.faq[PHD]
    reply = await ask(home, "Is a doctorate a must at our place?")
    assert MARK not in text_of(reply)
    assert shipped.question in text_of(reply)


async def test_own_questions_come_first_in_the_list(home: App, editor: CommunityEditor) -> None:
    for number in range(12):
        await editor.answer(f"Own question {number}?", TEXT)
    first = await ask(home, "ask")
    assert first.nodes[1] == Heading("Community answers")
    assert "12 questions from the moderators" in text_of(first)
    shown = [each for each in first.actions() if each.label.startswith("Own question")]
    assert labels(tuple(shown[:10])) == [f"Own question {number}?" for number in range(10)]
    assert (await home.handle(shown[0].call, ADA)).answer == TEXT
    second = await ask(home, "ask page:2")
    assert [each.text for each in second.nodes if isinstance(each, Heading)] == [
        "Community answers",
        "From the sources",
    ]
    assert "moderators" not in text_of(await ask(home, "ask", BOB))


async def test_autocomplete_offers_own_questions_first(home: App, editor: CommunityEditor) -> None:
    await editor.answer(QUESTION, TEXT, WORDING)
    offered = await home.suggest(Call("ask"), "question", "", ADA, 25)
    assert offered[0].label == QUESTION
    typed = await home.suggest(Call("ask"), "question", "job ads", ADA, 5)
    assert typed[0].label == QUESTION
    elsewhere = await home.suggest(Call("ask"), "question", "", BOB, 25)
    assert QUESTION not in [each.label for each in elsewhere]


async def test_many_own_questions_keep_the_list_within_a_menu(
    home: App, editor: CommunityEditor
) -> None:
    for number in range(300):
        await editor.answer(f"Own question {number}?", TEXT)
    reply = await ask(home, "ask page:17")
    assert len(reply.more) <= 25
    assert reply.outcome is Outcome.DONE


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Switch:
    """Storage that can be down, and counts how often it is used."""

    app: App
    is_down: bool = False
    used: int = 0

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Store]:
        self.used += 1
        if self.is_down:
            raise Outage("It is down.")
        async with self.app.storage() as store:
            yield store


async def test_two_instances_see_a_change_within_two_seconds(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    store = await home.store()

    async def same_database() -> Store:
        return store

    other = App(content, clock=lambda: NOW, open_store=same_database)
    assert QUESTION not in text_of(await ask(other, "ask"))
    added = await editor.answer(QUESTION, TEXT)
    await asyncio.sleep(1.1)
    assert (await ask(other, QUESTION)).answer == TEXT
    assert await store.answers.remove(added.queue, added.number)
    await asyncio.sleep(1.1)
    assert (await ask(other, QUESTION)).answer != TEXT
    await other.community_answers.close()


async def test_two_processes_on_postgresql_see_a_change(
    emptied_postgres: str, content: Content
) -> None:
    apps = [
        App(content, clock=lambda: NOW, open_store=lambda: Store.open(emptied_postgres))
        for _ in range(2)
    ]
    await ask(apps[1], "ask")
    await CommunityEditor(apps[0], HOME).answer(QUESTION, TEXT)
    await asyncio.sleep(1.1)
    for app in apps:
        assert (await ask(app, QUESTION)).answer == TEXT
        await app.close()


async def test_the_database_is_asked_once_a_second_for_each_community(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    clock, storage = Clock(), Switch(home)
    answers = CommunityAnswers(content, storage, clock)
    found = await asyncio.gather(*(answers.for_caller(ADA) for _ in range(50)))
    assert (storage.used, len({id(each) for each in found})) == (1, 1)
    await editor.answer(QUESTION, TEXT)
    clock.now = 0.9
    assert not (await answers.for_caller(ADA)).answers
    clock.now = 1.0
    (known,) = (await answers.for_caller(ADA)).answers.values()
    assert (known.text, storage.used) == (TEXT, 2)
    clock.now = 2.0
    again = await answers.for_caller(ADA)
    assert again is answers.known(ADA), "an unchanged queue isn't read again"
    answers.forget(known.queue)
    await answers.for_caller(ADA)
    assert storage.used == 4


async def test_a_first_answer_is_seen_at_once_where_it_is_written(
    home: App, content: Content
) -> None:
    clock, storage = Clock(), Switch(home)
    answers = CommunityAnswers(content, storage, clock)
    assert not (await answers.for_caller(ADA)).queue
    added = await CommunityEditor(home, HOME).answer(QUESTION, TEXT)
    answers.forget(added.queue)
    assert (await answers.for_caller(ADA)).answers


async def test_in_an_outage_what_was_known_holds(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    clock, storage = Clock(), Switch(home)
    answers = CommunityAnswers(content, storage, clock)
    await editor.answer(QUESTION, TEXT)
    assert (await answers.for_caller(ADA)).has_question(QUESTION)
    storage.is_down = True
    for clock.now in (1.5, 3.0, 30.0):
        assert (await answers.for_caller(ADA)).has_question(QUESTION)
        assert not (await answers.for_caller(BOB)).answers
    assert storage.used == 3, "it isn't asked again and again: at 1.5 and at 30 seconds"
    storage.is_down, clock.now = False, 36.0
    await editor.answer("Another?", TEXT)
    assert (await answers.for_caller(ADA)).has_question("another")


async def test_slow_storage_is_not_waited_for(home: App, content: Content) -> None:
    hang = asyncio.Event()

    @asynccontextmanager
    async def storage() -> AsyncIterator[Store]:
        await hang.wait()
        yield await home.store()

    answers = CommunityAnswers(content, storage)
    async with asyncio.timeout(4):
        assert not (await answers.for_caller(ADA)).answers
    hang.set()
    await answers.close()


async def test_without_storage_shipped_answers_come(content: Content) -> None:
    async def broken() -> Store:
        raise Outage("It is down.")

    app = App(content, clock=lambda: NOW, open_store=broken)
    reply = await ask(app, SHIPPED)
    assert (reply.outcome, "36.2" in text_of(reply)) == (Outcome.DONE, True)
    assert (await ask(app, "salary ml senior")).outcome is Outcome.DONE


async def test_where_answers_are_plain(home: App, content: Content) -> None:
    clock = Clock()
    answers = CommunityAnswers(content, Switch(home), clock)
    assert not answers.is_plain(HOME), "it isn't known yet"
    await answers.for_caller(ADA)
    assert answers.is_plain(HOME)
    clock.now = 1.9
    assert answers.is_plain(HOME)
    clock.now = 2.0
    assert not answers.is_plain(HOME), "it's too old"
    await CommunityEditor(home, HOME).answer(QUESTION, TEXT)
    await answers.for_caller(ADA)
    assert not answers.is_plain(HOME)
    assert CommunityAnswers(content, None).is_plain(HOME)


@pytest.mark.parametrize("text", HOSTILE_ANSWERS)
async def test_hostile_texts_are_answered(home: App, editor: CommunityEditor, text: str) -> None:
    question = f"{text[:150]} what?"
    await editor.answer(question, text, text[10:90])
    for line in ("ask", f"ask {question}"):
        assert (await ask(home, line)).outcome is not Outcome.BUG
    reply = await home.handle(Call("ask", {"question": question}), ADA)
    assert (reply.outcome, MARK in text_of(reply)) == (Outcome.DONE, True)
    assert "".join(text.split()) in "".join(text_of(reply).split())


@pytest.fixture(params=["salary ml senior", "compare", "roadmap", "ask do I need a PhD for ML?"])
def answered(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_every_answer_can_be_reported(home: App, answered: str) -> None:
    reply = await ask(home, answered)
    assert labels(reply.more)[-1] == "Wrong or missing?"
    about = reply.more[-1].call.args["about"]
    again = await ask(home, about)
    assert again.answer == reply.answer


async def test_the_same_answer_is_the_same_reply(home: App) -> None:
    assert await ask(home, "salary ml") is await ask(home, "salary ml", BOB)


@pytest.mark.parametrize("line", ["privacy", "thanks", "gibberish{}"])
async def test_what_is_no_answer_cannot_be_reported(home: App, line: str) -> None:
    assert "Wrong or missing?" not in labels((await ask(home, line)).actions())


@pytest.mark.parametrize("who", [Caller("discord:7"), Caller("slack:T1/U1")])
async def test_without_a_community_there_is_nobody_to_report_to(home: App, who: Caller) -> None:
    reply = await ask(home, "salary ml senior", who)
    assert "Wrong or missing?" not in labels(reply.actions())


async def test_without_a_database_there_is_nobody_to_report_to(app: App) -> None:
    assert "Wrong or missing?" not in labels((await ask(app, "salary ml")).actions())


def moderator_labels(reply: Reply) -> tuple[list[str], list[str]]:
    wanted = ("Ask the moderators", "Ask without my name")
    return (
        [each.label for each in reply.buttons if each.label in wanted],
        [each.label for each in reply.more if each.label in wanted],
    )


NOTHING, CLOSEST = "ask how do I bake sourdough bread at altitude", "ask should I learn Kubernetes"


@pytest.mark.parametrize("line", [NOTHING, "blorf"])
async def test_where_nothing_fits_the_moderators_can_be_asked(home: App, line: str) -> None:
    reply = await ask(home, line)
    assert reply.outcome is Outcome.REFUSED
    assert moderator_labels(reply) == (["Ask the moderators"], ["Ask without my name"])
    assert moderator_labels(await ask(home, line, Caller("discord:7"))) == ([], [])
    assert moderator_labels(await ask(home, SHIPPED)) == ([], [])
