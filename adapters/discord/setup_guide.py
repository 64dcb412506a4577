"""The steps in which ``crossroads setup`` helps an admin to set the bot up on Discord."""

from base64 import b64decode
from collections.abc import Mapping

from adapters.discord.doctor_checks import checks
from adapters.discord.permissions import invite_url
from adapters.shared.contract import ConfigurationError
from bot.cli.setup import SetupGuide
from bot.ops.health import Finding, broken

_TOKEN_SETTING = "DISCORD_TOKEN"  # noqa: S105  # the setting's name
_INSTRUCTIONS = (
    "Open https://discord.com/developers/applications, create a New Application, and press "
    "Reset Token on its Bot page. Paste the token here. It stays hidden."
)
_COPY_REMEDY = (
    "Copy the whole token: it has three parts separated by dots. It isn't the application's id."
)


def guide(base: str) -> SetupGuide:
    """Return the setup steps for Discord; *base* is the address of Discord's API."""

    async def check(values: Mapping[str, str]) -> Finding:
        try:
            application_id(values[_TOKEN_SETTING])
        except ConfigurationError:
            return broken("this isn't a bot token", _COPY_REMEDY)
        return await checks(values[_TOKEN_SETTING], base, None)["discord token"]()

    return SetupGuide("Discord", _INSTRUCTIONS, (_TOKEN_SETTING,), check, _next_step)


def application_id(token: str) -> int:
    """Return the application's id, which is encoded in the bot's token.

    Raise ConfigurationError if *token* isn't a bot's token.
    """
    head = token.partition(".")[0]
    try:
        return int(b64decode(head + "=" * (-len(head) % 4), altchars=b"-_", validate=True))
    except ValueError as error:
        message = "Set DISCORD_TOKEN, or pass the application's id: crossroads discord invite 123…"
        raise ConfigurationError(message) from error


def _next_step(values: Mapping[str, str]) -> str:
    link = invite_url(application_id(values[_TOKEN_SETTING]))
    return f"To invite the bot, open this link as an admin of your server:\n  {link}"
