"""Conversion of a reply's inline nodes to Discord's markdown; text in a str is escaped."""

import re
from collections.abc import Mapping
from typing import assert_never

from adapters.discord.rendering.limits import MARKUP_RUN
from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize, split_mentions
from bot.reply import Bold, Channel, Code, CommandLine, Emphasis, Inline, Link, Mention, Prose, Time

UNBREAKABLE_SPACE = "\0"  # a space at which text must not be split; sanitize() removes real ones
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=\.))", re.MULTILINE)
# Discord links a URL by itself and would show a backslash inside it.
_URL = re.compile(r"(https?://[\w\-./?#@!$&'+,;=%:~]+)")
# What readers don't see: backslashes, marks, the URLs of links, the ids of commands.
_INVISIBLE = re.compile(
    r"\\(.)"
    r"|\[((?:\\.|[^\[\]\\])+)\]\([^\s()]+\)"
    r"|<(/[^:>]+):\d+>"
    r"|^-# |^### |[*_`~]",
    re.MULTILINE | re.DOTALL,
)

CommandIds = Mapping[str, str]
"""The ids that Discord gave to the bot's slash commands, by name; a mention of a command has one.

The name of a subcommand is such as "tips add". A command that isn't in it is shown as code.
"""
NO_IDS: CommandIds = {}


def to_markdown(prose: Prose, command_ids: CommandIds = NO_IDS) -> str:
    """Return *prose* as Discord's markdown.

    Spaces inside markup become UNBREAKABLE_SPACE, so that the markup isn't split between pages.
    """
    parts = (prose,) if isinstance(prose, str) else prose
    return "".join(_format_inline(part, command_ids) for part in parts)


def mention_command(line: str, command_ids: CommandIds) -> str:
    """Return a command to type: its name as a mention, which can be clicked, then its arguments."""
    first, _, rest = line.partition(" ")
    second, _, arguments = rest.partition(" ")
    name = f"{first} {second}"
    if name not in command_ids:
        name, arguments = first, rest
    if name not in command_ids:
        return _format_code(sanitize(f"/{line}"))
    mention = protect_spaces(f"</{name}:{command_ids[name]}>")
    return f"{mention} {escape(arguments)}" if arguments else mention


def escape(text: str) -> str:
    """Return *text* with a backslash before each character that Discord would read as markup.

    URLs are left unchanged.
    """
    pieces = _URL.split(sanitize(text))
    pieces[::2] = [_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return _LINE_START.sub(_escape_line_start, "".join(pieces))


def protect_spaces(text: str) -> str:
    """Return *text* with each space as UNBREAKABLE_SPACE, so that it isn't split there."""
    return text.replace(" ", UNBREAKABLE_SPACE)


def restore_spaces(text: str) -> str:
    """Return *text* with each UNBREAKABLE_SPACE as a space; call this after all text is split."""
    return text.replace(UNBREAKABLE_SPACE, " ")


def visible_text(markdown: str) -> str:
    """Return *markdown* without most of its markup, to measure the lines that it takes."""
    text = restore_spaces(markdown)
    return _INVISIBLE.sub(lambda found: found[found.lastindex] if found.lastindex else "", text)


def _escape_line_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark[0].isdigit() else f"{found[1]}\\{mark}"


def _format_inline(part: Inline, command_ids: CommandIds) -> str:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return "".join(map(_format_mention, split_mentions(part)))
        case Bold(text):
            return _apply_mark(text, "**")
        case Emphasis(text):
            return _apply_mark(text, "*")
        case CommandLine(line):
            return mention_command(line, command_ids)
        case Code(text):
            return _format_code(sanitize(text))
        case Link(text, url):
            label = protect_spaces(escape(text).replace("\n", " "))
            return _escape_url(url) if text == url else f"[{label}]({_escape_url(url)})"
        case Mention() | Channel():
            return _format_mention(part)
        case Time(at):
            return f"<t:{int(at.timestamp())}:f>"
        case _:
            assert_never(part)


def _format_mention(part: str | Mention | Channel) -> str:
    """Return text escaped, and a mention or channel in Discord's syntax, such as ``<@123>``.

    The mention doesn't ping anyone, because the bot's messages don't allow notifications.
    """
    if isinstance(part, str):
        return escape(part)
    platform, _, rest = part.id.partition(":")
    kind, slash, number = rest.rpartition("/")
    if platform != "discord" or not number.isdigit() or kind not in {"", "role"}:
        return anonymize(part)
    if isinstance(part, Channel):
        return f"<#{number}>"
    return f"<@&{number}>" if slash else f"<@{number}>"


def _apply_mark(text: str, mark: str) -> str:
    """Return *text* with *mark*, such as ``**``, around each short run of words.

    Markup can't span lines, and a long marked text couldn't be split between pages.
    """
    return "\n".join(
        " ".join(_wrap(run, mark) for run in _split_runs(line))
        for line in sanitize(text).split("\n")
    )


def _wrap(run: str, mark: str) -> str:
    """Return *run* with *mark* around its text, inside its leading and trailing spaces.

    Discord ignores a mark that is next to a space.
    """
    words = run.strip()
    if not words:
        return run
    before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
    return f"{before}{mark}{protect_spaces(escape(words))}{mark}{after}"


def _split_runs(line: str) -> list[str]:
    """Split *line* at spaces into runs of up to MARKUP_RUN characters; words are never split."""
    first, *words = line.split(" ")
    runs = [first]
    for word in words:
        if runs[-1].strip() and len(runs[-1]) + len(word) > MARKUP_RUN:
            runs.append(word)
        else:
            runs[-1] += f" {word}"
    return runs


def _format_code(text: str) -> str:
    """Return *text* as inline code, or escaped if Discord's inline code can't hold it."""
    if "``" in text or not text.strip() or "\n" in text:
        return escape(text)
    if "`" in text:
        return protect_spaces(f"`` {text} ``")
    return protect_spaces(f"`{text}`")


def _escape_url(url: str) -> str:
    """Return *url* with characters that would break a markdown link percent-encoded."""
    return re.sub(r"[\s()<>|`*\\]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))
