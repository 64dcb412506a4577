"""Memory and start-up time with ten thousand servers, and the load of what their members write.

Run: make bench. Crossroads, which has no caches and only the intents for messages, is compared with
a client that has discord.py's default intents and caches. Then RATE messages a second, none of
which mentions the bot, are sent to Crossroads for SECONDS, with mentions on and off. Off, it asks
Discord for no messages, so none are sent.
"""

import asyncio
import os
import random
import time
from itertools import cycle, islice
from pathlib import Path

from discord_answers import BARE, OURS, bot, resident
from discord_server.basics import User, snowflake
from discord_server.errors import Json
from discord_server.gateway import GUILD_MESSAGES
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import Guild
from report import ROUNDS, Report, spread

SERVERS = 10_000
RATE, SECONDS, BURSTS = 200, 10, 20
"""Messages a second, for how long, and in how many bursts a second they come."""
MEMBERS = 1_000


def written(discord: LoopbackDiscord) -> list[tuple[int, Json]]:
    """Return messages as members write them, each with its server; a bot gets none of the text."""
    choose = random.Random(1)  # noqa: S311 - the same in every run
    members = [User(f"member{number}") for number in range(MEMBERS)]
    guilds = choose.choices(list(discord.platform.guilds.values()), k=RATE * SECONDS)
    messages = []
    for guild in guilds:
        author = choose.choice(members)
        payload = Message(snowflake(), guild.channel.id, author).payload()
        member = dict(discord.platform.member(guild, author))
        del member["user"]
        messages.append((guild.id, payload | {"guild_id": str(guild.id), "member": member}))
    return messages


async def send(discord: LoopbackDiscord, messages: list[tuple[int, Json]]) -> int:
    """Send *messages* evenly over SECONDS; return how many reached the bot."""
    begun, left, sent = time.perf_counter(), cycle(messages), 0
    for burst in range(SECONDS * BURSTS):
        for guild, payload in islice(left, RATE // BURSTS):
            event = payload | {"id": str(snowflake())}
            sent += await discord.gateway.dispatch(
                "MESSAGE_CREATE", event, guild, intents=GUILD_MESSAGES
            )
        due = begun + (burst + 1) / BURSTS
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return sent


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


async def load(discord: LoopbackDiscord, mentions: str) -> dict[str, float]:
    """Return a bot's percentage of a processor, and its MiB before and after the messages."""
    discord.gateway.sessions.clear()  # of bots before, which would count as recipients
    async with bot(discord, OURS, CROSSROADS_DISCORD_MENTIONS=mentions) as life:
        pid, messages = int(life["pid"]), written(discord)
        before, begun = processor_seconds(pid), time.perf_counter()
        sent = await send(discord, messages)
        used, passed = processor_seconds(pid) - before, time.perf_counter() - begun
        return {
            "sent": sent / passed,
            "share": 100 * used / passed,
            "idle": life["idle"],
            "after": resident(pid),
        }


async def main() -> None:
    """Measure both clients, one after the other, and then the load with mentions on and off."""
    found: dict[str, list[dict[str, float]]] = {"crossroads": [], "default discord.py": []}
    loads: dict[str, list[dict[str, float]]] = {"on": [], "off": []}
    async with LoopbackDiscord() as discord:
        for number in range(SERVERS):
            discord.add_guild(Guild(f"server {number}"))
        for _ in range(ROUNDS):
            async with bot(discord, BARE, INTENTS="default") as life:
                found["default discord.py"].append(life)
            async with bot(discord, OURS) as life:
                found["crossroads"].append(life)
            for mentions, rounds in loads.items():
                rounds.append(await load(discord, mentions))
    report = Report("guilds")
    rows = (
        [name, spread([each["idle"] for each in lives], 0), spread([e["ready"] for e in lives])]
        for name, lives in found.items()
    )
    report.table(f"{SERVERS:,} servers", ["client", "MiB resident", "s to ready"], rows)
    report.table(
        f"{RATE} messages a second in {SERVERS:,} servers, none to the bot",
        ["mentions", "messages/s received", "% of a processor", "MiB before", "MiB after"],
        [
            [name, *(spread([each[key] for each in rounds], digits) for key, digits in FIGURES)]
            for name, rounds in loads.items()
        ],
    )
    report.write()


FIGURES = (("sent", 0), ("share", 1), ("idle", 0), ("after", 0))

if __name__ == "__main__":
    asyncio.run(main())
