"""Rendering of a reply's actions as buttons, or as selects if there are many."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from adapters.discord.rendering.layout import (
    Component,
    ComponentItem,
    ComponentType,
    LayoutItem,
    TextItem,
)
from adapters.discord.rendering.limits import (
    BUTTON_LABEL,
    BUTTONS,
    CUSTOM_ID,
    OPTION_LABEL,
    OPTIONS,
)
from adapters.discord.rendering.markdown import (
    CommandIds,
    escape,
    mention_command,
    restore_spaces,
)
from adapters.shared.action_codec import encode
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import shorten
from bot.language.mentions import anonymize_mentions
from bot.presentation import Click, Control, Controls
from bot.reply import ActionStyle

_MAX_BUTTON_ROWS = 2  # more buttons in the text go into a select
_MAX_SECTION_TEXT = 1_000  # characters; a longer text is split between pages, which sections can't
_STYLES = {ActionStyle.PRIMARY: 1, ActionStyle.NORMAL: 2, ActionStyle.DANGER: 4}
SELECT_ID = "select"  # custom_id of a select; each option's value holds its encoded command


@dataclass(frozen=True, slots=True)
class _EncodedControl:
    label: str
    custom_id: str
    style: int  # one of Discord's button styles


@dataclass(slots=True)
class ControlRenderer:
    """Renders all buttons and menus of one message.

    Their custom_ids are unique in it, and only the first primary button is primary. A button whose
    call is too long for a custom_id becomes text, with the command to type. If a label is too long,
    the labels are listed as numbered text above the buttons.
    """

    command_ids: CommandIds = field(default_factory=dict)
    used_ids: Counter[str] = field(default_factory=Counter)
    has_primary: bool = False

    def copy(self) -> "ControlRenderer":
        """Return a renderer for further controls of one of several messages."""
        return replace(self, used_ids=Counter(self.used_ids))

    def render_group(self, group: Sequence[Control]) -> Iterator[LayoutItem]:
        """Yield rows of buttons, or selects if there are many."""
        if len(group) <= _MAX_BUTTON_ROWS * BUTTONS:
            yield from self._render(group, BUTTON_LABEL, self._button_rows)
        else:
            yield from self._render(group, OPTION_LABEL, partial(self._selects, "Choose…"))

    def render_controls(self, controls: Controls) -> Iterator[LayoutItem]:
        """Yield the row of buttons and the "More…" menu below a page."""
        yield from self._render(controls.row, BUTTON_LABEL, self._button_rows)
        yield from self._render(controls.menu, OPTION_LABEL, partial(self._selects, "More…"))

    def render_item(self, text: str, control: Control) -> Iterator[LayoutItem]:
        """Yield a section: *text*, which is markdown, with a button beside it.

        If the text or the label is too long for that, the button is below the text.
        """
        texts, ready = self._encode((control,), BUTTON_LABEL)
        if texts or not ready or not text.strip() or len(text) > _MAX_SECTION_TEXT:
            yield TextItem(text)
            yield from (*texts, *self._button_rows(ready))
            return
        content = [{"type": ComponentType.TEXT, "content": restore_spaces(text)}]
        section = {"type": ComponentType.SECTION, "components": content}
        yield ComponentItem(section | {"accessory": _button(ready[0])})

    def _render(
        self,
        group: Sequence[Control],
        max_label: int,
        draw: Callable[[Sequence[_EncodedControl]], Iterator[LayoutItem]],
    ) -> Iterator[LayoutItem]:
        texts, ready = self._encode(group, max_label)
        yield from texts
        yield from draw(ready)

    def _encode(
        self, group: Sequence[Control], max_label: int
    ) -> tuple[list[LayoutItem], list[_EncodedControl]]:
        """Return the texts that *group* needs above it, and its controls with a custom_id."""
        ready, texts = list[_EncodedControl](), list[LayoutItem]()
        too_long = []
        for each in group:
            code = self._unique_custom_id(each.click)
            if code is None and each.short:
                code = self._unique_custom_id(each.short)
            if code is None:
                too_long.append(f"- {self._as_typed_command(each)}")
            else:
                label = sanitize(anonymize_mentions(each.label))
                ready.append(_EncodedControl(label, code, self._style(each)))
        if too_long:
            texts.append(TextItem("\n".join(too_long)))
        if any(len(each.label) > max_label for each in ready):
            lines = (f"{number}. {escape(each.label)}" for number, each in enumerate(ready, 1))
            texts.append(TextItem("\n".join(lines)))
            ready = [
                replace(each, label=shorten(f"{number}. {each.label}", max_label))
                for number, each in enumerate(ready, 1)
            ]
        return texts, ready

    def _style(self, control: Control) -> int:
        style = control.style
        if style is ActionStyle.PRIMARY:
            style = ActionStyle.NORMAL if self.has_primary else style
            self.has_primary = True
        return _STYLES[style]

    def _button_rows(self, ready: Sequence[_EncodedControl]) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), BUTTONS):
            yield _action_row(*map(_button, ready[at : at + BUTTONS]))

    def _selects(self, placeholder: str, ready: Sequence[_EncodedControl]) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), OPTIONS):
            options = [
                {"label": each.label, "value": each.custom_id} for each in ready[at : at + OPTIONS]
            ]
            self.used_ids[SELECT_ID] += 1
            copy = self.used_ids[SELECT_ID]
            name = SELECT_ID if copy == 1 else f"{SELECT_ID}{copy}"
            select = {"type": ComponentType.SELECT, "custom_id": name, "options": options}
            yield _action_row({**select, "placeholder": placeholder})

    def _unique_custom_id(self, click: Click) -> str | None:
        """Return a custom_id for *click* that no other component has, or None if it is too long."""
        code = encode_custom_id(click)
        if code is None:
            return None
        self.used_ids[code] += 1
        return code if self.used_ids[code] == 1 else encode_custom_id(click, self.used_ids[code])

    def _as_typed_command(self, control: Control) -> str:
        """Return the label of *control* and the command that it runs, to be typed instead."""
        call = control.click.call
        arguments = (f"{key}: {value}" for key, value in call.args.items())
        typed = escape(anonymize_mentions(" ".join(arguments)))
        words = (
            call.command if call.command in self.command_ids else call.command.replace("-", " ", 1)
        )
        name = mention_command(words, self.command_ids)
        return f"{escape(anonymize_mentions(control.label))}: {name} {typed}"


def encode_custom_id(click: Click, copy: int = 0) -> str | None:
    """Return *click* encoded as a component's custom_id, or None if that is too long for Discord.

    Discord sends the custom_id back when a member clicks the component. Equal clicks in one message
    need different values of *copy*, because custom_ids must be unique.
    """
    return encode(click, CUSTOM_ID, copy)


def _button(control: _EncodedControl) -> Component:
    """Return the JSON of a button; Discord sends its custom_id back when it is clicked."""
    return {
        "type": ComponentType.BUTTON,
        "style": control.style,
        "label": control.label,
        "custom_id": control.custom_id,
    }


def _action_row(*components: Component) -> ComponentItem:
    return ComponentItem({"type": ComponentType.ROW, "components": list(components)})
