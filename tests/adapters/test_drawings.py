"""Drawings that are kept and filled in, on both platforms: the same as if drawn for each reply."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.discord.rendering import message_cache as on_discord
from adapters.discord.rendering.render import render as for_discord
from adapters.shared.render_cache import RenderCache
from adapters.slack.rendering.render import VIEW, Message
from adapters.slack.rendering.render import render as for_slack
from bot.call import Call
from bot.quiz.reply import ask_question
from bot.reply import Action, Actions, FilledReply, Paragraph, Reply, ReplyTemplate
from content import Content

CALL = Call("quiz-answer", {"take": "me", "item": "first", "pick": "a"})
BLANK, WORD = "blankedOut99", "abcdefghij-_"
Sent = Callable[[Reply], list[Any]]


def discord_kept() -> tuple[Sent, Sent]:
    """Give what is sent when drawings are kept, and when they are not."""
    kept = on_discord.Drawings(50)
    return (
        lambda reply: [
            json.loads(each.encoded(private=True)) for each in kept.pages(reply, CALL, share=False)
        ],
        lambda reply: [each.payload(private=True) for each in for_discord(reply, CALL).messages],
    )


def slack_kept() -> tuple[Sent, Sent]:
    """Give what is sent when drawings are kept, and when they are not."""

    def draw(reply: Reply) -> tuple[Message, ...]:
        return for_slack(reply, CALL, surface=VIEW).messages

    kept = RenderCache[Message](50, lambda page: json.dumps(page.blocks), Message.fill)
    return (
        lambda reply: [each.payload() for each in kept.pages(reply, VIEW, draw)],
        lambda reply: [each.payload() for each in draw(reply)],
    )


@pytest.fixture(params=[discord_kept, slack_kept], ids=["discord", "slack"])
def sent(request: pytest.FixtureRequest) -> tuple[Sent, Sent]:
    made: tuple[Sent, Sent] = request.param()
    return made


def test_every_question_is_the_same_filled_in_as_drawn(
    content: Content, sent: tuple[Sent, Sent]
) -> None:
    kept, drawn = sent
    for quiz in content.quiz.values():
        for at, item in enumerate(quiz.items):
            for take, doubled in (("takeOfMine-1", None), ("takeOfYours_", item.id)):
                reply = ask_question(quiz, at, take, doubled)
                assert reply.template
                assert kept(reply) == drawn(reply)
                assert take in str(kept(reply))


def test_a_pattern_is_drawn_once(
    content: Content, sent: tuple[Sent, Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, _ = sent
    quiz = next(iter(content.quiz.values()))
    kept(ask_question(quiz, 0, "takeOfMine-1", None))
    for each in (on_discord,):
        monkeypatch.delattr(each, "render")
    assert "takeOfYours_" in str(kept(ask_question(quiz, 0, "takeOfYours_", None)))


@pytest.mark.parametrize(
    "reply",
    [
        # Packed, or written out, where it is too long for a button.
        Reply((Actions((Action("on", Call("long", {"take": BLANK, "more": "word " * 30})),)),)),
        Reply((Actions((Action("on", Call("long", {"take": BLANK, "more": "word " * 600})),)),)),
        # On several pages, each with the choices.
        Reply(
            (
                *(Paragraph(f"{number} " + "words " * 400) for number in range(30)),
                Actions((Action("on", Call("short", {"take": BLANK})),)),
            )
        ),
    ],
)
def test_what_can_t_be_filled_in_is_drawn(reply: Reply, sent: tuple[Sent, Sent]) -> None:
    kept, drawn = sent
    own = FilledReply(ReplyTemplate(reply, BLANK, WORD))
    assert kept(own) == drawn(own)
    assert BLANK not in str(kept(own))


def test_what_stands_before_a_question_is_drawn_with_it(
    content: Content, sent: tuple[Sent, Sent]
) -> None:
    kept, drawn = sent
    quiz = next(iter(content.quiz.values()))
    reply = ask_question(quiz, 1, "takeOfMine-1", None, Paragraph("That question is behind you."))
    assert kept(reply) == drawn(reply)
    assert "behind you" in str(kept(reply))
