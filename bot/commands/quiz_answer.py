"""An answer to a quiz's question, as its buttons give it."""

from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Audience, command
from bot.commands.quiz import told
from bot.errors import Refusal
from bot.quiz.sitting import KEPT, Sitting, confirm_start_over
from bot.reply import Choice, Choices, Paragraph, Reply
from content import Item

_MOVES = ("skip", "back", "double", "once", "leave", "over", "over-yes")


@command(hidden=True, audience=Audience.ALONE, in_place=True)
async def quiz_answer(
    ask: Ask,
    take: Annotated[str, Arg("which take of a quiz", longest=24)],
    item: Annotated[str, Arg("which question", longest=16)],
    pick: Annotated[str, Arg("which answer, or skip, back, double, once, leave, over", longest=8)],
) -> Reply:
    """Answer a question of a quiz, or move within it."""
    sitting = await Sitting.find(await ask.store(), ask.who, take, ask.now)
    asked = _item(sitting, item, pick)
    if sitting.take.finished_at is not None:
        again = sitting.take.answers.get(item, "") == (None if pick == "skip" else pick)
        note = Paragraph("This quiz is finished. Here is its result.")
        return await (told(ask, sitting) if again else told(ask, sitting, note))
    if pick == "leave":
        go_on = Choice("go on", Call("quiz", {"name": sitting.quiz.id}))
        return Reply((Paragraph(KEPT), Choices((go_on,))))
    if pick == "over":
        return Reply(confirm_start_over(sitting, asked))
    if pick == "over-yes":
        await sitting.store.abandon(sitting.take.id, ask.who.id)
        fresh = ask.content.quiz.get(sitting.quiz.id, sitting.quiz)
        return await told(ask, await Sitting.begin(sitting.store, ask.who, fresh, ask.now))
    if sitting.asked() is not asked:
        note = Paragraph("That question is behind you: “back” leads to it. You are here:")
        return await told(ask, sitting, note)
    return await told(ask, await sitting.pick(asked, pick, ask.now))


def _item(sitting: Sitting, item: str, pick: str) -> Item:
    """Find the item that a button names; raises Refusal when the button can't be one of ours."""
    for each in sitting.quiz.items:
        if each.id == item and (pick in _MOVES or pick in {one.id for one in each.options}):
            return each
    go_on = Choice("go on with the quiz", Call("quiz", {"name": sitting.quiz.id}))
    raise Refusal("That is no answer to a question of this quiz. Nothing was changed.", go_on)
