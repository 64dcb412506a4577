"""Mentions in what members of the playground write, as Discord's client inserts them."""

import re

from adapters.discord.playground.world import DIRECT, GUILD_ID, World

_REFERENCE = re.compile(r"#([\w-]+)|@(\w+(?: \w+)?)")


def insert_mentions(text: str, world: World) -> str:
    """Return *text* with the codes of mentions in place of "#tips", "@Mia Member" and others."""
    channels = {
        each.name: f"<#{each.id}>" for each in world.channels.values() if each.type != DIRECT
    }
    others = {each.name: f"<@&{each.id}>" for each in world.roles if each.id != GUILD_ID}
    others |= {each.name: f"<@{each.id}>" for each in (*world.members.values(), world.bot)}

    def replace(found: re.Match[str]) -> str:
        codes, name = (channels, found[1]) if found[1] else (others, found[2])
        known = next((each for each in codes if f"{name} ".startswith(f"{each} ")), None)
        return codes[known] + name.removeprefix(known) if known else found[0]

    return _REFERENCE.sub(replace, text)
