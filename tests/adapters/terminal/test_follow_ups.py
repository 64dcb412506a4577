"""Follow-ups in the terminal's chat, typed and after a choice."""

from follow_up_talk import ASKED_BACK, FOLLOW_UP_TALK

from adapters.terminal import to_text
from adapters.terminal.client import Conversation
from bot.app import App

WIDTH = 80


async def say(chat: Conversation, line: str) -> str:
    shown = await chat.answer(line, WIDTH)
    return " ".join(" ".join(to_text(each, WIDTH) for each in shown).split())


async def test_a_talk_of_follow_ups(app: App) -> None:
    chat = Conversation(app, None)
    for line, says in FOLLOW_UP_TALK.items():
        assert says in await say(chat, line), line


async def test_a_choice_is_a_question_that_a_follow_up_changes(app: App) -> None:
    chat = Conversation(app, None)
    await say(chat, "compare ai ml")
    assert "AI Engineers in the US" in await say(chat, "Pay")
    assert "AI Engineers in the UK" in await say(chat, "and in the UK?")


async def test_a_restarted_chat_asks_back(app: App) -> None:
    await say(Conversation(app, None), "salary ml senior")
    fresh = Conversation(App(app.content), None)
    assert ASKED_BACK in await say(fresh, "and in the UK?")
    assert "ML Engineers in the UK" in await say(fresh, "2")
