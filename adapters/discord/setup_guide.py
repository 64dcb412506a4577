"""How an admin gets the bot onto Discord."""

from collections.abc import Mapping

from adapters.discord.doctor_checks import checks
from adapters.discord.preview import application_of, invitation
from adapters.shared.contract import ConfigurationError
from bot.cli.setup import SetupGuide
from bot.ops.health import Finding, broken

_TOKEN = "DISCORD_TOKEN"  # noqa: S105  # the setting's name
_BEFORE = (
    "Open https://discord.com/developers/applications, make a New Application, and on its page "
    "Bot press Reset Token. Paste that token here; it is not shown."
)


def guide(base: str) -> SetupGuide:
    """Give the guide; *base* is the address of the API."""

    async def check(values: Mapping[str, str]) -> Finding:
        try:
            application_of(values[_TOKEN])
        except ConfigurationError:
            mend = "Copy the whole token: three parts with dots between, not the application's id."
            return broken("that is no bot's token", mend)
        return await checks(values[_TOKEN], base, None)["discord token"]()

    return SetupGuide("Discord", _BEFORE, (_TOKEN,), check, _after)


def _after(values: Mapping[str, str]) -> str:
    link = invitation(application_of(values[_TOKEN]))
    return f"Invite the bot: open this as an admin of your server.\n  {link}"
