"""The memory of each member's last question: how long, how much, for whom and where."""

from pathlib import Path

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.conversation import LIFETIME, Conversations, LastCall
from bot.reply import Outcome, Reply
from content import Content
from storage import Store

ADA, BEN = Caller("test:ada"), Caller("test:ben")
GENERAL, RANDOM = "test:general", "test:random"
SENIOR = LastCall(Call("salary", {"role": "ml-engineer", "level": "senior"}))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talking(content: Content, clock: Clock) -> App:
    """Return an app whose memory has a clock that the test moves."""
    return App(content, conversations=Conversations(clock))


def answer_of(reply: Reply) -> str:
    assert isinstance(reply.answer, str)
    return reply.answer


def test_a_question_is_kept_for_ten_minutes(clock: Clock) -> None:
    memory = Conversations(clock)
    memory.remember(ADA.id, GENERAL, SENIOR)
    clock.now = LIFETIME - 1
    assert memory.recall(ADA.id, GENERAL) == SENIOR
    clock.now = LIFETIME
    assert memory.recall(ADA.id, GENERAL) is None
    assert LIFETIME == 10 * 60


def test_what_is_too_old_leaves_the_memory_even_if_its_member_never_returns(clock: Clock) -> None:
    memory = Conversations(clock)
    memory.remember(ADA.id, GENERAL, SENIOR)
    clock.now = LIFETIME
    memory.recall(BEN.id, GENERAL)
    clock.now = 0  # it would be valid again, if it were still there
    assert memory.recall(ADA.id, GENERAL) is None


def test_each_question_starts_ten_minutes_anew(clock: Clock) -> None:
    memory = Conversations(clock)
    memory.remember(ADA.id, GENERAL, SENIOR)
    memory.remember(BEN.id, GENERAL, SENIOR)
    clock.now = LIFETIME - 1
    memory.remember(ADA.id, GENERAL, SENIOR)
    clock.now = LIFETIME
    assert memory.recall(BEN.id, GENERAL) is None
    assert memory.recall(ADA.id, GENERAL) == SENIOR


def test_a_full_memory_drops_the_oldest(clock: Clock) -> None:
    memory = Conversations(clock, max_size=100)
    for number in range(250):
        memory.remember(f"test:{number}", GENERAL, SENIOR)
    assert len(memory) == 100
    assert memory.recall("test:149", GENERAL) is None
    assert memory.recall("test:150", GENERAL) == SENIOR


def test_without_a_place_nothing_is_kept(clock: Clock) -> None:
    memory = Conversations(clock)
    memory.remember(ADA.id, "", SENIOR)
    assert len(memory) == 0


async def test_a_follow_up_changes_the_last_question(talking: App) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    reply = await talking.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(reply).startswith("Senior ML Engineers in the UK: ")


async def test_bare_words_change_the_last_question_before_they_are_searched_for(
    talking: App,
) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    line = "base only?"
    assert talking.parse(line).command == "ask"
    reply = await talking.handle_line(line, ADA, GENERAL)
    assert answer_of(reply).startswith("Senior ML Engineers in the US: $180K–$240K base")
    assert "aijobs" not in str(reply.nodes)  # the survey counts gross pay


async def test_why_after_interview_questions_leaves_the_role(talking: App) -> None:
    await talking.handle_line("interview ai", ADA, GENERAL)
    await talking.handle_line("why?", ADA, GENERAL)
    reply = await talking.handle_line("and for ML?", ADA, GENERAL)
    assert "ML Engineer interviews" in answer_of(reply)


async def test_two_people_in_a_channel_do_not_mix(talking: App) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    await talking.handle_line("tools ai", BEN, GENERAL)
    pay = await talking.handle_line("what about staff?", ADA, GENERAL)
    tools = await talking.handle_line("and ML?", BEN, GENERAL)
    assert answer_of(pay).startswith("Staff ML Engineers")
    assert "a must for ML Engineers" in answer_of(tools)


async def test_one_person_in_two_channels_does_not_mix(talking: App) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    reply = await talking.handle_line("and in the UK?", ADA, RANDOM)
    assert (answer_of(reply), reply.outcome) == ("United Kingdom: which role?", Outcome.REFUSED)


async def test_after_ten_minutes_the_bot_asks_back(talking: App, clock: Clock) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    clock.now = LIFETIME
    reply = await talking.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(reply) == "United Kingdom: which role?"


async def test_after_a_restart_the_bot_asks_back_with_the_likeliest_questions(
    content: Content,
) -> None:
    await App(content).handle_line("salary ml senior", ADA, GENERAL)
    restarted = App(content)
    asked = await restarted.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(asked) == "United Kingdom: which role?"
    assert Call("salary", {"role": "ml-engineer", "country": "gb"}) in [
        each.call for each in asked.buttons
    ]
    chosen = next(each for each in asked.buttons if "ML Engineer" in each.label)
    await restarted.handle(chosen.call, ADA, GENERAL)
    reply = await restarted.handle_line("what about senior?", ADA, GENERAL)
    assert answer_of(reply).startswith("Senior ML Engineers in the UK: ")


async def test_why_without_a_last_question_asks_back(talking: App) -> None:
    reply = await talking.handle_line("why?", ADA, GENERAL)
    assert reply.outcome is Outcome.REFUSED
    assert answer_of(reply).startswith("Why what?")
    assert reply.buttons


async def test_a_private_command_ends_the_conversation(talking: App) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    await talking.handle_line("privacy", ADA, GENERAL)
    reply = await talking.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(reply) == "United Kingdom: which role?"


async def test_an_error_leaves_the_last_question(talking: App) -> None:
    await talking.handle_line("salary ml senior", ADA, GENERAL)
    refused = await talking.handle_line("salary wizard", ADA, GENERAL)
    assert refused.outcome is Outcome.REFUSED
    reply = await talking.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(reply).startswith("Senior ML Engineers in the UK: ")


async def test_the_question_command_takes_follow_ups_too(talking: App) -> None:
    await talking.handle_line("faq senior ML engineer salary", ADA, GENERAL)
    reply = await talking.handle_line("faq and in the UK?", ADA, GENERAL)
    assert answer_of(reply).startswith("Senior ML Engineers in the UK: ")
    forgotten = await talking.handle_line("faq and in the UK?", BEN, GENERAL)
    assert answer_of(forgotten) == "United Kingdom: which role?"


async def test_why_after_a_quiz_shows_each_point(talking: App) -> None:
    result = Call("quiz", {"name": "which-path", "answers": ",".join("1" * 14)})
    shown = await talking.handle(result, ADA, GENERAL)
    assert shown.why is not None
    reply = await talking.handle_line("why?", ADA, GENERAL)
    assert reply == await talking.handle(shown.why, ADA)
    country = await talking.handle_line("and in the UK?", ADA, GENERAL)
    assert answer_of(country) == "United Kingdom: which role?"


async def test_nothing_of_a_conversation_is_stored(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "crossroads.db"
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{path}"))
    await (await app.store()).probe()
    before = _bytes_in(tmp_path)
    for line in ("salary ml senior", "and in the UK?", "what about AI?", "why?", "in euros?"):
        reply = await app.handle_line(line, ADA, GENERAL)
        assert reply.outcome is Outcome.DONE, line
    assert _bytes_in(tmp_path) == before
    await app.close()
    assert not any(ADA.id.encode() in content for content in _bytes_in(tmp_path).values())


def _bytes_in(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}
