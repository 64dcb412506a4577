"""The first thing that somebody sees."""

from bot.app import App
from bot.call import Call
from bot.formatting import pluralize
from bot.reply import Action, Actions, Code, Heading, Paragraph, Reply


def build_welcome(app: App) -> Reply:
    """Say what this is and offer the questions that most people come with."""
    content = app.content
    sources = pluralize(len(content.sources), "source")
    figures, questions = (
        pluralize(len(content.pay), "pay figure"),
        pluralize(len(content.faq), "question"),
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
        Action("AI Engineer or ML Engineer: compare them", Call("compare")),
        Action("what each level earns", Call("salary")),
        Action("how long it takes from your background", Call("roadmap")),
        Action("questions that people ask", Call("faq")),
        Action("everything you can type", Call("help")),
    )
    return Reply(
        (Heading("Crossroads: AI Engineer or ML Engineer?"), Paragraph(says), Actions(options))
    )
