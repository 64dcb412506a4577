"""Actions (labels with commands to run) as buttons, or as a select menu if there are many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    OPTIONS,
)
from adapters.slack.rendering.menu_values import encode_menu, fits_option
from adapters.slack.rendering.mrkdwn import to_text_object
from adapters.slack.rendering.rich_text import Json, plain_text_object, text_element
from bot.language.mentions import anonymize_mentions
from bot.presentation import Control, Controls
from bot.reply import ActionStyle

_Labeled = list[tuple[str, Control]]  # controls with their labels as members see them


@dataclass(slots=True)
class ControlRenderer:
    """Renders all buttons and menus of one message, with ids that are unique in it."""

    count: int = 0
    has_primary: bool = False  # Slack advises against a second primary button

    def render_group(self, group: Sequence[Control]) -> Iterator[LayoutItem]:
        """Yield buttons, or a select menu if there are many.

        A button that is too long becomes text with the command to type. If a label is too long, all
        labels are listed as numbered text above the buttons.
        """
        many = len(group) > MAX_BUTTON_CHOICES and all(map(_fits_menu, group))
        ready, too_long = _label(group, _fits_menu if many else _fits_button)
        yield from _typed_instructions(too_long)
        longest = OPTION_LABEL if many else BUTTON_LABEL
        if any(len(label) > longest for label, _ in ready):
            ready = [(f"{number}. {label}", each) for number, (label, each) in enumerate(ready, 1)]
            yield TextItem(tuple(section(text_element(label)) for label, _ in ready))
        yield from self._menus(ready, "Choose…") if many else self._buttons(ready)

    def render_controls(self, controls: Controls) -> Iterator[LayoutItem]:
        """Yield the row of buttons and the "More…" menu below a page."""
        ready, too_long = _label(controls.row, _fits_button)
        yield from _typed_instructions(too_long)
        yield from self._buttons(ready)
        ready, too_long = _label(controls.menu, _fits_menu)
        yield from _typed_instructions(too_long)
        yield from self._menus(ready, "More…")

    def render_item(self, elements: list[Json], control: Control) -> Iterator[LayoutItem]:
        """Yield a text with a button beside it.

        The button is below the text if Slack would read markup in the text, or if the button is too
        long.
        """
        text = to_text_object(elements)
        ((label, _), *_), _ = _label((control,), lambda _: True)
        if text is None or len(label) > BUTTON_LABEL or not _fits_button(control):
            yield TextItem((section(elements),))
            yield from self.render_group((control,))
        else:
            accessory = self._button(label, control)
            yield BlockItem({"type": "section", "text": text, "accessory": accessory})

    def _buttons(self, ready: _Labeled) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), BUTTONS):
            buttons = (self._button(*each) for each in ready[at : at + BUTTONS])
            yield BlockItem(actions_block(*buttons))

    def _button(self, label: str, control: Control) -> Json:
        self.count += 1
        code = encode(control.click, BUTTON_VALUE) or ""
        made = button(shorten(label, BUTTON_LABEL), code, f"choice{self.count}")
        if control.style is ActionStyle.NORMAL or (self.has_primary and control.style is _PRIMARY):
            return made
        self.has_primary |= control.style is _PRIMARY
        return made | {"style": control.style.value}

    def _menus(self, ready: _Labeled, placeholder: str) -> Iterator[LayoutItem]:
        """Yield select menus.

        None has a block_id: Slack then gives it a new one each time that the message is replaced,
        and so forgets the last choice. Otherwise nobody could choose the same option twice.
        """
        for at in range(0, len(ready), OPTIONS):
            self.count += 1
            labels, controls = zip(*ready[at : at + OPTIONS], strict=True)
            clicks = [each.click for each in controls]
            action_id, values = encode_menu(clicks, f"select{self.count}")
            options = [
                option(label, value or "") for label, value in zip(labels, values, strict=True)
            ]
            select = {"type": "static_select", "action_id": action_id, "options": options}
            yield BlockItem(actions_block(select | {"placeholder": plain_text_object(placeholder)}))


_PRIMARY = ActionStyle.PRIMARY


def _fits_button(control: Control) -> bool:
    return encode(control.click, BUTTON_VALUE) is not None


def _fits_menu(control: Control) -> bool:
    return fits_option(control.click)


def _label(
    group: Sequence[Control], fits: Callable[[Control], bool]
) -> tuple[_Labeled, list[Control]]:
    """Return the controls of *group* that *fits* accepts, with their labels, and the others."""
    ready, too_long = _Labeled(), list[Control]()
    for each in group:
        fitting = each if fits(each) or each.short is None else replace(each, click=each.short)
        if fits(fitting):
            ready.append((sanitize(anonymize_mentions(each.label)), fitting))
        else:
            too_long.append(each)
    return ready, too_long


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
