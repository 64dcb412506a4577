"""A result for others to see, without the answers that led to it."""

from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Audience, command
from bot.errors import Refusal
from bot.quiz.reply import headline
from bot.quiz.session import Sitting
from bot.reply import Choice, Choices, Paragraph, Person, Reply, Strong


@command(hidden=True, audience=Audience.CHANNEL)
async def quiz_share(
    ask: Ask, take: Annotated[str, Arg("which take of a quiz", longest=24)]
) -> Reply:
    """Show the outcome of a quiz to the channel, without the answers."""
    sitting = await Sitting.find(await ask.store(), ask.who, take, ask.now)
    if sitting.attempt.finished_at is None:
        go_on = Choice("go on", Call("quiz", {"name": sitting.quiz.id}))
        raise Refusal("That quiz is not finished yet.", go_on)
    told = headline(sitting.result())
    said = Paragraph((Person(ask.who.id), " took ", Strong(sitting.quiz.title), f" Result: {told}"))
    own = Choice("take it yourself", Call("quiz", {"name": sitting.quiz.id}))
    return Reply((said, Choices((own,))))
