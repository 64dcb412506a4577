"""The `settings doctor` command: shows moderators whether all parts of the bot work."""

from bot.app import CommandContext
from bot.command import Example
from bot.commands.settings import settings_command
from bot.ops.health import Finding, State, worst_state
from bot.reply import Bold, Fields, Inline, Paragraph, Reply

_VERDICTS = {
    State.OK: "All is well.",
    State.WARNING: "It works. An admin should look at what is marked before it gets worse.",
    State.BROKEN: "Something is broken. Ask the admin who runs the bot to fix it.",
}


@settings_command(
    Example("settings doctor", shows=("All is well", "database")),
    aliases=("health",),
)
async def settings_doctor(context: CommandContext) -> Reply:
    """See how the bot itself is doing, and what to tell its admin.

    Each part is checked now. An admin learns more with `crossroads doctor` on the machine.
    """
    found = await context.app.health.check_all()
    facts = tuple((name, _describe(found[name])) for name in found)
    verdict = Paragraph((Bold(_VERDICTS[worst_state(found.values())]),))
    return Reply(
        "How the bot is doing",
        (
            verdict,
            Fields(facts),
        ),
    )


def _describe(finding: Finding) -> tuple[Inline, ...]:
    state = "" if finding.state is State.OK else f"{finding.state}: "
    return (Bold(state), finding.message) if state else (finding.message,)
