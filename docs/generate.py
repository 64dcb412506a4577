"""Write the generated files (schemas, tables, pictures); with --check, only report drift."""

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from headlines import fault_count, headline_table
from pictured import outdated_pictures, picture_lines, pictured_answers

from adapters.discord import INVITE_PERMISSIONS
from adapters.slack import SCOPES
from bot.app import App
from bot.command import Command
from bot.ops import logging
from bot.ops.settings import Settings
from content import KINDS, load

ROOT = Path(__file__).parent.parent
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
    for label, value in badge_texts().items():
        yield ROOT / "docs" / "badges" / f"{label}.svg", badge(label, value)
    for page, parts in (
        ("README.md", {"commands": members_commands(app)}),
        ("docs/commands.md", {"commands": moderators_commands(app)}),
        ("docs/operating.md", {"settings": settings_table()}),
        ("docs/quickstart-discord.md", {"permissions": permission_table()}),
        ("docs/quickstart-slack.md", {"scopes": scope_table()}),
        ("docs/pictures.md", {"pictures": picture_list(app)}),
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
        "# Copy this file to .env and remove the '# ' from the lines that you need. "
        "All settings are optional.\n" + "".join(parts)
    )


def badge_texts() -> dict[str, str]:
    """Return the values of the README's badges, from the files that decide them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"license": project["license"], "python": project["requires-python"].strip(">=") + "+"}


def badge(label: str, value: str) -> str:
    """Return a badge as SVG; it needs no service."""
    left, right = (7 * len(text) + 12 for text in (label, value))
    texts = "".join(
        f'<text x="{x}" y="14" textLength="{7 * len(text)}">{text}</text>\n'
        for x, text in ((6, label), (left + 6, value))
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img">
<title>{label}: {value}</title>
<rect width="{left + right}" height="20" rx="4" fill="#1f6f64"/>
<path d="M4 0h{left - 4}v20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="#3f4650"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
{texts}</g>
</svg>
"""


def picture_list(app: App) -> str:
    """Return a section for each command for members, with the picture of its answer."""
    lines = picture_lines(each for each in app.visible_commands() if each.is_for_members)
    sections = (
        f"""### `{line}`
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="pictures/{name}-dark.webp">
  <img src="pictures/{name}-light.webp" alt="The answer on Discord and on Slack" width="100%">
</picture>
"""
        for name, line in lines.items()
    )
    return "\n".join(sections)


def main() -> None:
    """Write the files, or report the drift; say which pictures need `make pictures`."""
    logging.configure("console", quiet=True)
    checking = "--check" in sys.argv[1:]
    drifted, content = [], load()
    for path, text in generated_files(App(content, clock=lambda: TODAY)):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        drifted.append(str(path.relative_to(ROOT)))
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    problems = []
    if checking and drifted:
        problems.append(
            f"Out of date: {', '.join(drifted)}. Run `make docs` and commit the result."
        )
    if outdated := outdated_pictures(pictured_answers(content)):
        names = ", ".join(outdated)
        problems.append(
            f"Pictures that don't show the bot's answer: {names}. Run `make pictures` and commit"
            " the result."
        )
    if checking and problems:
        sys.exit("\n".join(problems))
    print(f"generated files: {'no drift' if checking else f'{len(drifted)} written'}", *problems)  # noqa: T201


if __name__ == "__main__":
    main()
