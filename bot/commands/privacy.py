"""The `privacy` command: shows, exports or deletes a member's stored data."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any

from bot.app import CommandContext, Operator
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.community.inbox import ASKER_DAYS
from bot.community.questions import KEEP_QUESTIONS, PEOPLE
from bot.errors import Outage
from bot.formatting import pluralize
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.reply import (
    Action,
    ActionStyle,
    Bold,
    Bullets,
    CodeBlock,
    Link,
    Node,
    Paragraph,
    Reply,
)
from bot.tips.cards import refresh_cards
from bot.tips.context import TipContext
from storage import Attempt, Feedback, Store

_ANSWER = (
    "I store your quiz answers, the tips, questions and reports you send to moderators, and your "
    "id on this platform."
)
_STORED_DATA = (
    "Also stored: timestamps and, for moderators, what they did (id, action, number). No names and "
    "no other messages."
)
_QUESTIONS = (
    "I count questions that I can't answer, but not who asked them. A question is kept only if you "
    "send it to the moderators."
)
_KEPT_QUESTIONS = (
    f"Once {PEOPLE} people have asked the same question, the moderators here can see it, but not "
    "who asked. Until then, your id is stored with a code for the question for up to "
    f"{ASKER_DAYS} days."
)
_STORAGE = (
    "Your data is in this bot's own database. Results stay until you delete them; an unfinished "
    "quiz is deleted after {days}."
)
_VISIBILITY = (
    "Only you see your answers. Sharing a result shows only the outcome. Community totals need at "
    "least five people."
)
_ACTIONS = {
    "export": ("download", "show", "data"),
    "delete": ("erase", "remove", "forget"),
    "delete-yes": (),
}


def _action_names(known: NameRegistry) -> NameIndex[str]:
    del known  # the actions don't depend on the content
    return NameIndex(
        "action", (NamedValue(each, each, each, also) for each, also in _ACTIONS.items())
    )


@command(
    Example("privacy", shows=("90 days", "timestamps")),
    Example("privacy export", shows=("takes",)),
    Example("privacy delete", shows=("can't be undone",)),
    aliases=("gdpr", "my-data", "data"),
    keywords=("delete", "erase", "store", "stored", "privacy", "gdpr"),
    visibility=Visibility.PRIVATE,
)
async def privacy(
    context: CommandContext,
    action: Annotated[
        str | None, Arg("export or delete what is stored about you", _action_names)
    ] = None,
) -> Reply:
    """See, export or delete your data.

    The bot stores your id on the platform, your quiz answers and when you gave them, tips that you
    suggested, questions and reports that you sent to moderators, a block on sending them, and what
    you did as a moderator. It stores no name and no other messages. If you delete your data, the
    bot asks once and then erases all of it at once. Tips that moderators have approved and
    questions that they have answered stay, without your id. A block stays until they lift it.
    """
    if action == "export":
        return await _export(context)
    if action == "delete":
        return _confirm_deletion()
    if action == "delete-yes":
        return await _delete(context)
    overview = _overview(context.app.keep_days, context.app.operator)
    notes = (*await _kept_questions_note(context), *await _blocked_note(context))
    return replace(overview, nodes=(*overview.nodes, *notes)) if notes else overview


async def _delete(context: CommandContext) -> Reply:
    """Delete all data about the caller, also from the messages that show their suggestions."""
    store, app = await context.store(), context.app
    cards = await store.cards.list_by_suggester(context.caller.id)
    erased = await store.erase(context.caller.id)
    app.inbox.sent_today(context.caller.id).unnamed.clear()
    tips = TipContext(context.content, app.platforms, store, lambda: context.now, app.metrics)
    await refresh_cards(tips, cards)
    quizzes = pluralize(erased, "quiz attempt")
    answer = f"All your data is deleted, including {quizzes}."
    return Reply(answer, await _blocked_note(context))


async def _kept_questions_note(context: CommandContext) -> tuple[Node, ...]:
    """Return a paragraph if the caller's community keeps questions that many ask, else nothing."""
    community = context.caller.acting_community
    if community is None or not context.app.has_storage:
        return ()
    try:
        async with context.app.storage() as store:
            preferences = await store.preferences.get_all(community)
    except Outage:  # the same
        return ()
    return (Paragraph(_KEPT_QUESTIONS),) if KEEP_QUESTIONS in preferences else ()


async def _blocked_note(context: CommandContext) -> tuple[Node, ...]:
    """Return a paragraph if moderators have blocked the caller's suggestions, else nothing."""
    if not context.app.has_storage:
        return ()
    try:
        async with context.app.storage() as store:
            blocks = await store.blocks.list_by_member(context.caller.id)
    except Outage:  # the rest of the answer doesn't need the storage
        return ()
    if not blocks:
        return ()
    where = pluralize(len(blocks), "queue")
    return (
        Paragraph(
            f"Moderators have blocked your tip suggestions, questions and reports in {where}. "
            "Your id stays stored until they lift the block, and you can't delete it "
            "yourself."
        ),
    )


