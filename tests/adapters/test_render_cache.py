"""Cached and filled replies are the same as freshly rendered ones, on both platforms."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.discord.rendering.render import Message as DiscordMessage
from adapters.discord.rendering.render import render as for_discord
from adapters.shared.render_cache import RenderCache
from adapters.slack.rendering.render import VIEW, Message
from adapters.slack.rendering.render import render as for_slack
from bot.call import Call
from bot.presentation import Presentation
from bot.quiz.reply import ask_question
from bot.reply import Action, Actions, FilledReply, Paragraph, Reply, ReplyTemplate
from content import Content

CALL = Call("quiz-answer", {"take": "me", "item": "first", "pick": "a"})
SHOWN = Presentation(call=CALL)
PLACEHOLDER, VALUE = "blankedOut99", "abcdefghij-_"
Sent = Callable[[Reply], list[Any]]


def discord_renderers() -> tuple[Sent, Sent]:
    """Return two functions that render a reply as messages: with the cache, and without."""

    def draw(reply: Reply) -> tuple[DiscordMessage, ...]:
        return for_discord(reply, SHOWN).messages

    cache = RenderCache[DiscordMessage](
        50, lambda page: page.to_json(private=True), DiscordMessage.fill
    )
    return (
        lambda reply: [
            json.loads(each.to_json(private=True)) for each in cache.pages(reply, "private", draw)
        ],
        lambda reply: [each.payload(private=True) for each in draw(reply)],
    )


def slack_renderers() -> tuple[Sent, Sent]:
    """Return two functions that render a reply as messages: with the cache, and without."""

    def draw(reply: Reply) -> tuple[Message, ...]:
        return for_slack(reply, SHOWN, surface=VIEW).messages

    kept = RenderCache[Message](50, lambda page: json.dumps(page.blocks), Message.fill)
    return (
        lambda reply: [each.payload() for each in kept.pages(reply, VIEW, draw)],
        lambda reply: [each.payload() for each in draw(reply)],
    )


@pytest.fixture(params=[discord_renderers, slack_renderers], ids=["discord", "slack"])
def renderers(request: pytest.FixtureRequest) -> tuple[Sent, Sent]:
    made: tuple[Sent, Sent] = request.param()
    return made


def test_a_filled_question_equals_a_rendered_one(
    content: Content, renderers: tuple[Sent, Sent]
) -> None:
    cached, rendered = renderers
    for quiz in content.quiz.values():
        for at, item in enumerate(quiz.items):
            for take, doubled in (("takeOfMine-1", None), ("takeOfYours_", item.id)):
                reply = ask_question(quiz, at, take, doubled)
                assert reply.template
                assert cached(reply) == rendered(reply)
                assert take in str(cached(reply))


def test_a_template_is_rendered_once(
    content: Content, renderers: tuple[Sent, Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, _ = renderers
    quiz = next(iter(content.quiz.values()))
    cached(ask_question(quiz, 0, "takeOfMine-1", None))
    monkeypatch.delitem(globals(), "for_discord")
    monkeypatch.delitem(globals(), "for_slack")
    assert "takeOfYours_" in str(cached(ask_question(quiz, 0, "takeOfYours_", None)))


@pytest.mark.parametrize(
    "reply",
    [
        # Packed or, if it is too long for a button, written out.
        Reply(
            "Done.",
            (Actions((Action("on", Call("long", {"take": PLACEHOLDER, "more": "word " * 30})),)),),
        ),
        Reply(
            "Done.",
            (Actions((Action("on", Call("long", {"take": PLACEHOLDER, "more": "word " * 600})),)),),
        ),
        # On several pages, each with the choices.
        Reply(
            "Done.",
            (
                *(Paragraph(f"{number} " + "words " * 400) for number in range(30)),
                Actions((Action("on", Call("short", {"take": PLACEHOLDER})),)),
            ),
        ),
    ],
)
def test_a_reply_that_can_t_be_filled_is_rendered(
    reply: Reply, renderers: tuple[Sent, Sent]
) -> None:
    cached, rendered = renderers
    own = FilledReply(ReplyTemplate(reply, PLACEHOLDER, VALUE))
    assert cached(own) == rendered(own)
    assert PLACEHOLDER not in str(cached(own))


def test_a_note_before_a_question_is_rendered_too(
    content: Content, renderers: tuple[Sent, Sent]
) -> None:
    cached, rendered = renderers
    quiz = next(iter(content.quiz.values()))
    reply = ask_question(quiz, 1, "takeOfMine-1", None, Paragraph("That question is behind you."))
    assert cached(reply) == rendered(reply)
    assert "behind you" in str(cached(reply))
