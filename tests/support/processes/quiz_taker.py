"""A process that takes quizzes forever and reports the acknowledged answers."""

import asyncio
import importlib
import random
from multiprocessing.connection import Connection

from bot.app import App
from bot.call import Caller
from bot.reply import Progress
from content import load
from storage import Store

importlib.import_module("storage.engine.sqlite")  # else each process would import it anew
CONTENT = load()  # loaded once, in the fork server


def take_quizzes(database: str, pipe: Connection, seed: int) -> None:
    """Answer questions forever; write a line to *pipe* for each acknowledged answer."""
    asyncio.run(_take_quizzes(database, pipe, random.Random(seed)))  # noqa: S311  # a sample


async def _take_quizzes(database: str, pipe: Connection, chance: random.Random) -> None:
    app = App(CONTENT, open_store=lambda: Store.open(database))
    me = Caller(f"test:{chance.randrange(3)}")
    while True:
        reply = await app.handle_line(f"quiz {chance.choice(['which-path', 'hire'])}", me)
        while any(isinstance(node, Progress) for node in reply.nodes):
            options = [each for each in reply.actions() if len(each.call.args.get("pick", "")) == 1]
            choice = chance.choice(options)
            reply = await app.handle(choice.call, me)
            call = choice.call.args
            pipe.send([me.id, call["take"], call["item"], call["pick"]])
