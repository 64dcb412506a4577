"""The first thing that somebody sees."""

from bot.app import App
from bot.call import Call
from bot.formatting import counted
from bot.reply import Choice, Choices, Code, Heading, Paragraph, Reply


def welcome(app: App) -> Reply:
    """Say what this is and offer the questions that most people come with."""
    content = app.content
    sources = counted(len(content.sources), "source")
    figures, questions = (
        counted(len(content.pay), "pay figure"),
        counted(len(content.faq), "question"),
    )
    says = (
        f"{sources}, {figures}, {questions}. ",
        "Every statement says who made it. Type a number, a command such as ",
        Code("salary ml senior"),
        ", or a whole question. To leave, type ",
        Code("exit"),
        " or press Ctrl-D.",
    )
    options = (
        Choice("AI Engineer or ML Engineer: compare them", Call("compare")),
        Choice("what each level earns", Call("salary")),
        Choice("how long it takes from your background", Call("roadmap")),
        Choice("questions that people ask", Call("faq")),
        Choice("everything you can type", Call("help")),
    )
    return Reply(
        (Heading("Crossroads: AI Engineer or ML Engineer?"), Paragraph(says), Choices(options))
    )
