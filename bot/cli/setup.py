"""Guided setup, which asks for tokens, checks them and writes ``.env``."""

import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.ops.health import Finding, State
from bot.ops.settings import read_env_file

_ENV_LINE = re.compile(r"\s*(?:export\s+)?([A-Z0-9_]+)\s*=")
_TOKEN_CHARACTERS = re.compile(r"[A-Za-z0-9_.:/@+-]+")
_MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class SetupGuide:
    """How to set up one platform: instructions, settings to ask for, and a check of the values."""

    title: str
    instructions: str  # where to find the values
    setting_names: tuple[str, ...]  # the settings to ask for, all secret
    check: Callable[[Mapping[str, str]], Awaitable[Finding]]
    next_steps: Callable[[Mapping[str, str]], str]  # returns what to do next, given the values


async def run_setup(guides: Sequence[SetupGuide], env: Path) -> bool:
    """Ask for each platform's settings and write the valid ones to *env*.

    Return False if there were none.
    """
    given: dict[str, str] = {}
    for guide in guides:
        given |= await _ask_for(guide)
    if not given:
        click.echo("You didn't enter anything, so nothing was changed.")
        return False
    write_env_file(env, given)
    click.echo(f"\nWrote {env}, which only you can read.")
    return True


async def _ask_for(guide: SetupGuide) -> Mapping[str, str]:
    click.echo(f"\n{guide.title}\n{guide.instructions}")
    for _ in range(_MAX_ATTEMPTS):
        values: dict[str, str] = {}
        for name in guide.setting_names:
            values[name] = _prompt_secret(name)
            if not values[name]:
                break
        if not all(values.values()):
            click.echo(f"Skipped {guide.title}. Its settings stay as they are.")
            return {}
        found = await guide.check(values)
        click.echo(found.message)
        if found.state is not State.BROKEN:
            click.echo(guide.next_steps(values))
            return values
        click.echo(found.remedy)
    click.echo(f"Gave up on {guide.title}. Its settings stay as they are.")
    return {}


def _prompt_secret(name: str) -> str:
    """Ask for a secret and return it, or "" to skip it; the input is hidden in a terminal."""
    typed = click.prompt(
        f"{name} (Enter to skip)", default="", show_default=False, hide_input=sys.stdin.isatty()
    )
    found = str(typed).strip().strip("\"'")
    if found and not _TOKEN_CHARACTERS.fullmatch(found):
        click.echo(f"{name} contains characters that aren't valid in a token. Paste it again.")
        return _prompt_secret(name)
    return found


def write_env_file(env: Path, values: Mapping[str, str]) -> None:
    """Write the settings *values* into the file *env* atomically.

    Other lines of the file stay, and only the file's owner can read it.
    """
    lines = read_env_file(env).splitlines()
    kept = [line for line in lines if _setting_name(line) not in values]
    text = "\n".join([*kept, *(f"{name}={values[name]}" for name in values), ""])
    new = env.with_name(env.name + ".new")
    new.unlink(missing_ok=True)
    opened = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as to:
        to.write(text)
        to.flush()
        os.fsync(to.fileno())
    new.replace(env)


def _setting_name(line: str) -> str | None:
    found = _ENV_LINE.match(line)
    return found[1] if found else None
