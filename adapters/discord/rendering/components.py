"""Choices as buttons while they are few, as a select when they are more."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.discord.rendering.custom_id import Click, ClickKind, encode
from adapters.discord.rendering.layout import Block, Component, Part, Words
from adapters.discord.rendering.limits import BUTTON_LABEL, BUTTONS, OPTION_LABEL, OPTIONS
from adapters.discord.rendering.markdown import escaped
from adapters.shared.sanitize import sanitize
from bot.call import Call
from bot.language.mentions import anonymize_mentions
from bot.reply import Action

_ROWS = 2  # of buttons; more choices than they hold stand in a select
_ROW, _BUTTON, _SELECT = 1, 2, 3
_PRIMARY, _SECONDARY = 1, 2
SELECT = "select"  # the custom_id of a select; its Calls are in its options' values


@dataclass(slots=True)
class Choosing:
    """Draws the choices of one reply, and keeps their ids apart."""

    used: Counter[str] = field(default_factory=Counter)
    groups: int = 0

    def draw(self, options: Sequence[Action]) -> Iterator[Part]:
        """Give rows of buttons or selects; a choice that no id can carry is written out."""
        coded = [(each, self._id(Click(each.call))) for each in options]
        written = [each for each, code in coded if code is None]
        ready = [(anonymize_mentions(each.label), code) for each, code in coded if code is not None]
        if written:
            yield Words("\n".join(f"- {_to_type(each)}" for each in written))
        few = len(ready) <= _ROWS * BUTTONS
        longest = BUTTON_LABEL if few else OPTION_LABEL
        if any(len(label) > longest for label, _ in ready):
            lines = (f"{number}. {escaped(text)}" for number, (text, _) in enumerate(ready, 1))
            yield Words("\n".join(lines))
            ready = [(f"{number}. {text}", code) for number, (text, code) in enumerate(ready, 1)]
        ready = [(clipped(sanitize(label), longest), code) for label, code in ready]
        if ready:
            yield from self._buttons(ready) if few else self._selects(ready)
            self.groups += 1

    def _buttons(self, ready: list[tuple[str, str]]) -> Iterator[Part]:
        style = _SECONDARY if self.groups else _PRIMARY
        for at in range(0, len(ready), BUTTONS):
            yield Block(row(*(button(*each, style) for each in ready[at : at + BUTTONS])))

    def _selects(self, ready: list[tuple[str, str]]) -> Iterator[Part]:
        for at in range(0, len(ready), OPTIONS):
            options = [{"label": label, "value": code} for label, code in ready[at : at + OPTIONS]]
            name = self._copied(SELECT)
            shown = {"type": _SELECT, "custom_id": name, "options": options}
            yield Block(row({**shown, "placeholder": "Go on to …"}))

    def _id(self, press: Click) -> str | None:
        """Encode *press*, telling apart what does the same as another component."""
        code = encode(press)
        if code is None:
            return None
        self.used[code] += 1
        return code if self.used[code] == 1 else encode(press, self.used[code])

    def _copied(self, name: str) -> str:
        self.used[name] += 1
        return name if self.used[name] == 1 else f"{name}{self.used[name]}"


def navigation(call: Call | None, page: int, pages: int, *, share: bool) -> Iterator[Component]:
    """Give the row that turns pages and posts to the channel, where *call* can be made again."""
    buttons = []
    if call is not None and pages > 1:
        at = f"page {page} of {pages}"
        turns = (("back", page - 1), ("next", page + 1))
        back, onward = (_turn(label, call, to, pages) for label, to in turns)
        buttons += [back, {**button(at, "here", _SECONDARY), "disabled": True}, onward]
    if call is not None and share:
        code = encode(Click(call, ClickKind.SHARE))
        buttons += [button("share with the channel", code, _SECONDARY)] if code else []
    found = [each for each in buttons if each]
    if found:
        yield row(*found)


def _turn(label: str, call: Call, to: int, pages: int) -> Component | None:
    code = encode(Click(call, ClickKind.PAGE, to)) if 1 <= to <= pages else None
    return button(label, code, _PRIMARY) if code else None


def button(label: str, code: str, style: int) -> Component:
    """Make a button."""
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": code}


def row(*components: Component) -> Component:
    """Put components into a row."""
    return {"type": _ROW, "components": list(components)}


def clipped(text: str, longest: int) -> str:
    """Shorten a label; its full text then stands above it."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _to_type(choice: Action) -> str:
    words = " ".join(f"{key}: {value}" for key, value in choice.call.args.items())
    return escaped(anonymize_mentions(f"{choice.label}: /{choice.call.command} {words}"))
