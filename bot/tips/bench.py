"""Where a moderator works on the tips of their community."""

from dataclasses import dataclass

from bot.app import CommandContext
from bot.call import Call
from bot.errors import Refusal
from bot.reply import Action
from bot.tips.context import Desk
from storage import Schedule, Tip

LISTED = Action("the queue", Call("tips"))
SCHEDULES = Action("all schedules", Call("tips-schedules"))


@dataclass(frozen=True, slots=True)
class Bench:
    """A community's queue, and who works on it."""

    context: CommandContext
    desk: Desk
    community: str
    queue: str

    @classmethod
    async def of(cls, context: CommandContext) -> "Bench":
        """Open the queue of where somebody asks; raises Refusal outside of any community."""
        store = await context.store()
        # In the terminal the moderator is alone, and a community of their own.
        community = context.caller.community or (
            context.caller.id if context.caller.moderator else None
        )
        if community is None:
            raise Refusal("Tips belong to a community: use this in a server or a workspace.")
        desk = Desk(
            context.content, context.app.platforms, store, lambda: context.now, context.app.metrics
        )
        return cls(context, desk, community, await store.queues.of(community))

    async def tip(self, number: int) -> Tip:
        """Give a tip; raises Refusal where there is none."""
        found = await self.desk.store.tips.one(self.queue, number)
        if found is None:
            raise Refusal(f"There is no tip {number} in the queue.", LISTED)
        return found

    async def schedule(self, number: int) -> Schedule:
        """Give a schedule; raises Refusal where there is none."""
        found = await self.desk.store.schedules.one(self.queue, number)
        if found is None:
            raise Refusal(f"There is no schedule {number}.", SCHEDULES)
        return found

    async def note(self, action: str, about: str) -> None:
        """Write down what was done."""
        await self.desk.note(self.queue, action, about, self.context.caller.id)
