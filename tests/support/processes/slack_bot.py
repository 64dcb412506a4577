"""The bot in a separate process, connected to the loopback Slack."""

from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from slack_server.server import LoopbackSlack

from processes.bot_process import run_bot


def slack_process(
    slack: LoopbackSlack, folder: Path, *module: str, **settings: str
) -> AbstractAsyncContextManager[Process]:
    """Run the bot, or another *module*, with the settings for Slack."""
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_BASE": slack.api_base,
    }
    return run_bot(folder, {**given, **settings}, *module)
