"""The command `tips panel`: the state of weekly tips, with buttons for all that can be done."""

from bot.app import CommandContext
from bot.call import Call
from bot.command import Example
from bot.commands.tips import tips_command
from bot.formatting import pluralize
from bot.reply import Action, Channel, Fields, Prose, Reply, Time
from bot.tips.context import SCHEDULES_ACTION, ModeratorContext
from storage import ScheduleState, TipState


@tips_command(Example("tips panel", shows=("Add tip", "Calendar")), aliases=("tips",))
async def tips_panel(context: CommandContext) -> Reply:
    """See what is posted next and what waits for you."""
    moderator = await ModeratorContext.open(context)
    schedules = await moderator.store.schedules.list_for_queue(moderator.queue)
    active = [each for each in schedules if each.state is ScheduleState.ACTIVE]
    following = min(active, key=lambda each: each.next_due, default=None)
    tips = moderator.store.tips
    queued = len(await tips.list_for_queue(moderator.queue, TipState.QUEUED))
    waiting = len(await tips.list_for_queue(moderator.queue, TipState.SUGGESTED, TipState.HELD))
    due: Prose = "No schedule posts tips yet."
    if following is not None:
        due = ("The next tip is posted ", Time(following.next_due), ".")
    where: Prose = (Channel(following.plan.channel),) if following else "nowhere"
    facts: tuple[tuple[str, Prose], ...] = (
        ("Where", where),
        ("In the queue", pluralize(queued, "tip")),
        ("Waiting for you", pluralize(waiting, "tip")),
    )
    return Reply(
        due,
        (Fields(facts),),
        buttons=(
            Action("Add tip", Call("tips-add")),
            Action("All tips", Call("tips-queue")),
            SCHEDULES_ACTION,
            Action("Calendar", Call("schedule-calendar")),
        ),
        return_to=Call("tips-panel"),
    )
