"""The HTTP routes of interactions: the first response, and later messages by token."""

from collections.abc import Callable

from discord_server.basics import snowflake
from discord_server.command_rules import check_choice_list
from discord_server.errors import ApiError, Json, Validator, unknown
from discord_server.message_rules import EPHEMERAL, LOADING, Body
from discord_server.modal_rules import check_modal
from discord_server.platform_state import Platform
from discord_server.played_interaction import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFER,
    DEFER_UPDATE,
    MODAL,
    MODAL_SUBMIT,
    REPLY,
    UPDATE,
    PlayedInteraction,
)
from discord_server.received_request import ReceivedRequest
from discord_server.stored_message import Message

FITTING = {
    COMMAND: {REPLY, DEFER, MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFER, DEFER_UPDATE, UPDATE},
}
"""The types of first response that each type of interaction accepts."""


async def callback(platform: Platform, received: ReceivedRequest) -> Json | None:
    """Handle the first response; there is only one, and it has a deadline."""
    played = platform.interactions.get(received.match["token"])
    if played is None or played.id != received.match["interaction"] or played.missed:
        raise unknown("interaction")
    if played.response is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    allowed = FITTING[played.type]
    if played.source is None:
        allowed = allowed - {DEFER_UPDATE, UPDATE}
    form = Validator()
    kind = form.one_of(received.json, "type", allowed)
    form.refuse_if_wrong()
    data = received.json.get("data") or {}
    RESPONSES[kind or 0](platform, played, Body(data, received.body.files))
    played.response = {"type": kind, "data": data}
    if played.timer is not None:
        played.timer.cancel()
    played.notifier.notify()
    platform.bell.notify()
    if received.query.get("with_response", "").lower() not in {"1", "true"}:
        return None
    return loading_state(played)


def reply(platform: Platform, played: PlayedInteraction, body: Body) -> None:
    played.original = platform.post(played.channel, body, ("data",), played)


def defer(platform: Platform, played: PlayedInteraction, body: Body) -> None:
    message = Message(snowflake(), played.channel.id, platform.bot)
    message.flags = LOADING | int(body.json.get("flags") or 0) & EPHEMERAL
    played.original = message
    platform.add(played.channel, message, played)


def defer_update(_: Platform, played: PlayedInteraction, __: Body) -> None:
    played.original = played.source


def update(platform: Platform, played: PlayedInteraction, body: Body) -> None:
    if played.source is None or played.source.deleted:
        raise unknown("Message")
    played.original = platform.edit(played.source, body, ("data",))


def offer_choices(_: Platform, __: PlayedInteraction, body: Body) -> None:
    form = Validator(("data",))
    choices = form.items(body.json, "choices", 0, 25)
    kinds = {type(choice.get("value")) for choice in choices}
    for kind in (3, 10):
        if not choices or kinds <= ({str} if kind == 3 else {int, float}):
            check_choice_list(form.at("choices"), choices, kind)
            break
    else:
        form.at("choices").wrong("CHOICE_TYPE", "Values of more than one type")
    form.refuse_if_wrong()


def open_modal(_: Platform, __: PlayedInteraction, body: Body) -> None:
    form = Validator(("data",))
    check_modal(form, body.json)
    form.refuse_if_wrong()


RESPONSES: dict[int, Callable[[Platform, PlayedInteraction, Body], None]] = {
    REPLY: reply,
    DEFER: defer,
    DEFER_UPDATE: defer_update,
    UPDATE: update,
    CHOICES: offer_choices,
    MODAL: open_modal,
}


def loading_state(played: PlayedInteraction) -> Json:
    """Return what Discord reports about a first response with ``with_response``."""
    interaction: Json = {"id": played.id, "type": played.type}
    message, answer = played.original, {"interaction": interaction}
    kind = (played.response or {})["type"]
    if message is not None and kind != DEFER_UPDATE:
        interaction["response_message_id"] = str(message.id)
        interaction["response_message_loading"] = message.loading
        interaction["response_message_ephemeral"] = message.ephemeral
        if kind in {REPLY, UPDATE}:
            answer["resource"] = {"type": kind, "message": message.payload()}
    return answer


async def follow_up(platform: Platform, received: ReceivedRequest) -> Json:
    """Post another message; after a defer, the first one fills the waiting message."""
    played = platform.live(received.match["token"], received.match["application"])
    if played.original is not None and played.original.loading:
        return fill_original(platform, played, received.body)
    return platform.post(played.channel, received.body, played=played).payload()


def fill_original(platform: Platform, played: PlayedInteraction, body: Body) -> Json:
    """Edit the message of the first response; it stays ephemeral or public."""
    if played.original is None or played.original.deleted:
        raise unknown("Message")
    platform.edit(played.original, body)
    played.touched = True
    played.notifier.notify()
    return played.original.payload()


async def original_get(platform: Platform, received: ReceivedRequest) -> Json:
    played = platform.live(received.match["token"], received.match["application"])
    if played.original is None or played.original.deleted:
        raise unknown("Message")
    return played.original.payload()


async def original_edit(platform: Platform, received: ReceivedRequest) -> Json:
    played = platform.live(received.match["token"], received.match["application"])
    return fill_original(platform, played, received.body)


async def original_delete(platform: Platform, received: ReceivedRequest) -> None:
    played = platform.live(received.match["token"], received.match["application"])
    if played.original is None or played.original.deleted:
        raise unknown("Message")
    platform.delete(played.original)
    played.notifier.notify()


def find_interaction_message(
    platform: Platform, received: ReceivedRequest
) -> tuple[PlayedInteraction, Message]:
    """Return the interaction, and its message with the id in the path."""
    played = platform.live(received.match["token"], received.match["application"])
    for message in (*played.messages, *filter(None, [played.original])):
        if message.id == received.number("message") and not message.deleted:
            return played, message
    raise unknown("Message")


async def followup_get(platform: Platform, received: ReceivedRequest) -> Json:
    return find_interaction_message(platform, received)[1].payload()


async def followup_edit(platform: Platform, received: ReceivedRequest) -> Json:
    played, message = find_interaction_message(platform, received)
    platform.edit(message, received.body)
    played.touched = played.touched or message is played.original
    played.notifier.notify()
    return message.payload()


async def followup_delete(platform: Platform, received: ReceivedRequest) -> None:
    played, message = find_interaction_message(platform, received)
    platform.delete(message)
    played.notifier.notify()
