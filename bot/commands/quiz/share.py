"""The command behind the button that shares a result without its answers."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.errors import Refusal
from bot.quiz.reply import headline
from bot.quiz.session import QuizSession
from bot.reply import Action, Bold, Mention, Reply


@command(hidden=True, visibility=Visibility.PUBLIC)
async def quiz_share(
    context: CommandContext, take: Annotated[str, Arg("which take of a quiz", max_length=24)]
) -> Reply:
    """Show the outcome of a quiz to the channel, without the answers."""
    session = await QuizSession.load(context, take)
    if session.attempt.finished_at is None:
        go_on = Action("go on", Call("quiz", {"name": session.quiz.id}))
        raise Refusal("That quiz is not finished yet.", go_on)
    member, title = Mention(context.caller.id), Bold(session.quiz.title)
    result = (member, " took ", title, f" Result: {headline(session.result())}")
    own = Action("Take it yourself", Call("quiz", {"name": session.quiz.id}))
    return Reply(result, buttons=(own,))
