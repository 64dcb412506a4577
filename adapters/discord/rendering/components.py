"""Rendering of a reply's actions as buttons, or as selects if there are many."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.discord.rendering.layout import Component, ComponentItem, LayoutItem, TextItem
from adapters.discord.rendering.limits import (
    BUTTON_LABEL,
    BUTTONS,
    CUSTOM_ID,
    OPTION_LABEL,
    OPTIONS,
)
from adapters.discord.rendering.markdown import escape
from adapters.shared.action_codec import encode
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import shorten
from bot.language.mentions import anonymize_mentions
from bot.presentation import Click, Control, Controls
from bot.reply import ActionStyle

_MAX_BUTTON_ROWS = 2  # more buttons in the text go into a select
_ROW, _BUTTON, _SELECT, _SECTION, _TEXT = 1, 2, 3, 9, 10
_STYLES = {ActionStyle.PRIMARY: 1, ActionStyle.NORMAL: 2, ActionStyle.DANGER: 4}
_LabeledCodes = list[tuple[str, str, ActionStyle]]  # labels, custom_ids and styles
SELECT_ID = "select"  # custom_id of a select; each option's value holds its encoded command


@dataclass(slots=True)
class ControlRenderer:
    """Renders all buttons and menus of one message, so that their custom_ids are unique in it."""

    used_ids: Counter[str] = field(default_factory=Counter)

    def render_group(self, group: Sequence[Control]) -> Iterator[LayoutItem]:
        """Yield rows of buttons, or selects if there are many.

        A button whose call is too long for a custom_id becomes text, with the command to type. If a
        label is too long, all labels are listed as numbered text above the buttons.
        """
        ready, too_long = self._encode(group)
        if too_long:
            yield TextItem("\n".join(f"- {_as_typed_command(each)}" for each in too_long))
        few = len(ready) <= _MAX_BUTTON_ROWS * BUTTONS
        max_length = BUTTON_LABEL if few else OPTION_LABEL
        if any(len(label) > max_length for label, *_ in ready):
            lines = (f"{number}. {escape(text)}" for number, (text, *_) in enumerate(ready, 1))
            yield TextItem("\n".join(lines))
            ready = [
                (f"{number}. {text}", code, style)
                for number, (text, code, style) in enumerate(ready, 1)
            ]
        yield from self._button_rows(ready) if few else self._selects(ready, "Choose…")

    def render_controls(self, controls: Controls) -> Iterator[LayoutItem]:
        """Yield the row of buttons and the "More…" menu below a page."""
        for group, draw in ((controls.row, self._button_rows), (controls.menu, self._selects)):
            ready, too_long = self._encode(group)
            if too_long:
                yield TextItem("\n".join(f"- {_as_typed_command(each)}" for each in too_long))
            yield from draw(ready)

    def render_item(self, text: str, control: Control) -> LayoutItem:
        """Return a section: *text*, which is markdown, with a button beside it."""
        ready, too_long = self._encode((control,))
        if too_long:
            return TextItem(f"{text}\n- {_as_typed_command(control)}")
        (label, code, style), *_ = ready
        accessory = button(shorten(label, BUTTON_LABEL), code, _STYLES[style])
        content = [{"type": _TEXT, "content": text}]
        return ComponentItem({"type": _SECTION, "components": content, "accessory": accessory})

    def _encode(self, group: Sequence[Control]) -> tuple[_LabeledCodes, list[Control]]:
        """Return the controls of *group* with a custom_id, and those that are too long for one."""
        ready: _LabeledCodes = []
        too_long = []
        for each in group:
            code = self._unique_custom_id(each.click)
            if code is None:
                too_long.append(each)
            else:
                ready.append((sanitize(anonymize_mentions(each.label)), code, each.style))
        return ready, too_long

    def _button_rows(self, ready: _LabeledCodes) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), BUTTONS):
            buttons = (
                button(shorten(label, BUTTON_LABEL), code, _STYLES[style])
                for label, code, style in ready[at : at + BUTTONS]
            )
            yield ComponentItem(action_row(*buttons))

    def _selects(self, ready: _LabeledCodes, placeholder: str = "More…") -> Iterator[LayoutItem]:
        for at in range(0, len(ready), OPTIONS):
            options = [
                {"label": shorten(label, OPTION_LABEL), "value": code}
                for label, code, _ in ready[at : at + OPTIONS]
            ]
            self.used_ids[SELECT_ID] += 1
            copy = self.used_ids[SELECT_ID]
            name = SELECT_ID if copy == 1 else f"{SELECT_ID}{copy}"
            select = {"type": _SELECT, "custom_id": name, "options": options}
            yield ComponentItem(action_row({**select, "placeholder": placeholder}))

    def _unique_custom_id(self, click: Click) -> str | None:
        """Return a custom_id for *click* that no other component has, or None if it is too long."""
        code = encode_custom_id(click)
        if code is None:
            return None
        self.used_ids[code] += 1
        return code if self.used_ids[code] == 1 else encode_custom_id(click, self.used_ids[code])


def encode_custom_id(click: Click, copy: int = 0) -> str | None:
    """Return *click* encoded as a component's custom_id, or None if that is too long for Discord.

    Discord sends the custom_id back when a member clicks the component. Equal clicks in one message
    need different values of *copy*, because custom_ids must be unique.
    """
    return encode(click, CUSTOM_ID, copy)


def button(label: str, custom_id: str, style: int) -> Component:
    """Return the JSON of a button with *label*; a click on the button sends *custom_id*.

    *style* is one of Discord's button styles.
    """
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": custom_id}


def action_row(*components: Component) -> Component:
    """Return the JSON of an action row that holds *components*."""
    return {"type": _ROW, "components": list(components)}


def _as_typed_command(control: Control) -> str:
    call = control.click.call
    arguments = " ".join(f"{key}: {value}" for key, value in call.args.items())
    return escape(anonymize_mentions(f"{control.label}: /{call.command} {arguments}"))
