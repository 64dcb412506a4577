"""How an admin gets the bot onto Slack."""

from collections.abc import Mapping

from adapters.slack.client import Settings
from adapters.slack.doctor_checks import checks
from bot.cli.setup import Guide
from bot.ops.health import Finding, State, broken

_BOT, _APP = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
_BEFORE = (
    "Open https://api.slack.com/apps and choose Create New App, From a manifest, your workspace. "
    "Paste what `crossroads slack manifest` prints. Then\n"
    "  1. page Install App: install it, and copy the Bot User OAuth Token (xoxb-…);\n"
    "  2. page Basic Information, App-Level Tokens: generate one with the scope connections:write "
    "(xapp-…).\n"
    "Paste both here; they are not shown."
)
_AFTER = (
    "Type /crossroads help in any channel. Invite the bot with /invite @Crossroads where members "
    "shall be able to mention it, and where weekly tips shall go."
)


def guide(base: str) -> Guide:
    """Give the guide to Socket Mode, which needs no address; *base* is that of Slack's API."""

    async def check(values: Mapping[str, str]) -> Finding:
        for name, begins in ((_BOT, "xoxb-"), (_APP, "xapp-")):
            if not values[name].startswith(begins):
                mend = f"Copy it anew: {name} begins with {begins}"
                return broken(f"that is no {name}", mend)
        asked = checks(Settings(values[_BOT], values[_APP], api_base=base))
        found = [await asked[f"slack {name}"]() for name in ("token", "app token", "scopes")]
        return next((each for each in found if each.state is State.BROKEN), found[0])

    return Guide("Slack", _BEFORE, (_BOT, _APP), check, lambda _: _AFTER)
