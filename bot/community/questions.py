"""Unanswered questions: counting them, and sending them to the moderators."""

from bot.app import CommandContext
from bot.call import Call
from bot.community.feedback import announce
from bot.language.likeness import fingerprint
from bot.reply import Action
from bot.tips.context import TipContext
from storage import FeedbackKind, Store

KEEP_QUESTIONS = "keep-questions"
"""The preference that is "yes" if questions are kept once enough people have asked them."""
PEOPLE = 5
"""How many different people must ask a question before its wording is kept."""
_COMMAND = "moderators-ask"
_MAX_AN_HOUR = 30  # questions of one member that are counted


def moderator_actions(context: CommandContext, question: str) -> tuple[Action, ...]:
    """Return the buttons that send *question* to the moderators, with and without a name.

    Return () if the caller isn't in a community or the app has no database.
    """
    app, member = context.app, context.caller.id
    if context.caller.acting_community is None or not app.has_storage:
        return ()
    whole, kept = {"question": question}, {"draft": app.inbox.keep_draft(member, question)}
    unnamed = {"name": "no"}
    return (
        Action("Ask the moderators", Call(_COMMAND, whole), short=Call(_COMMAND, kept)),
        Action(
            "Ask without my name",
            Call(_COMMAND, whole | unnamed),
            short=Call(_COMMAND, kept | unnamed),
        ),
    )


def count_question(context: CommandContext, question: str) -> None:
    """Count the unanswered *question* in the background.

    The counts are per community and don't say who asked. A question that a member repeats counts
    once an hour.
    """
    community = context.caller.acting_community
    if community is None or not context.app.has_storage:
        return
    mark = fingerprint(question, context.content)
    lately = context.app.inbox.counted_lately(context.caller.id)
    if mark and mark not in lately and len(lately) < _MAX_AN_HOUR:
        lately.add(mark)
        context.app.inbox.start(_count(context, community, question, mark))


async def _count(context: CommandContext, community: str, question: str, mark: str) -> None:
    async with context.app.storage() as store:
        queue = await store.queues.get_or_create(community)
        await store.question_counts.add(queue, mark, context.now.date().replace(day=1))
        if KEEP_QUESTIONS in await store.preferences.get_all(community):
            await _keep_if_asked_often(context, store, (queue, community), question, mark)


async def _keep_if_asked_often(
    context: CommandContext, store: Store, place: tuple[str, str], question: str, mark: str
) -> None:
    """Keep the wording of *question*, without a name, if enough different people have asked it.

    Until then, the bot stores who asked. Members whom moderators have blocked don't count. *place*
    is the queue and the community.
    """
    (queue, community), member = place, context.caller.id
    if await store.feedback.has_question(queue, mark):
        return
    if await store.blocks.is_blocked(queue, member):
        return
    people = await store.question_counts.add_asker(queue, mark, member, context.now)
    if people < PEOPLE or not await store.question_counts.forget_askers(queue, mark):
        return  # or another process keeps it
    added = await store.feedback.add(
        queue,
        FeedbackKind.QUESTION,
        question,
        context.now,
        fingerprint=mark,
        community=community,
        once=True,
    )
    if added is not None:
        app = context.app
        clock = lambda: context.now  # noqa: E731
        await announce(TipContext(context.content, app.platforms, store, clock, app.metrics), added)
