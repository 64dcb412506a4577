"""Random hostile input: text, button codes, payloads, files; reproducible with a seed."""

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

MARK = "hstlmark"
"""A part of hostile texts: if it appears in an output, so did such a text."""
LINK = f"[{MARK}](https://{MARK}.example)"
_ATOMS = (
    MARK, LINK, f"**{MARK}**", f"||{MARK}||", f"`{MARK}`", "```", f"# {MARK}", f"> {MARK}", "-# x",
    "@everyone", "@here", "<@1>", "<@&1>", "<#1>", "<!channel>", "<!here|x>", "<@U1>", "<@W1|x>",
    "<!subteam^S1>", "<https://x.example|y>", "&lt;!channel&gt;", "*b*", "_i_", "~s~", ":smile:",
    "{0.__class__.__mro__}", "%s%n%x", "${jndi:ldap://x}", "{{7*7}}", "$(id)", "`id`", "; ls",
    "' or 1=1 --", '"; drop table takes; --', "<script>alert(1)</script>", "../../etc/passwd",
    "\x00", "\x1b[2J", "\x07", "\r\n", "\u202e", "\u200b", "\u2066", "\ufeff", "\ud800",
    "\U000e0001", "e\u0301" * 40, "漢" * 30, "👩‍👩‍👧‍👦", "שלום", "ﷺ", "ß", "İ", "\u2028", "\u0085",
    "٣", "²", "１２",  # noqa: RUF001
    "=cmd|' /C calc'!A0", "+1", "-1", "@sum(1)", "1e999", "NaN", "-0", "9" * 400, "0x10", "1_0",
    "9" * 20 + " 999 999", "9" * 27 + ",999", "0," + "9" * 27, "9" * 24 + ".5 lakh",
    "true", "null", "[]", "{}", "~", "r|salary|role=ml", "s|privacy", "m|tips-deny|tip=1",
    "p2|x", "/crossroads", "crossroads", "key:value", "key:", ":", "|", "\\", "\\|", "=", '"',
    "“", "”", "'",
)  # fmt: skip
_WORDS = (
    "salary", "compare", "quiz", "ml", "ai", "senior", "help", "tools", "faq", "privacy", "erase",
    "roadmap", "interview", "results", "badges", "community", "tip", "suggest", "tips", "add",
    "schedule", "monday", "9:00", "Europe/Berlin", "channel:", "role:ml", "level:", "vs", "why",
)  # fmt: skip
_JUNK: tuple[Any, ...] = (None, True, 0, -1, 2**70, 1.5, "", [], {}, [[]], {"": ""}, "U1", "T1")


