"""The product's front door: a Call in, a Reply out, whatever happens."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog
from pydantic import BaseModel, ValidationError

import bot.commands
from bot.arguments import help_on, missing, shortest
from bot.call import Call, Who
from bot.command import Audience, Command, clipped, discover
from bot.errors import Outage, Refusal
from bot.names import Known
from bot.parse import parse
from bot.reply import Choice, Choices, Node, Outcome, Paragraph, Reply
from content import Content
from storage import Store, StoreDown, StoreTooNew

log = structlog.get_logger("crossroads")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a command may draw on: who asks what, and all that is known."""

    app: "App"
    who: Who
    call: Call
    now: datetime

    @property
    def content(self) -> Content:
        """Everything that is known."""
        return self.app.content

    async def store(self) -> Store:
        """Give what is kept about members; raises Outage where nothing can be kept."""
        return await self.app.store()


class App:
    """The commands over the content."""

    def __init__(
        self,
        content: Content,
        commands: Mapping[str, Command] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        open_store: Callable[[], Awaitable[Store]] | None = None,
        keep_days: int = 90,
    ) -> None:
        """Take the content, and every command of ``bot.commands`` unless told otherwise.

        *open_store* is called when something is first to be kept or looked up; without it, what
        needs a memory is refused. Unfinished quizzes are kept for *keep_days*.
        """
        self.content = content
        self._clock = clock
        self._open_store = open_store
        self._store: Store | None = None
        self._opening = asyncio.Lock()
        self._pruned = date.min
        self.keep_days = keep_days
        self.commands = discover(bot.commands) if commands is None else commands
        self.known = Known(content, self.commands)

    def listed(self) -> list[Command]:
        """Give the commands that people are told of."""
        return [each for each in self.commands.values() if not each.hidden]

    def parse(self, line: str) -> Call:
        """Understand a typed line; raises Refusal."""
        return parse(line, self.known, self.commands)

    def shortest(self, call: Call) -> str:
        """Give a line that makes *call* when it is typed, as short as can be."""
        command = self.commands.get(call.command)
        return shortest(command, call, self.known) if command else call.typed()

    def line(self, choice: Choice) -> str:
        """Give what to type for *choice*: its label where that does it."""
        try:
            if self.parse(choice.label) == choice.call:
                return choice.label
        except Refusal:
            pass
        return self.shortest(choice.call)

    def choice(self, line: str) -> Choice:
        """Make a choice of a line that the content or a declaration holds."""
        return Choice(line, self.parse(line))

    @property
    def keeps(self) -> bool:
        """Tell whether there is a memory."""
        return self._open_store is not None

    async def store(self) -> Store:
        """Open the store, once; raises Outage where there is none."""
        if self._open_store is None:
            raise Outage("Nothing can be kept here, so this is not to be had.")
        async with self._opening:
            if self._store is None:
                self._store = await self._open_store()
            if self._pruned < self._clock().date():  # once a day, however long the process lives
                await self._store.prune(self._clock() - timedelta(days=self.keep_days))
                self._pruned = self._clock().date()
        return self._store

    async def forget_community(self, community: str, who: str | None = None) -> None:
        """Part results from a community that is gone, or that *who* has left.

        They stay their owners', who can see and delete them from anywhere on the platform.
        """
        store = await self.store()
        if who is None:
            await store.erase_community(community)
        else:
            await store.leave(who, community)

    async def close(self) -> None:
        """Close the store if it was opened."""
        if self._store is not None:
            await self._store.close()

    async def typed(self, line: str, who: Who) -> Reply:
        """Answer a typed line."""
        return await self._guarded(self._typed(line, who), line.split(" ", maxsplit=1)[0])

    async def handle(self, call: Call, who: Who) -> Reply:
        """Answer a Call. Every failure comes back as a Reply; nothing is raised."""
        return await self._guarded(self._run(call, who), call.command)

    async def _typed(self, line: str, who: Who) -> Reply:
        return await self._run(self.parse(line), who)

    async def _run(self, call: Call, who: Who) -> Reply:
        """Find, validate, authorise, run."""
        command = self.commands.get(call.command)
        if command is None:
            says = f"There is no command “{clipped(call.command)}”, or not any more."
            raise Refusal(says, Choice("what you can ask", Call("help")))
        if command.audience is Audience.MODERATORS and not who.moderator:
            raise Refusal(f"{command.name} is for moderators. Ask one of them.")
        args = self._validated(command, call)
        return await command(Ask(self, who, call, self._clock()), args)

    def _validated(self, command: Command, call: Call) -> BaseModel:
        try:
            return command.shape.model_validate(dict(call.args), context={"known": self.known})
        except ValidationError as error:
            detail = error.errors()[0]
            name = str(detail["loc"][0])
            if detail["type"] == "missing":
                raise missing(command, name, call, self.known) from error
            says = f"{command.name} has no option “{clipped(name)}”. Type: {command.usage()}"
            raise Refusal(says, help_on(command)) from error

    async def _guarded(self, answer: Awaitable[Reply], command: str) -> Reply:
        """Turn every failure into a Reply: the one error boundary."""
        try:
            return await answer
        except Refusal as refusal:
            return _failed(Outcome.REFUSED, refusal.says, refusal.options)
        except (Outage, StoreDown, StoreTooNew) as outage:
            detail = getattr(outage, "detail", "")
            log.warning("outage", command=clipped(command), says=outage.says, detail=detail)
            return _failed(Outcome.OUTAGE, outage.says)
        except Exception:  # the boundary: users get an id, the log the traceback
            incident = secrets.token_hex(4)
            log.exception("bug", command=clipped(command), incident=incident)
            says = f"Something broke on our side, and it is not your fault. Incident {incident}: "
            return _failed(Outcome.BUG, says + "give this number to an admin, who can look it up.")


def _failed(outcome: Outcome, says: str, options: tuple[Choice, ...] = ()) -> Reply:
    nodes: tuple[Node, ...] = (Paragraph(says),)
    return Reply((*nodes, Choices(options)) if options else nodes, outcome)
