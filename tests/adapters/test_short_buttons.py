"""Buttons whose call is too long for a platform make their short call instead."""

import json
from collections.abc import Callable

import pytest

from adapters.discord.rendering.render import render as render_for_discord
from adapters.shared.action_codec import decode
from adapters.slack.rendering.menu_values import decode_choice
from adapters.slack.rendering.render import render as render_for_slack
from bot.call import Call
from bot.presentation import Click, Presentation
from bot.reply import Action, Actions, Item, Reply

SHORT = Call("ask", {"page": "2"})
ORIGIN = Call("sources")


def unpackable(length: int) -> str:
    """Return a text that no compression makes shorter."""
    return "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(length))


def on_discord(reply: Reply) -> list[Click | None]:
    """Return what each button and each line of a menu does."""
    found = list[Click | None]()

    def look(part: object) -> None:
        if isinstance(part, dict):
            code = part.get("value") if "value" in part else part.get("custom_id")
            if isinstance(code, str) and "options" not in part:
                found.append(decode(code))
        for each in part.values() if isinstance(part, dict) else ():
            look(each)
        for each in part if isinstance(part, list) else ():
            look(each)

    look(json.loads(render_for_discord(reply, SHOWN).messages[0].to_json(private=True)))
    return found


def on_slack(reply: Reply) -> list[Click | None]:
    found = list[Click | None]()
    for block in render_for_slack(reply, SHOWN).messages[0].blocks:
        for each in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
            if each["type"] == "button":
                found.append(decode(each["value"]))
            for option in each.get("options", ()):
                found.append(decode_choice(each["action_id"], option["value"]))
    return found


SHOWN = Presentation(call=ORIGIN, is_repeatable=True)


@pytest.mark.parametrize("clicks", [on_discord, on_slack])
@pytest.mark.parametrize(
    "place",
    [
        lambda action: Reply("Done.", buttons=(action,)),
        lambda action: Reply("Done.", more=(action,)),
        lambda action: Reply("Done.", (Actions((action,)),)),
        lambda action: Reply("Done.", (Item("One of a list.", action),)),
    ],
    ids=["row", "menu", "text", "list"],
)
def test_a_call_too_long_for_a_button_gives_way_to_the_short_one(
    clicks: Callable[[Reply], list[Click | None]], place: Callable[[Action], Reply]
) -> None:
    fits = Action("Go", Call("ask", {"question": "why?"}), short=SHORT)
    too_long = Action("Go", Call("ask", {"question": unpackable(2_100)}), short=SHORT)
    assert clicks(place(fits)) == [Click(fits.call, origin=ORIGIN)]
    assert clicks(place(too_long)) == [Click(SHORT, origin=ORIGIN)]


def test_slack_takes_longer_calls_than_discord() -> None:
    action = Action("Go", Call("ask", {"question": unpackable(300)}), short=SHORT)
    reply = Reply("Done.", buttons=(action,))
    assert on_discord(reply) == [Click(SHORT, origin=ORIGIN)]
    assert on_slack(reply) == [Click(action.call, origin=ORIGIN)]
