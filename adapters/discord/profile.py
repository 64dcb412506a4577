"""The text of the bot's profile on Discord, which members see when they click the bot."""

import aiohttp
import discord
import structlog

from bot.first_steps import PROFILE

log = structlog.get_logger("crossroads.discord")


async def fill_profile(client: discord.Client) -> None:
    """Set the description of the bot's application if it is empty.

    A text that an admin wrote in the developer portal stays. If Discord refuses, log that.
    """
    application = client.application
    if application is None or application.description:
        return
    try:
        await application.edit(description=PROFILE)
    except (discord.DiscordException, aiohttp.ClientError) as error:
        log.info("profile not filled in", detail=str(error))
    else:
        log.info("profile filled in", change="developer portal, General Information, Description")
