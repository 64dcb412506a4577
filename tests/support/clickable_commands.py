"""Commands whose replies lead on by buttons, menus and forms, for tests of clicks."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, Visibility, command, declared_command
from bot.errors import Outage, Refusal
from bot.reply import Action, Actions, ActionStyle, Bullets, Image, Item, Paragraph, Progress, Reply

LONG_TOPIC = "a topic with many words, too long for the value of an option " * 4
PICTURE = Image("chart.png", b"\x89PNG\r\n\x1a\n", "bars")


@command(Example("overview", shows=()))
async def overview(
    context: CommandContext, about: Annotated[str, Arg("a subject")] = "everything"
) -> Reply:
    """Show a first answer that leads on."""
    del context
    return Reply(
        f"The overview of {about}.",
        (Item("An entry", Action("Open", Call("details", {"topic": "the entry"}))),),
        buttons=(
            Action("Details", Call("details", {"topic": "pay"}), ActionStyle.PRIMARY),
            Action("Chart", Call("chart")),
            Action("Note", Call("note")),
        ),
        more=(
            Action("Short", Call("details", {"topic": "short"})),
            Action("Long", Call("details", {"topic": LONG_TOPIC[:110].strip()})),
            Action("Refuse", Call("refuse")),
            Action("Fail", Call("fail")),
            Action("Steps", Call("first-step")),
        ),
    )


@command(Example("details pay", shows=()))
async def details(
    context: CommandContext, topic: Annotated[str, Arg("a topic", max_length=400)]
) -> Reply:
    """Show a page behind the first answer."""
    del context
    return Reply(f"The details of {topic}.", buttons=(Action("Deeper", Call("deeper")),))


@command(Example("deeper", shows=()))
async def deeper(context: CommandContext) -> Reply:
    """Show a page behind a page."""
    del context
    return Reply("Deep down.", buttons=(Action("Note", Call("note")),))


@command(Example("pages", shows=()))
async def pages(context: CommandContext) -> Reply:
    """Show a list of several pages."""
    del context
    return Reply("A long list.", (Bullets(tuple(f"Entry {number}" for number in range(180))),))


@command(Example("chart", shows=()))
async def chart(context: CommandContext) -> Reply:
    """Show a picture."""
    del context
    return Reply("A chart.", (PICTURE,))


@command(Example("note hello", shows=()))
async def note(context: CommandContext, word: Annotated[str, Arg("a word")]) -> Reply:
    """Answer with what was written in a form."""
    del context
    return Reply(f"You wrote {word}.")


@command(Example("refuse", shows=()))
async def refuse(context: CommandContext) -> Reply:
    """Refuse the request."""
    del context
    raise Refusal("That isn't possible.")


@command(Example("fail", shows=()))
async def fail(context: CommandContext) -> Reply:
    """Report that something is down."""
    del context
    raise Outage("The storage is down.")


@command(Example("first-step", shows=()), visibility=Visibility.PRIVATE)
async def first_step(context: CommandContext) -> Reply:
    """Show one step of several."""
    del context
    go_on = Actions((Action("Deeper", Call("deeper")),))
    return Reply("Question 1", (Progress(0, 2, "done"), Paragraph("Which?"), go_on))


CLICKABLE: dict[str, Command] = {
    declared.name: declared
    for declared in map(
        declared_command, (overview, details, deeper, pages, chart, note, refuse, fail, first_step)
    )
    if declared is not None
}
