"""Write the generated files (schemas, tables, pictures); with --check, only report drift."""

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from headlines import fault_count, headline_table

from adapters.discord import INVITE_PERMISSIONS
from adapters.slack import SCOPES
from adapters.terminal import render, to_svg
from bot.app import App
from bot.call import Caller
from bot.command import Command
from bot.ops import logging
from bot.ops.settings import Settings
from content import KINDS, load

ROOT = Path(__file__).parent.parent
PICTURE_QUESTION = "salary ml senior"  # long enough to show a verdict, short enough to read
WIDTH = 84
TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def generated_files(app: App) -> Iterator[tuple[Path, str]]:
    """Yield the path and text of every generated file."""
    for kind, model in KINDS.items():
        schema = model.model_json_schema()
        either = {
            "anyOf": [
                {"$ref": "#/$defs/entry"},
                {"type": "array", "items": {"$ref": "#/$defs/entry"}},
            ]
        }
        defs = schema.pop("$defs", {}) | {"entry": schema}
        text = json.dumps({"$defs": defs, **either}, indent=2, ensure_ascii=False)
        yield ROOT / "content" / "schemas" / f"{kind}.schema.json", text + "\n"
    yield ROOT / ".env.example", env_example()
    yield ROOT / "docs" / "answer.svg", render_picture(app)
    for page, parts in (
        ("README.md", {"commands": members_commands(app)}),
        ("docs/commands.md", {"commands": moderators_commands(app)}),
        ("docs/operating.md", {"settings": settings_table()}),
        ("docs/quickstart-discord.md", {"permissions": permission_table()}),
        ("docs/quickstart-slack.md", {"scopes": scope_table()}),
        ("docs/reliability.md", {"fault-count": fault_count(), "headlines": headline_table()}),
    ):
        path = ROOT / page
        yield path, replace_sections(path.read_text(encoding="utf-8"), parts)


def replace_sections(text: str, parts: dict[str, str]) -> str:
    """Replace the text between each part's markers."""
    for name, part in parts.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        found = marks.findall(text)
        if len(found) != 1:
            sys.exit(f"no marks for {name}, or more than one pair")
        text = marks.sub(found[0][0] + part.replace("\\", r"\\") + found[0][1], text)
    return text


def members_commands(app: App) -> str:
    """Return a table of the commands for everybody, and how many names Discord lists."""
    commands = [each for each in app.visible_commands() if each.is_for_members]
    groups = {each.group.name for each in app.visible_commands() if each.group}
    names = f"{len(commands)} commands for members and {len(groups)} groups for moderators"
    total = len(commands) + len(groups)
    return f"{command_table(commands)}\nDiscord lists {total} names: {names}.\n"


def moderators_commands(app: App) -> str:
    """Return a table for each group of the moderators' commands."""
    groups = dict.fromkeys(each.group for each in app.visible_commands() if each.group)
    tables = (
        f"### `{group.name}`\n{group.summary}\n\n"
        + command_table(each for each in app.visible_commands() if each.group == group)
        for group in groups
    )
    return "\n".join(tables)


def command_table(commands: Iterable[Command]) -> str:
    """Return a table of *commands*."""
    rows = (
        f"| `{each.usage()}` | {each.summary}{_where(each)} | `{each.examples[0].line}` |\n"
        for each in commands
    )
    return "| type | to | for example |\n|---|---|---|\n" + "".join(rows)


def _where(command: Command) -> str:
    """Return on which platforms a command works, unless it works on all."""
    names = " and ".join(each.capitalize() for each in sorted(command.platforms))
    return f" Only on {names}." if names else ""


def settings_table() -> str:
    """Return a table of the settings."""
    rows = (
        f"| `{field.alias}` | {field.description} | {_default(field.default) or 'none'} |\n"
        for field in Settings.model_fields.values()
    )
    return "| setting | what it does | default |\n|---|---|---|\n" + "".join(rows)


def _default(value: object) -> str:
    return "on" if value is True else str(value or "")


def permission_table() -> str:
    """Return a table of the permissions that Discord's invitation asks for."""
    rows = (f"| {name} | {why} |\n" for name, (_, why) in INVITE_PERMISSIONS.items())
    return "| permission | what it is for |\n|---|---|\n" + "".join(rows)


def scope_table() -> str:
    """Return a table of the scopes in Slack's manifest."""
    rows = (f"| `{name}` | {why} |\n" for name, why in SCOPES.items())
    return "| scope | what it is for |\n|---|---|\n" + "".join(rows)


def env_example() -> str:
    """Return the settings as a template for .env."""
    parts = (
        f"\n# {field.description}\n# {field.alias}={_default(field.default)}\n"
        for field in Settings.model_fields.values()
    )
    return (
        "# Copy to .env and take the '# ' off the lines that you need. All are optional.\n"
        + "".join(parts)
    )


def render_picture(app: App) -> str:
    """Return an SVG picture of a real answer in the terminal."""
    reply = asyncio.run(app.handle_line(PICTURE_QUESTION, Caller("docs:1")))
    return to_svg(
        render(reply, WIDTH, app.line_for).messages[0],
        WIDTH,
        f"crossroads ask '{PICTURE_QUESTION}'",
    )


def main() -> None:
    """Write the files, or report the drift."""
    logging.configure("console", quiet=True)
    checking = "--check" in sys.argv[1:]
    drifted = []
    for path, text in generated_files(App(load(), clock=lambda: TODAY)):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        drifted.append(str(path.relative_to(ROOT)))
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if checking and drifted:
        sys.exit(f"Out of date: {', '.join(drifted)}. Run `make docs` and commit the result.")
    print(f"generated files: {'no drift' if checking else f'{len(drifted)} written'}")  # noqa: T201


if __name__ == "__main__":
    main()