class HostileInput:
    """A generator of hostile input."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a sample

    def text(self, longest: int = 400) -> str:
        """Return random text that contains the mark or a link, which tests look for in output."""
        parts = [self._part() for _ in range(self.chance.randint(0, 12))]
        parts.insert(self.chance.randint(0, len(parts)), self.chance.choice((MARK, LINK)))
        joint = self.chance.choice((" ", " ", "", "\n"))
        made = joint.join(parts)
        return made[:longest] if self.chance.random() > 0.02 else (made * 40)[: 20 * longest]

    def question(self, words: Sequence[str], longest: int = 2000) -> str:
        """Return text for a search: hostile text, or many of *words*, typos or unknown words."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        unknown = ["".join(self.chance.choices(letters, k=9)) for _ in range(200)]
        made = self.chance.choice(
            (
                self.text(longest),
                " ".join(self.chance.choices(words, k=400)),
                " ".join(unknown),
                " ".join(each[:-1] + self.chance.choice(letters) for each in words),
                self.chance.choice(words) * 200,
            )
        )
        return made[:longest]

    def sent(self, longest: int = 400) -> str:
        """Return such text without lone surrogates, which a platform can't send as UTF-8."""
        return self.text(longest).replace("\ud800", "")

    def line(self, commands: Sequence[str]) -> str:
        """Return a line that usually begins with a command."""
        first = self.chance.choice(commands) if self.chance.random() < 0.8 else self._part()
        return f"{first} {self.text()}"

    def code(self, commands: Sequence[str]) -> str:
        """Return the code (custom id) of a forged button."""
        deed = self.chance.choice(("r", "s", "m", "p1", "p99", "r1", "x", ""))
        args = "|".join(
            f"{self.chance.choice((*_WORDS, 'take', 'item', 'pick', 'tip'))}={self.sent(30)}"
            for _ in range(self.chance.randint(0, 3))
        )
        made = f"{deed}|{self.chance.choice(commands)}|{args}"
        if self.chance.random() < 0.2:
            made = f"{deed}~" + "".join(chr(self.chance.randint(0x4E00, 0x8DFF)) for _ in range(20))
        return made

    def corrupt(self, like: Any, times: int = 1) -> Any:
        """Return a copy of a payload in which random values are replaced or deleted."""
        made = copy.deepcopy(like)
        for _ in range(times):
            made = self._spoil(made)
        return made

    def bytes_of(self, like: bytes) -> bytes:
        """Return a copy of *like* with bytes deleted, repeated, inserted or replaced."""
        made = bytearray(like)
        for _ in range(self.chance.randint(1, 4)):
            at = self.chance.randint(0, len(made))
            match self.chance.randint(0, 3):
                case 0:
                    del made[at : at + self.chance.randint(1, 30)]
                case 1:
                    made[at:at] = made[at : at + self.chance.randint(1, 60)]
                case 2:
                    made[at:at] = self.chance.randbytes(self.chance.randint(1, 4))
                case _:
                    made[at:at] = self.text(40).encode("utf-8", "surrogatepass")
        return bytes(made)

    def _part(self) -> str:
        kind = self.chance.random()
        if kind < 0.5:
            return self.chance.choice(_ATOMS)
        if kind < 0.85:
            return self.chance.choice(_WORDS)
        first = self.chance.choice((0x20, 0xA0, 0x300, 0x2000, 0x1F300))
        return "".join(
            chr(first + self.chance.randrange(95)) for _ in range(self.chance.randint(1, 9))
        )

    def _spoil(self, value: Any) -> Any:
        inner = value if isinstance(value, dict | list) and value else None
        if inner is None or self.chance.random() < 0.12:
            junk = copy.deepcopy(self.chance.choice(_JUNK))
            return self.chance.choice((self.text(80), self.text(8_000), junk, junk, {"a": value}))
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = self.chance.choice(keys)
        if self.chance.random() < 0.15:
            del inner[key]
        else:
            inner[key] = self._spoil(inner[key])
        return inner


SLACKS = ("trigger_id", "user", "team", "response_url", "response_urls")


def sign_request(made: dict[str, Any], spoilt: object) -> object:
    """Restore the fields that Slack's signature guarantees: the user and where to respond."""
    if not isinstance(spoilt, dict):
        return spoilt
    body = spoilt | {key: made[key] for key in SLACKS if key in made}
    inner = body.get("event")
    if "event" in made:
        given = inner if isinstance(inner, dict) else made["event"]
        body["event"] = given | {key: made["event"][key] for key in ("user", "channel")}
    if "view" in made:
        body["view"] = made["view"] | {"private_metadata": json.dumps(inner or body.get("view"))}
    return body


HOSTILE_ANSWERS = (
    "**bold** _it_ `code` ```block``` ~~gone~~ > quote # head [a](https://evil.example) ||x||",
    "@everyone @here <@123456789012345678> <@&123456789012345678> <!channel> <!here> <@U2>",
    "\u202egnol txet\u202c \u2066isolated\u2069 \u200b\u200d",
    "x" * 600,
    "\n" * 200 + "far below" + "\n- a\n# b\n> c\n1. d",
    "a | b \\ c <https://evil.example|click> &lt; &amp;",
)
"""Texts of community answers with markup, mentions, invisible letters and many lines."""
