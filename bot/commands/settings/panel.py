"""The command `settings panel`: the settings of a community, with buttons to change them."""

from bot.app import CommandContext
from bot.call import Call
from bot.command import Example
from bot.commands.settings import PANEL, settings_command
from bot.community.moderators import MODERATOR_CHANNEL, listed_moderators, wording_for
from bot.formatting import pluralize
from bot.presentation import MAX_BUTTONS
from bot.quiz.badges import load_badges
from bot.reply import Action, Channel, Fields, Prose, Reply, Time
from bot.tips.context import ModeratorContext

_BUTTONS = {
    "Moderators": "settings-moderators",
    "Notices": "settings-notifications",
    "Quiz roles": "settings-badges",
    "Public answers": "settings-answers",
    "Audit log": "settings-audit",
    "Community answers": "answers-queue",
    "Check the bot": "settings-doctor",
}


@settings_command(
    Example("settings panel", shows=("Moderators", "Audit log")), aliases=("settings",)
)
async def settings_panel(context: CommandContext) -> Reply:
    """See how the bot works in this community, and change it."""
    return await show_panel(await ModeratorContext.open(context))


async def show_panel(moderator: ModeratorContext, answer: Prose = "") -> Reply:
    """Return all settings of the community, with a button for each; *answer* goes before them."""
    context = moderator.context
    platform = context.caller.id.partition(":")[0]
    offered = {each.name for each in context.app.visible_on(platform)}
    buttons = tuple(
        Action(label, Call(name)) for label, name in _BUTTONS.items() if name in offered
    )
    lines = await _describe_settings(moderator)
    shown = tuple(
        (label, lines[name]) for label, name in _BUTTONS.items() if name in offered & lines.keys()
    )
    where = wording_for(context.caller.id).community
    return Reply(
        answer or f"These settings apply to the whole {where}.",
        (Fields(shown),),
        buttons=buttons[:MAX_BUTTONS],
        more=buttons[MAX_BUTTONS:],
        return_to=PANEL,
    )


async def _describe_settings(moderator: ModeratorContext) -> dict[str, Prose]:
    """Return the current values, by the name of the command that changes them."""
    context, store = moderator.context, moderator.store
    channel = (await store.preferences.get_all(moderator.community)).get(MODERATOR_CHANNEL)
    badges = len(await load_badges(context))
    newest = await store.audit.list_for_queue(moderator.queue, 1)
    count = pluralize(await store.audit.count(moderator.queue), "entry", "entries")
    return {
        "answers-queue": await _describe_answers(moderator),
        "settings-moderators": await _describe_moderators(moderator),
        "settings-notifications": (Channel(channel),) if channel else "as direct messages",
        "settings-answers": await context.app.public_answers.describe(moderator.community),
        "settings-badges": pluralize(badges, "role") if badges else "none",
        "settings-audit": (f"{count}, the newest ", Time(newest[0].at)) if newest else "empty",
    }


async def _describe_answers(moderator: ModeratorContext) -> str:
    """Return how many answers there are, and what waits: "12; 3 questions and reports wait"."""
    store, queue = moderator.store, moderator.queue
    count = len(await store.answers.list_for_queue(queue))
    waiting = await store.feedback.count_waiting(queue)
    if not waiting:
        return str(count) if count else "none"
    verb = "waits" if waiting == 1 else "wait"
    what = pluralize(waiting, "question or report", "questions and reports")
    return f"{count}; {what} {verb}"


async def _describe_moderators(moderator: ModeratorContext) -> str:
    """Return who moderates: "everyone with Manage Server, and 2 more"."""
    listed = await listed_moderators(moderator.context.app, moderator.community)
    admins = wording_for(moderator.context.caller.id).admins
    return f"{admins}, and {len(listed)} more" if listed else admins
