"""A moderators' session with feedback from members, for tests of community answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from moderator_session import CHANNEL, HOME, MEMBER, ModeratorSession, moderator_session

from bot.app import App
from bot.call import Call, Caller
from bot.cli.main import PREVIEWS
from bot.language.likeness import fingerprint
from bot.reply import Action, Reply
from content import Content
from storage import CommunityAnswer, Feedback, FeedbackKind, FeedbackState, HiddenStatement, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = Caller("test:8", moderator=True, community=HOME)
ELSEWHERE = Caller("test:9", moderator=True, community="test:elsewhere")
DRESS = 'answers add "Is there a dress code?" text:"No. Wear what you like."'


@asynccontextmanager
async def answers_session(
    content: Content, url: str, folder: Path
) -> AsyncIterator[ModeratorSession]:
    """Yield a session in a community whose moderators get notices in a channel."""
    seconds = count()
    app = App(
        content,
        clock=lambda: NOON + timedelta(seconds=next(seconds)),
        open_store=lambda: Store.open(url),
        previews=PREVIEWS,
    )
    session = moderator_session(app, folder)
    await session.say(f"settings notifications channel:{CHANNEL}")
    yield session
    await app.close()


async def send(
    talk: ModeratorSession,
    text: str,
    about: str | None = None,
    *,
    member: str | None = MEMBER.id,
    suggestion: str | None = None,
) -> Feedback:
    """Store a member's question, or a report if it is *about* an answer."""
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    kind = FeedbackKind.REPORT if about else FeedbackKind.QUESTION
    sent = await store.feedback.add(
        queue,
        kind,
        text,
        NOON,
        about=about,
        fingerprint=None if about else fingerprint(text, talk.app.content),
        member=member,
        community=HOME,
        suggestion=suggestion,
    )
    assert sent is not None
    return sent


async def answers(talk: ModeratorSession, community: str = HOME) -> tuple[CommunityAnswer, ...]:
    store = await talk.app.store()
    return await store.answers.list_for_queue(await store.queues.get_or_create(community))


async def hidden(talk: ModeratorSession, community: str = HOME) -> tuple[HiddenStatement, ...]:
    store = await talk.app.store()
    return await store.hidden.list_for_queue(await store.queues.get_or_create(community))


async def states(talk: ModeratorSession) -> list[FeedbackState]:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    return [each.state for each in await store.feedback.list_for_queue(queue)]


def button(reply: Reply, label: str) -> Action:
    """Return the first button of *reply* with this label."""
    return next(each for each in reply.actions() if each.label == label)


async def click(
    talk: ModeratorSession, reply: Reply, label: str, who: Caller | None = None, **fields: str
) -> Reply:
    """Click a button; if it opens a form, submit it with the values it opens with and *fields*."""
    call, caller = button(reply, label).call, who or talk.who
    form = await talk.app.form_for(call, caller)
    if form is not None:
        opened = {each.name: each.value for each in form.fields if each.value}
        call = replace(form.call, args={**form.call.args, **opened, **fields})
    return await talk.app.handle(call, caller)


async def run(talk: ModeratorSession, command: str, **args: str) -> Reply:
    return await talk.app.handle(Call(command, args), talk.who)
