"""Inline nodes as Discord's markdown; a str is shown literally, whatever it contains."""

import re
from typing import assert_never

from adapters.discord.rendering.limits import MARKUP_RUN
from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize, split_mentions
from bot.reply import Bold, Channel, Code, Emphasis, Inline, Link, Mention, Prose, Time

UNBREAKABLE_SPACE = "\0"  # a space at which text must not be split; sanitize() removes real ones
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=\.))", re.MULTILINE)
# Discord links a URL by itself and would show a backslash inside it.
_URL = re.compile(r"(https?://[\w\-./?#@!$&'+,;=%:~]+)")


def to_markdown(prose: Prose) -> str:
    """Return *prose* as markdown; spaces inside markup are UNBREAKABLE_SPACE."""
    if isinstance(prose, str):
        return _format_inline(prose)
    return "".join(map(_format_inline, prose))


def escape(text: str) -> str:
    """Escape everything that Discord would read as markup, except inside URLs."""
    pieces = _URL.split(sanitize(text))
    pieces[::2] = [_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return _LINE_START.sub(_escape_line_start, "".join(pieces))


def protect_spaces(text: str) -> str:
    """Keep *text* from being split at its spaces."""
    return text.replace(" ", UNBREAKABLE_SPACE)


def restore_spaces(text: str) -> str:
    """Turn protected spaces back into spaces, after all splitting is done."""
    return text.replace(UNBREAKABLE_SPACE, " ")


def _escape_line_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark[0].isdigit() else f"{found[1]}\\{mark}"


def _format_inline(part: Inline) -> str:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return "".join(map(_format_mention, split_mentions(part)))
        case Bold(text):
            return _apply_mark(text, "**")
        case Emphasis(text):
            return _apply_mark(text, "*")
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
    """Return Discord's mention. It notifies nobody, since no message allows mentions."""
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
    """Mark *text* in runs: markup can't span lines and isn't split between pages."""
    return "\n".join(
        " ".join(_wrap(run, mark) for run in _split_runs(line))
        for line in sanitize(text).split("\n")
    )


def _wrap(run: str, mark: str) -> str:
    """Put *mark* around the words; if it touched a space, Discord would show the mark itself."""
    words = run.strip()
    if not words:
        return run
    before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
    return f"{before}{mark}{protect_spaces(escape(words))}{mark}{after}"


def _split_runs(line: str) -> list[str]:
    """Split *line* at spaces into runs of up to MARKUP_RUN characters; words stay whole."""
    runs = [""]
    for word in line.split(" "):
        if runs[-1] and len(runs[-1]) + len(word) > MARKUP_RUN:
            runs.append(word)
        else:
            runs[-1] += (" " if runs[-1] else "") + word
    return runs


def _format_code(text: str) -> str:
    """Return inline code, or escaped text if Discord's inline code can't show it."""
    if "``" in text or not text.strip() or "\n" in text:
        return escape(text)
    if "`" in text:
        return protect_spaces(f"`` {text} ``")
    return protect_spaces(f"`{text}`")


def _escape_url(url: str) -> str:
    """Percent-encode the characters that would end a link early or be read as markup."""
    return re.sub(r"[\s()<>|`*\\]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))
