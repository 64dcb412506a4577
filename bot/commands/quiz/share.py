"""A result for others to see, without the answers that led to it."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.errors import Refusal
from bot.quiz.reply import headline
from bot.quiz.session import QuizSession
from bot.reply import Action, Actions, Bold, Mention, Paragraph, Reply


@command(hidden=True, visibility=Visibility.PUBLIC)
async def quiz_share(
    context: CommandContext, take: Annotated[str, Arg("which take of a quiz", max_length=24)]
) -> Reply:
    """Show the outcome of a quiz to the channel, without the answers."""
    session = await QuizSession.load(await context.store(), context.caller, take, context.now)
    if session.attempt.finished_at is None:
        go_on = Action("go on", Call("quiz", {"name": session.quiz.id}))
        raise Refusal("That quiz is not finished yet.", go_on)
    told = headline(session.result())
    said = Paragraph(
        (Mention(context.caller.id), " took ", Bold(session.quiz.title), f" Result: {told}")
    )
    own = Action("take it yourself", Call("quiz", {"name": session.quiz.id}))
    return Reply((said, Actions((own,))))
