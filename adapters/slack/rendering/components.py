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
from bot.language.mentions import anonymize_mentions
from bot.presentation import Control, Controls
from bot.reply import ActionStyle

_LabeledCodes = list[tuple[str, str, ActionStyle]]  # labels, encoded clicks and styles


@dataclass(slots=True)
class ControlRenderer:
    """Renders all buttons and menus of one message, with ids that are unique in it."""

    count: int = 0

    def render_group(self, group: Sequence[Control]) -> Iterator[LayoutItem]:
        """Yield buttons or select menus.

        A button that is too long becomes text with the command to type. If a label is too long, all
        labels are listed as numbered text above the buttons.
        """
        ready, too_long = _encode(group, OPTION_VALUE)
        many = len(group) > MAX_BUTTON_CHOICES and not too_long
        if not many:
            ready, too_long = _encode(group, BUTTON_VALUE)
        yield from _typed_instructions(too_long)
        longest = OPTION_LABEL if many else BUTTON_LABEL
        if any(len(label) > longest for label, *_ in ready):
            ready = [
                (f"{number}. {label}", code, style)
                for number, (label, code, style) in enumerate(ready, 1)
            ]
            yield TextItem(tuple(section(text_element(label)) for label, *_ in ready))
        yield from self._selects(ready, "Choose…") if many else self._buttons(ready)

    def render_controls(self, controls: Controls) -> Iterator[LayoutItem]:
        """Yield the row of buttons and the "More…" menu below a page."""
        for group, max_value, draw in (
            (controls.row, BUTTON_VALUE, self._buttons),
            (controls.menu, OPTION_VALUE, self._selects),
        ):
            ready, too_long = _encode(group, max_value)
            yield from _typed_instructions(too_long)
            yield from draw(ready)

    def render_item(self, elements: list[Json], control: Control) -> Iterator[LayoutItem]:
        """Yield text with a button below it; Slack has no button beside rich text."""
        yield TextItem((section(elements),))
        yield from self.render_group((control,))

    def _buttons(self, ready: _LabeledCodes) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), BUTTONS):
            buttons = (self._button(*each) for each in ready[at : at + BUTTONS])
            yield BlockItem(actions_block(*buttons))

    def _button(self, label: str, code: str, style: ActionStyle) -> Json:
        self.count += 1
        look = {} if style is ActionStyle.NORMAL else {"style": style.value}
        return button(shorten(label, BUTTON_LABEL), code, f"choice{self.count}") | look

    def _selects(self, ready: _LabeledCodes, placeholder: str = "More…") -> Iterator[LayoutItem]:
        for at in range(0, len(ready), OPTIONS):
            self.count += 1
            options = [option(label, code) for label, code, _ in ready[at : at + OPTIONS]]
            select = {"type": "static_select", "action_id": f"select{self.count}"}
            yield BlockItem(
                actions_block(
                    {**select, "placeholder": plain_text_object(placeholder), "options": options}
                )
            )


def _encode(group: Sequence[Control], max_value: int) -> tuple[_LabeledCodes, list[Control]]:
    """Return the controls of *group* as labeled codes, and those that *max_value* is too short for.

    *max_value* is in characters.
    """
    coded = [(each, encode(each.click, max_value)) for each in group]
    ready = [
        (sanitize(anonymize_mentions(each.label)), code, each.style)
        for each, code in coded
        if code is not None
    ]
    return ready, [each for each, code in coded if code is None]


def _typed_instructions(controls: Sequence[Control]) -> Iterator[LayoutItem]:
    if controls:
        yield TextItem((bullets([text_element(_typed_instruction(each)) for each in controls]),))


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


def _typed_instruction(control: Control) -> str:
    call = control.click.call
    args = " ".join(f"{key}: {value}" for key, value in call.args.items())
    return anonymize_mentions(f"{control.label}: {call.command} {args}")
