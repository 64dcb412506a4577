"""A member who takes a quiz."""

from collections.abc import Callable

from bot.app import App
from bot.call import Caller
from bot.reply import Action, Progress, Reply

ME = Caller("test:1")


def find_button(reply: Reply, label: str) -> Action:
    return next(choice for choice in reply.actions() if choice.label.startswith(label))


def is_finished(reply: Reply) -> int:
    return next(node.done for node in reply.nodes if isinstance(node, Progress))


def first_option(reply: Reply) -> Action:
    return reply.actions()[0]


async def finish_quiz(
    app: App, quiz: str, pick: Callable[[Reply], Action] = first_option, who: Caller = ME
) -> Reply:
    reply = await app.handle_line(f"quiz {quiz}", who)
    while any(isinstance(node, Progress) for node in reply.nodes):
        reply = await app.handle(pick(reply).call, who)
    return reply
