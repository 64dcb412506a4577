"""The command behind the button that compares a quiz result with the one before it."""

import asyncio
from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.commands.quiz.explain import load_finished
from bot.errors import Refusal
from bot.quiz.history import compare_results, describe_changes, find_previous
from bot.quiz.session import QuizSession
from bot.reply import Action, Bullets, Reply


@command(hidden=True, visibility=Visibility.PRIVATE)
async def quiz_compare(
    context: CommandContext, take: Annotated[str, Arg("which attempt", max_length=24)]
) -> Reply:
    """See what changed since your previous attempt at the same quiz."""
    now = await load_finished(context, take)
    finished = await (await context.store()).attempts.list_finished(context.caller.id)
    older = []
    for attempt in finished[[each.id for each in finished].index(take) + 1 :]:
        with suppress(Refusal):  # raised if the version of its quiz can't be read
            older.append(await QuizSession.from_attempt(context, attempt))
    before = find_previous(now, older)
    if before is None:
        raise Refusal(
            "This is your first result for this quiz.", Action("My results", Call("results"))
        )
    # Scoring takes as long as several replies, so it runs in a thread.
    answer, changes = await asyncio.to_thread(
        lambda: (compare_results(now, before), tuple(describe_changes(now, before)))
    )
    return Reply(answer, (Bullets(changes),))
