"""Actions (labels with commands to run) as buttons, or as a select menu if there are many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.shared.action_codec import encode
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import shorten
from adapters.slack.rendering.layout import BlockItem, LayoutItem, TextItem, bullets, section
from adapters.slack.rendering.limits import (
    BUTTON_LABEL,
    BUTTON_VALUE,
    BUTTONS,
    MAX_BUTTON_CHOICES,
    OPTION_LABEL,
    OPTION_VALUE,
    OPTIONS,
)
from adapters.slack.rendering.rich_text import Json, plain_text_object, text_element
from bot.call import Call
from bot.language.mentions import anonymize_mentions
from bot.presentation import Click, ClickKind
from bot.reply import Action

_LabeledCodes = list[tuple[str, str]]  # labels and encoded clicks


@dataclass(slots=True)
class ActionRenderer:
    """Renders the actions of one reply as buttons and select menus with unique ids."""

    count: int = 0
    groups: int = 0

    def render(self, actions: Sequence[Action]) -> Iterator[LayoutItem]:
        """Yield buttons or select menus.

        An action that is too long for a button becomes text with the command to type.
        """
        short = [
            (anonymize_mentions(each.label), encode(Click(each.call), OPTION_VALUE))
            for each in actions
        ]
        many = len(actions) > MAX_BUTTON_CHOICES and all(code for _, code in short)
        coded = (
            short
            if many
            else [(anonymize_mentions(each.label), _button_code(each)) for each in actions]
        )
        written = [each for each, (_, code) in zip(actions, coded, strict=True) if code is None]
        if written:
            yield TextItem((bullets([text_element(_typed_instruction(each)) for each in written]),))
        ready = [(sanitize(label), code) for label, code in coded if code is not None]
        if not ready:
            return
        longest = OPTION_LABEL if many else BUTTON_LABEL
        if any(len(label) > longest for label, _ in ready):
            ready = [(f"{number}. {label}", code) for number, (label, code) in enumerate(ready, 1)]
            yield TextItem(tuple(section(text_element(label)) for label, _ in ready))
        ready = [(shorten(label, longest), code) for label, code in ready]
        yield from self._selects(ready) if many else self._buttons(ready)
        self.groups += 1

    def _buttons(self, ready: _LabeledCodes) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), BUTTONS):
            yield BlockItem(
                actions_block(*(self._button(*each) for each in ready[at : at + BUTTONS]))
            )

    def _button(self, label: str, code: str) -> Json:
        self.count += 1
        style = {} if self.groups else {"style": "primary"}
        return button(label, code, f"choice{self.count}") | style

    def _selects(self, ready: _LabeledCodes) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), OPTIONS):
            self.count += 1
            options = [option(label, code) for label, code in ready[at : at + OPTIONS]]
            select = {"type": "static_select", "action_id": f"select{self.count}"}
            yield BlockItem(
                actions_block(
                    {**select, "placeholder": plain_text_object("Go on to …"), "options": options}
                )
            )


def navigation(call: Call | None, page: int, pages: int, *, share: bool) -> Iterator[Json]:
    """Yield the blocks below a page: buttons for other pages and, with *share*, for sharing.

    *call* is the command, with its arguments, that produced the reply. Without it, yield nothing.
    """
    buttons: list[Json] = []
    if call is not None and pages > 1:
        turns = (("back", page - 1), ("next", page + 1))
        buttons += [each for label, to in turns for each in _page_button(label, call, to, pages)]
    if call is not None and share:
        buttons += _navigation_button("share with the channel", Click(call, ClickKind.SHARE))
    if buttons and pages > 1:
        yield {"type": "context", "elements": [plain_text_object(f"page {page} of {pages}")]}
    if buttons:
        yield actions_block(*buttons)


def _page_button(label: str, call: Call, to: int, pages: int) -> list[Json]:
    return _navigation_button(label, Click(call, ClickKind.PAGE, to)) if 1 <= to <= pages else []


def _navigation_button(label: str, click: Click) -> list[Json]:
    code = encode(click, BUTTON_VALUE)
    return [button(label, code, label.split(" ", maxsplit=1)[0])] if code else []


def button(label: str, code: str, name: str) -> Json:
    """Return a Block Kit button that sends *code*; *name* must be unique in the message."""
    return {"type": "button", "action_id": name, "text": plain_text_object(label), "value": code}


def option(label: str, value: str) -> Json:
    """Return an option of a select menu, which shows *label* and sends *value*."""
    return {
        "text": plain_text_object(shorten(sanitize(anonymize_mentions(label)), OPTION_LABEL)),
        "value": value,
    }


def actions_block(*elements: Json) -> Json:
    """Return a Block Kit block with buttons and select menus."""
    return {"type": "actions", "elements": list(elements)}


def _button_code(action: Action) -> str | None:
    return encode(Click(action.call), BUTTON_VALUE)


def _typed_instruction(action: Action) -> str:
    args = " ".join(f"{key}: {value}" for key, value in action.call.args.items())
    return anonymize_mentions(f"{action.label}: {action.call.command} {args}")
