"""Memory and start-up time with ten thousand servers, compared with a default discord.py client.

Run: make bench. The bare client has discord.py's default intents and caches; Crossroads has
no caches, and intents only for messages.
"""

import asyncio

from discord_answers import BARE, OURS, bot
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild
from report import ROUNDS, Report, spread

SERVERS = 10_000


async def main() -> None:
    """Measure both clients, one after the other."""
    found: dict[str, list[dict[str, float]]] = {"crossroads": [], "default discord.py": []}
    async with LoopbackDiscord() as discord:
        for number in range(SERVERS):
            discord.add_guild(Guild(f"server {number}"))
        for _ in range(ROUNDS):
            async with bot(discord, BARE, INTENTS="default") as life:
                found["default discord.py"].append(life)
            async with bot(discord, OURS) as life:
                found["crossroads"].append(life)
    report = Report("guilds")
    rows = (
        [name, spread([each["idle"] for each in lives], 0), spread([e["ready"] for e in lives])]
        for name, lives in found.items()
    )
    report.table(f"{SERVERS:,} servers", ["client", "MiB resident", "s to ready"], rows)
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
