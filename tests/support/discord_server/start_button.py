"""The button that starts weekly tips after their preview, as a moderator presses it."""

from typing import Unpack

from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message


async def press_start(discord: LoopbackDiscord, shown: Message, **by: Unpack[Invoker]) -> Message:
    """Press Start on the preview of a schedule and return the answer.

    Return *shown* itself if it has no such button, because it is a refusal.
    """
    if "Start" not in shown.labels:
        return shown
    pressed = await discord.click(shown, "Start", **by)
    return await pressed.answer()
