"""Inline nodes as Discord's markdown; a str stays literal, whatever is in it."""

import re
from typing import assert_never

from adapters.discord.rendering.limits import ATOM
from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize, anonymize_mentions, split_mentions
from bot.reply import Bold, Channel, Code, Emphasis, Inline, Link, Mention, Prose, Time

FIRM = "\0"  # a space at which a text must not be split; never in a literal
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=\.))", re.MULTILINE)
# An address is a link by itself, in which a backslash would count.
_ADDRESS = re.compile(r"(https?://[\w\-./?#@!$&'+,;=%:~]+)")


def prose(parts: Prose) -> str:
    """Turn prose into markdown. Spaces within markup are FIRM."""
    return _inline(parts) if isinstance(parts, str) else "".join(map(_inline, parts))


def plain(parts: Prose) -> str | None:
    """Give prose without markup, or None where it would lose more than emphasis."""
    if isinstance(parts, str):
        return sanitize(anonymize_mentions(parts))
    if any(isinstance(part, Link | Mention | Channel | Time) for part in parts):
        return None
    return sanitize("".join(part if isinstance(part, str) else part.text for part in parts))  # type: ignore[union-attr]  # the others are ruled out above


def escaped(text: str) -> str:
    """Escape what would be markup, outside of addresses."""
    pieces = _ADDRESS.split(sanitize(text))
    pieces[::2] = [_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return _LINE_START.sub(_not_a_mark, "".join(pieces))


def firm(text: str) -> str:
    """Let *text* not be split."""
    return text.replace(" ", FIRM)


def soft(text: str) -> str:
    """Make firm spaces plain ones, when all splitting is done."""
    return text.replace(FIRM, " ")


def _not_a_mark(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark[0].isdigit() else f"{found[1]}\\{mark}"


def _inline(part: Inline) -> str:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return "".join(map(_mention, split_mentions(part)))
        case Bold(text):
            return _marked(text, "**")
        case Emphasis(text):
            return _marked(text, "*")
        case Code(text):
            return _code(sanitize(text))
        case Link(text, url):
            shown = firm(escaped(text).replace("\n", " "))
            return _address(url) if text == url else f"[{shown}]({_address(url)})"
        case Mention() | Channel():
            return _mention(part)
        case Time(at):
            return f"<t:{int(at.timestamp())}:f>"
        case _:
            assert_never(part)


def _mention(part: str | Mention | Channel) -> str:
    """Return Discord's mention; it notifies nobody, since no message allows mentions."""
    if isinstance(part, str):
        return escaped(part)
    platform, _, rest = part.id.partition(":")
    kind, slash, number = rest.rpartition("/")
    if platform != "discord" or not number.isdigit() or kind not in {"", "role"}:
        return anonymize(part)
    if isinstance(part, Channel):
        return f"<#{number}>"
    return f"<@&{number}>" if slash else f"<@{number}>"


def _marked(text: str, mark: str) -> str:
    """Mark *text* stretch by stretch: markup must not span lines, nor be split."""
    return "\n".join(
        " ".join(_wrapped(stretch, mark) for stretch in _stretches(line))
        for line in sanitize(text).split("\n")
    )


def _wrapped(stretch: str, mark: str) -> str:
    """Put *mark* around the words, with the spaces at both ends outside, else it is no markup."""
    words = stretch.strip()
    if not words:
        return stretch
    before, after = (
        stretch[: len(stretch) - len(stretch.lstrip())],
        stretch[len(stretch.rstrip()) :],
    )
    return f"{before}{mark}{firm(escaped(words))}{mark}{after}"


def _stretches(line: str) -> list[str]:
    """Cut *line* at spaces into stretches of ATOM characters, or a word."""
    stretches = [""]
    for word in line.split(" "):
        if stretches[-1] and len(stretches[-1]) + len(word) > ATOM:
            stretches.append(word)
        else:
            stretches[-1] += (" " if stretches[-1] else "") + word
    return stretches


def _code(text: str) -> str:
    """Set as code; what Discord can't set so is shown as it is."""
    if "``" in text or not text.strip() or "\n" in text:
        return escaped(text)
    if "`" in text:
        return firm(f"`` {text} ``")
    return firm(f"`{text}`")


def _address(url: str) -> str:
    """Keep an address from ending its link early, or from being anything else."""
    return re.sub(r"[\s()<>|`*\\]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))
