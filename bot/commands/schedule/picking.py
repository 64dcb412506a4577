"""The schedule that a command is about, if the call doesn't name it."""

from bot.call import Call
from bot.errors import Refusal
from bot.reply import Action, Actions, Reply
from bot.tips.completion import label_schedules
from bot.tips.context import PANEL_ACTION, SCHEDULES_ACTION, SETUP_ACTION, ModeratorContext
from storage import Schedule, ScheduleState

_MAX_CHOICES = 25  # lines of a menu


async def pick_schedule(
    moderator: ModeratorContext, number: int | None, *states: ScheduleState
) -> Schedule | Reply:
    """Return schedule *number*; without a number, the only schedule in one of *states*.

    If there are several, return a reply that asks which one; its buttons repeat the call. Without
    *states*, all schedules count. Raise Refusal if there is no such schedule.
    """
    if number is not None:
        return await moderator.find_schedule(number)
    schedules = await moderator.store.schedules.list_for_queue(moderator.queue)
    if not schedules:
        raise Refusal("Weekly tips aren't set up here yet.", SETUP_ACTION)
    found = [each for each in schedules if not states or each.state in states]
    if not found:
        words = " or ".join(states)
        raise Refusal(f"No schedule is {words}.", SCHEDULES_ACTION, PANEL_ACTION)
    if len(found) == 1:
        return found[0]
    call, labels = moderator.context.call, await label_schedules(moderator, found)
    options = tuple(
        Action(label, Call(call.command, {**call.args, "schedule": str(each.number)}))
        for label, each in zip(labels[:_MAX_CHOICES], found, strict=False)
    )
    return Reply("Which schedule?", (Actions(options),), buttons=(PANEL_ACTION,))
