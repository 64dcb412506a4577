"""Choices as buttons while they are few, as a select when they are more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.shared.action_codec import Click, ClickKind, encode
from adapters.shared.sanitize import sanitize
from adapters.slack.rendering.layout import Block, Part, Words, bullets, section
from adapters.slack.rendering.limits import (
    BUTTON_LABEL,
    BUTTONS,
    FEW,
    OPTION_LABEL,
    OPTION_VALUE,
    OPTIONS,
    VALUE,
)
from adapters.slack.rendering.rich_text import Json, text, words
from bot.call import Call
from bot.language.mentions import plainly
from bot.reply import Action

_Coded = list[tuple[str, str]]  # labels, and what their buttons carry


@dataclass(slots=True)
class Choosing:
    """Draws the choices of one reply, and keeps their ids apart."""

    count: int = 0
    groups: int = 0

    def draw(self, options: Sequence[Action]) -> Iterator[Part]:
        """Give buttons or selects; a choice that no button can carry is written out."""
        short = [(plainly(each.label), encode(Click(each.call), OPTION_VALUE)) for each in options]
        many = len(options) > FEW and all(code for _, code in short)
        coded = short if many else [(plainly(each.label), _button_code(each)) for each in options]
        written = [each for each, (_, code) in zip(options, coded, strict=True) if code is None]
        if written:
            yield Words((bullets([words(_to_type(each)) for each in written]),))
        ready = [(sanitize(label), code) for label, code in coded if code is not None]
        if not ready:
            return
        longest = OPTION_LABEL if many else BUTTON_LABEL
        if any(len(label) > longest for label, _ in ready):
            ready = [(f"{number}. {label}", code) for number, (label, code) in enumerate(ready, 1)]
            yield Words(tuple(section(words(label)) for label, _ in ready))
        ready = [(clipped(label, longest), code) for label, code in ready]
        yield from self._selects(ready) if many else self._buttons(ready)
        self.groups += 1

    def _buttons(self, ready: _Coded) -> Iterator[Part]:
        for at in range(0, len(ready), BUTTONS):
            yield Block(actions(*(self._button(*each) for each in ready[at : at + BUTTONS])))

    def _button(self, label: str, code: str) -> Json:
        self.count += 1
        style = {} if self.groups else {"style": "primary"}
        return button(label, code, f"choice{self.count}") | style

    def _selects(self, ready: _Coded) -> Iterator[Part]:
        for at in range(0, len(ready), OPTIONS):
            self.count += 1
            options = [option(label, code) for label, code in ready[at : at + OPTIONS]]
            select = {"type": "static_select", "action_id": f"select{self.count}"}
            yield Block(actions({**select, "placeholder": text("Go on to …"), "options": options}))


def navigation(call: Call | None, page: int, pages: int, *, share: bool) -> Iterator[Json]:
    """Give the blocks that turn pages and post to the channel, where *call* can be made again."""
    buttons: list[Json] = []
    if call is not None and pages > 1:
        turns = (("back", page - 1), ("next", page + 1))
        buttons += [each for label, to in turns for each in _turn(label, call, to, pages)]
    if call is not None and share:
        buttons += _nav("share with the channel", Click(call, ClickKind.SHARE))
    if buttons and pages > 1:
        yield {"type": "context", "elements": [text(f"page {page} of {pages}")]}
    if buttons:
        yield actions(*buttons)


def _turn(label: str, call: Call, to: int, pages: int) -> list[Json]:
    return _nav(label, Click(call, ClickKind.PAGE, to)) if 1 <= to <= pages else []


def _nav(label: str, press: Click) -> list[Json]:
    code = encode(press, VALUE)
    return [button(label, code, label.split(" ", maxsplit=1)[0])] if code else []


def button(label: str, code: str, name: str) -> Json:
    """Make a button; *name* is its own within the message."""
    return {"type": "button", "action_id": name, "text": text(label), "value": code}


def option(label: str, value: str) -> Json:
    """Make an option of a select."""
    return {"text": text(clipped(sanitize(plainly(label)), OPTION_LABEL)), "value": value}


def actions(*inside: Json) -> Json:
    """Put buttons and selects into a block."""
    return {"type": "actions", "elements": list(inside)}


def clipped(shown: str, longest: int) -> str:
    """Shorten a label; its full text then stands above it."""
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _button_code(choice: Action) -> str | None:
    return encode(Click(choice.call), VALUE)


def _to_type(choice: Action) -> str:
    args = " ".join(f"{key}: {value}" for key, value in choice.call.args.items())
    return plainly(f"{choice.label}: {choice.call.command} {args}")
