"""The command behind the button that shares a result without its answers."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.commands.quiz.explain import load_finished
from bot.quiz.wording import headline
from bot.reply import Action, Bold, Mention, Reply


@command(hidden=True, visibility=Visibility.PUBLIC)
async def quiz_share(
    context: CommandContext, take: Annotated[str, Arg("which attempt", max_length=24)]
) -> Reply:
    """Show the channel your quiz result, without your answers."""
    session = await load_finished(context, take)
    member, title = Mention(context.caller.id), Bold(session.quiz.title)
    result = (member, " took ", title, f" Result: {headline(session.result())}.")
    own = Action("Take the quiz", Call("quiz", {"name": session.quiz.id}))
    return Reply(result, buttons=(own,))
