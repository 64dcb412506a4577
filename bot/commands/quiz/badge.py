"""The role that goes with a result, given to whom the result belongs to."""

from typing import Annotated

from bot.app import Ask
from bot.command import Arg, Audience, command
from bot.errors import Refusal
from bot.quiz.badges import badge_of
from bot.quiz.session import Sitting
from bot.reply import Paragraph, Person, Reply


@command(hidden=True, audience=Audience.ALONE)
async def quiz_badge(
    ask: Ask, take: Annotated[str, Arg("which take of a quiz", longest=24)]
) -> Reply:
    """Take the role of this community that goes with your result."""
    sitting = await Sitting.find(await ask.store(), ask.who, take, ask.now)
    role = await badge_of(ask, sitting.result()) if sitting.attempt.finished_at else None
    if role is None or ask.who.community is None:
        raise Refusal("No role goes with this result here, or not any more.")
    platform = ask.app.platforms.get(ask.who.community.partition(":")[0])
    if platform is None:
        raise Refusal("Roles can't be given here.")
    await platform.give_role(ask.who.community, ask.who.id, role)
    return Reply((Paragraph(("You have the role ", Person(role), " now.")),))
