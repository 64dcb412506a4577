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
from bot.call import Call
from bot.language.mentions import anonymize_mentions
from bot.presentation import Click, ClickKind
from bot.reply import Action

_MAX_BUTTON_ROWS = 2  # more actions go into a select
_ROW, _BUTTON, _SELECT = 1, 2, 3
_PRIMARY, _SECONDARY = 1, 2
SELECT_ID = "select"  # custom_id of a select; each option's value holds its encoded command


@dataclass(slots=True)
class ActionRenderer:
    """Renders all actions of one reply, so that their custom_ids are unique in the message.

    An action is a label with a command to run.
    """

    used_ids: Counter[str] = field(default_factory=Counter)
    groups: int = 0

    def render(self, actions: Sequence[Action]) -> Iterator[LayoutItem]:
        """Yield rows of buttons, or selects if there are many.

        An action whose command is too long for a custom_id becomes text, with the command to type.
        If a label is too long, all labels are listed as numbered text above the buttons.
        """
        coded = [(each, self._unique_custom_id(Click(each.call))) for each in actions]
        too_long = [each for each, code in coded if code is None]
        ready = [(anonymize_mentions(each.label), code) for each, code in coded if code is not None]
        if too_long:
            yield TextItem("\n".join(f"- {_as_typed_command(each)}" for each in too_long))
        few = len(ready) <= _MAX_BUTTON_ROWS * BUTTONS
        max_length = BUTTON_LABEL if few else OPTION_LABEL
        if any(len(label) > max_length for label, _ in ready):
            lines = (f"{number}. {escape(text)}" for number, (text, _) in enumerate(ready, 1))
            yield TextItem("\n".join(lines))
            ready = [(f"{number}. {text}", code) for number, (text, code) in enumerate(ready, 1)]
        ready = [(shorten(sanitize(label), max_length), code) for label, code in ready]
        if ready:
            yield from self._button_rows(ready) if few else self._selects(ready)
            self.groups += 1

    def _button_rows(self, ready: list[tuple[str, str]]) -> Iterator[LayoutItem]:
        style = _SECONDARY if self.groups else _PRIMARY
        for at in range(0, len(ready), BUTTONS):
            buttons = (button(*each, style) for each in ready[at : at + BUTTONS])
            yield ComponentItem(action_row(*buttons))

    def _selects(self, ready: list[tuple[str, str]]) -> Iterator[LayoutItem]:
        for at in range(0, len(ready), OPTIONS):
            options = [{"label": label, "value": code} for label, code in ready[at : at + OPTIONS]]
            self.used_ids[SELECT_ID] += 1
            copy = self.used_ids[SELECT_ID]
            name = SELECT_ID if copy == 1 else f"{SELECT_ID}{copy}"
            select = {"type": _SELECT, "custom_id": name, "options": options}
            yield ComponentItem(action_row({**select, "placeholder": "Go on to …"}))

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


def navigation_row(call: Call | None, page: int, pages: int, *, share: bool) -> Iterator[Component]:
    """Yield a row with the buttons to turn pages and, with *share*, to share with the channel.

    A click on a button runs *call*, a command with its arguments, again. Yield nothing if *call* is
    None or if there are no buttons.
    """
    buttons = []
    if call is not None and pages > 1:
        position = f"page {page} of {pages}"
        turns = (("back", page - 1), ("next", page + 1))
        back, forward = (_page_button(label, call, to, pages) for label, to in turns)
        buttons += [back, {**button(position, "here", _SECONDARY), "disabled": True}, forward]
    if call is not None and share:
        code = encode_custom_id(Click(call, ClickKind.SHARE))
        buttons += [button("share with the channel", code, _SECONDARY)] if code else []
    found = [each for each in buttons if each]
    if found:
        yield action_row(*found)


def _page_button(label: str, call: Call, to: int, pages: int) -> Component | None:
    code = encode_custom_id(Click(call, ClickKind.PAGE, to)) if 1 <= to <= pages else None
    return button(label, code, _PRIMARY) if code else None


def button(label: str, custom_id: str, style: int) -> Component:
    """Return the JSON of a button with *label*; a click on the button sends *custom_id*.

    *style* is one of Discord's button styles.
    """
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": custom_id}


def action_row(*components: Component) -> Component:
    """Return the JSON of an action row that holds *components*."""
    return {"type": _ROW, "components": list(components)}


def _as_typed_command(action: Action) -> str:
    arguments = " ".join(f"{key}: {value}" for key, value in action.call.args.items())
    return escape(anonymize_mentions(f"{action.label}: /{action.call.command} {arguments}"))
