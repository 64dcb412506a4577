"""The `settings doctor` command: shows moderators whether all parts of the bot work."""

from collections.abc import Sequence

from bot.app import CommandContext
from bot.call import Call
from bot.command import Example, truncate
from bot.commands.settings import PANEL, settings_command
from bot.errors import Outage
from bot.formatting import join_words, pluralize
from bot.ops.health import Finding, Findings, State
from bot.reply import Action, Bold, Fields, Inline, Reply
from bot.tips.context import SCHEDULES_ACTION, ModeratorContext
from storage import HiddenStatement

_HIDDEN_ACTION = Action("Show hidden statements", Call("answers-hidden"))
_MAX_HIDDEN, _TEXT_LENGTH = 3, 60
_TIPS = "tips due"  # the check of all communities' schedules, which moderators can fix


@settings_command(
    Example("settings doctor", shows=("Everything works", "Database")),
    aliases=("health",),
)
async def settings_doctor(context: CommandContext) -> Reply:
    """Check whether all parts of the bot work, and see who can fix a problem.

    Each part is checked when you ask. The people who run the bot can find out more with `crossroads
    doctor` on the bot's machine.
    """
    found = await context.app.health.check_all()
    facts = [(name.capitalize(), _describe(found[name])) for name in found]
    hidden = await _list_hidden(context)
    if hidden:
        facts.append(("Hidden here", (_name_hidden(hidden),)))
    has_late_tips = found[_TIPS].state is not State.OK if _TIPS in found else False
    return Reply(
        _verdict(found, context.app.operator.contact),
        (Fields(tuple(facts)),),
        buttons=(
            Action("Check again", Call("settings-doctor")),
            *((SCHEDULES_ACTION,) if has_late_tips else ()),
            *((_HIDDEN_ACTION,) if hidden else ()),
        ),
        return_to=PANEL,
    )


async def _list_hidden(context: CommandContext) -> Sequence[HiddenStatement]:
    """Return the shipped statements that the community hides; none if that can't be read."""
    if not context.app.has_storage:
        return ()
    try:
        async with context.app.storage():
            moderator = await ModeratorContext.open(context)
            return await moderator.store.hidden.list_for_queue(moderator.queue)
    except Outage:  # the check of the database reports it
        return ()


def _name_hidden(hidden: Sequence[HiddenStatement]) -> str:
    """Return how many statements are hidden, and the first of them with the reasons."""
    first = "; ".join(
        f"“{truncate(each.text, _TEXT_LENGTH)}” ({each.reason})" for each in hidden[:_MAX_HIDDEN]
    )
    return f"{pluralize(len(hidden), 'statement')}: {first}"


def _verdict(found: Findings, contact: str) -> str:
    """Return a sentence that says what is wrong and who fixes it."""
    operator = (
        f"the people who run the bot ({contact})" if contact else "the people who run the bot"
    )
    broken = [name for name, each in found.items() if each.state is State.BROKEN]
    if broken:
        return f"Something is broken: {join_words(broken)}. Ask {operator} to fix it."
    weak = [name for name, each in found.items() if each.state is State.WARNING]
    if weak == [_TIPS]:
        return (
            "Everything works, but some tips can't be posted. If a schedule here has a problem, "
            f"fix it; otherwise tell {operator}."
        )
    if weak:
        verb = "needs" if len(weak) == 1 else "need"
        return f"Everything works, but {join_words(weak)} {verb} attention. Tell {operator}."
    return "Everything works."


def _describe(finding: Finding) -> tuple[Inline, ...]:
    state = "" if finding.state is State.OK else f"{finding.state}: "
    return (Bold(state), finding.message) if state else (finding.message,)