@cache
def _overview(days: int, operator: Operator) -> Reply:
    """Return the reply that says what the bot stores; unfinished quizzes are kept for *days* days.

    It is cached, so that adapters render it only once.
    """
    storage = _STORAGE.format(days=pluralize(days, "day"))
    nodes: list[Node] = [Bullets((_STORED_DATA, _QUESTIONS, storage, _VISIBILITY))]
    if operator.contact:
        nodes.append(Paragraph((Bold("Who runs this bot: "), operator.contact)))
    if operator.privacy_url:
        link = Link(operator.privacy_url, operator.privacy_url)
        nodes.append(Paragraph((Bold("Privacy policy: "), link)))
    return Reply(
        _ANSWER,
        tuple(nodes),
        buttons=(
            Action("Export my data", Call("privacy", {"action": "export"})),
            Action("Delete my data", Call("privacy", {"action": "delete"}), ActionStyle.DANGER),
        ),
    )


async def _export(context: CommandContext) -> Reply:
    store = await context.store()
    attempts = await store.attempts.list_by_owner(context.caller.id)
    tips = await _export_tips(store, context.caller.id)
    # Years of results take long to format, so this runs in a thread, off the event loop.
    text = await asyncio.to_thread(_format_export, context.caller.id, attempts, tips)
    back = Action("Back to privacy", Call("privacy"))
    return Reply(
        "This is everything stored about you:", (CodeBlock(text, "json"),), buttons=(back,)
    )


def _format_export(owner: str, attempts: Sequence[Attempt], tips: Mapping[str, Any]) -> str:
    data = {"id": owner, "takes": [_export_attempt(attempt) for attempt in attempts], **tips}
    return json.dumps(data, indent=2, ensure_ascii=False)


async def _export_tips(store: Store, owner: str) -> dict[str, Any]:
    """Return what a member sent to moderators, and did as one, as a dict for JSON."""
    return {
        "suggested_tips": [
            {
                "number": tip.number,
                "community": tip.suggested_in,
                "state": tip.state,
                "text": tip.text,
                "link": tip.link,
                "reason": tip.reason,
                "added": tip.added_at.isoformat(),
            }
            for tip in await store.tips.list_by_owner(owner)
        ],
        "questions_and_reports": [
            _export_feedback(each) for each in await store.feedback.list_by_member(owner)
        ],
        "questions_asked": [
            {
                "code": each.fingerprint,
                "communities": await store.queues.list_communities(each.queue),
                "at": each.at.isoformat(),
            }
            for each in await store.question_counts.list_by_member(owner)
        ],
        "community_answers": [
            {
                "number": each.number,
                "question": each.question,
                "written": each.created_at.isoformat(),
            }
            for each in await store.answers.list_by_owner(owner)
        ],
        "hidden_statements": [
            {
                "entry": each.entry,
                "statement": each.text,
                "reason": each.reason,
                "at": each.at.isoformat(),
            }
            for each in await store.hidden.list_by_owner(owner)
        ],
        "schedules": [
            {"number": each.number, "channel": each.plan.channel, "made": each.made_at.isoformat()}
            for each in await store.schedules.list_by_owner(owner)
        ],
        "moderator_of": await store.preferences.list_moderated(owner),
        "suggestion_blocks": [
            {
                "at": each.at.isoformat(),
                "communities": await store.queues.list_communities(each.queue),
            }
            for each in await store.blocks.list_by_member(owner)
        ],
        "actions": [
            {"at": each.at.isoformat(), "action": each.action, "about": each.details}
            for each in await store.audit.list_by_owner(owner)
        ],
    }


def _export_feedback(feedback: Feedback) -> dict[str, Any]:
    """Return everything stored about a member's question or report as a dict for JSON."""
    decided = feedback.decided_at
    return {
        "kind": feedback.kind,
        "number": feedback.number,
        "community": feedback.community,
        "state": feedback.state,
        "text": feedback.text,
        "suggestion": feedback.suggestion,
        "link": feedback.link,
        "about": feedback.about,
        "code": feedback.fingerprint,
        "reason": feedback.reason,
        "sent": feedback.at.isoformat(),
        "decided": decided.isoformat() if decided else None,
    }


def _export_attempt(attempt: Attempt) -> dict[str, Any]:
    """Return everything stored about a quiz attempt as a dict for JSON."""
    return {
        "id": attempt.id,
        "quiz": attempt.quiz,
        "version": attempt.version,
        "community": attempt.community,
        "started": attempt.started_at.isoformat(),
        "finished": attempt.finished_at.isoformat() if attempt.finished_at else None,
        "last_touched": attempt.touched_at.isoformat(),
        "position": attempt.position,
        "counts_double": attempt.doubled,
        "answers": [
            {"item": each.item, "option": each.option, "answered": each.answered_at.isoformat()}
            for each in attempt.ordered_answers
        ],
    }


def _confirm_deletion() -> Reply:
    return Reply(
        "Delete everything stored about you? This can't be undone.",
        buttons=(
            Action(
                "Delete everything", Call("privacy", {"action": "delete-yes"}), ActionStyle.DANGER
            ),
            Action("Export first", Call("privacy", {"action": "export"})),
            Action("Keep my data", Call("privacy")),
        ),
    )
