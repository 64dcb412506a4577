"""The steps of ``crossroads setup`` for Slack."""

from collections.abc import Mapping

from adapters.slack.lifecycle import SlackSettings
from adapters.slack.setup.doctor_checks import doctor_checks
from bot.cli.setup import SetupGuide
from bot.ops.health import Finding, State, broken

_BOT_TOKEN, _APP_TOKEN = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
_INSTRUCTIONS = (
    "Open https://api.slack.com/apps and choose Create New App, From a manifest, your workspace. "
    "Paste what `crossroads slack manifest` prints. Then\n"
    "  1. On the Install App page, install the app and copy the Bot User OAuth Token (xoxb-…).\n"
    "  2. On the Basic Information page, under App-Level Tokens, generate a token with the "
    "connections:write scope (xapp-…).\n"
    "Paste both here. They stay hidden."
)
_NEXT_STEPS = (
    "Type /crossroads help in any channel. Invite the bot with /invite @Crossroads where members "
    "mention it and where weekly tips are posted."
)


def setup_guide(base: str) -> SetupGuide:
    """Return the guide for Socket Mode, without a public URL; *base* is the URL of Slack's API."""

    async def check(values: Mapping[str, str]) -> Finding:
        for name, prefix in ((_BOT_TOKEN, "xoxb-"), (_APP_TOKEN, "xapp-")):
            if not values[name].startswith(prefix):
                remedy = f"Copy it again: it starts with {prefix}"
                return broken(f"this isn't a {name}", remedy)
        checks = doctor_checks(SlackSettings(values[_BOT_TOKEN], values[_APP_TOKEN], api_base=base))
        found = [await checks[f"slack {name}"]() for name in ("token", "app token", "scopes")]
        return next((each for each in found if each.state is State.BROKEN), found[0])

    return SetupGuide(
        "Slack", _INSTRUCTIONS, (_BOT_TOKEN, _APP_TOKEN), check, lambda _: _NEXT_STEPS
    )
