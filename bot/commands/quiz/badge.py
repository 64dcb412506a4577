"""The command behind the button with which a member gets the role for a result."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Visibility, command
from bot.errors import Refusal
from bot.quiz.badges import find_badge
from bot.quiz.session import QuizSession
from bot.reply import Mention, Reply


@command(hidden=True, visibility=Visibility.PRIVATE, platforms=frozenset({"discord"}))
async def quiz_badge(
    context: CommandContext, take: Annotated[str, Arg("which attempt", max_length=24)]
) -> Reply:
    """Get this community's role for your result."""
    session = await QuizSession.load(context, take)
    role = await find_badge(context, session.result()) if session.attempt.finished_at else None
    if role is None or context.caller.community is None:
        raise Refusal("This community has no role for this result.")
    platform = context.app.platforms.get(context.caller.community.partition(":")[0])
    if platform is None:
        raise Refusal("I can't give roles here.")
    await platform.give_role(context.caller.community, context.caller.id, role)
    return Reply(("You now have the role ", Mention(role), "."))
