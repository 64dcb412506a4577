"""Somebody who sits at a quiz."""

from collections.abc import Callable

from bot.app import App
from bot.call import Who
from bot.reply import Choice, Progress, Reply

ME = Who("test:1")


def button(reply: Reply, label: str) -> Choice:
    return next(choice for choice in reply.choices() if choice.label.startswith(label))


def done(reply: Reply) -> int:
    return next(node.done for node in reply.nodes if isinstance(node, Progress))


def first_option(reply: Reply) -> Choice:
    return reply.choices()[0]


async def finished(
    app: App, quiz: str, pick: Callable[[Reply], Choice] = first_option, who: Who = ME
) -> Reply:
    reply = await app.typed(f"quiz {quiz}", who)
    while any(isinstance(node, Progress) for node in reply.nodes):
        reply = await app.handle(pick(reply).call, who)
    return reply
