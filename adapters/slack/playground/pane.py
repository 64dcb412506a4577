"""Slack's pane of the playground: members' actions as payloads, and the adapter's answers."""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from adapters.slack.ack_journal import AckJournal
from adapters.slack.lifecycle import TAG
from adapters.slack.payload import Payload
from adapters.slack.platform import SlackPlatform
from adapters.slack.playground import payloads
from adapters.slack.playground.api import create_api
from adapters.slack.playground.controls import (
    Refused,
    Surface,
    answerable_channels,
    chosen_by,
    click,
    controls,
    find_control,
    has_state,
    initial_state,
    missing_fields,
    state_of,
)
from adapters.slack.playground.people import FIRST_CHANNEL, USER_IDS, create_workspace
from adapters.slack.playground.responses import use_response_url
from adapters.slack.playground.state import THREAD, MemberView, visible_messages
from adapters.slack.playground.views import apply_submission
from adapters.slack.playground.workspace import (
    BOT,
    HOME,
    ApiError,
    Channel,
    Message,
    View,
)
from adapters.slack.receiver import Receiver
from adapters.slack.rendering.rich_text import Json
from adapters.slack.setup.manifest import create_manifest
from adapters.slack.users import Users
from bot.app import App
from bot.community.moderators import listed_moderators

log = structlog.get_logger("crossroads.slack")

_DRAIN_SECONDS = 2.0  # for requests in progress at the end
_MAX_TEXT = 4_000  # characters of a message


class SlackPane:
    """An in-memory workspace with the app in it, for the playground."""

    platform = TAG

    def __init__(self, app: App, clock: Callable[[], datetime]) -> None:
        self._listeners: list[Callable[[], None]] = []
        self._workspace = create_workspace(clock, self._changed)
        self._api = create_api(self._workspace)
        self._receivers: list[Receiver] = []
        self._read: dict[str, dict[str, str]] = {each: {} for each in USER_IDS.values()}
        self._current = dict.fromkeys(USER_IDS.values(), FIRST_CHANNEL)  # channel last acted in
        self._offered: dict[tuple[str, str], Json] = {}  # suggested options by action id and value
        self.use(app)

    def state(self, member: str) -> Json:
        """Return all that *member* sees, as described in `adapters.web.pane`."""
        user = USER_IDS[member]
        state = MemberView(self._workspace, user, self._read[user]).state()
        return {**state, "commands": self._commands}

    async def act(self, member: str, action: Json) -> Json | None:
        """Carry out what *member* did; return errors and suggestions, and None otherwise."""
        user = USER_IDS.get(member)
        if user is None:
            return {"error": "That member doesn't exist."}
        try:
            return await self._act(user, action)
        except Refused as refused:
            return {"error": str(refused)}
        except ApiError as error:
            return {"error": f"Slack would refuse the bot's answer: {error}."}
        except (LookupError, TypeError, ValueError, AttributeError):  # a malformed action
            log.warning("action not understood", exc_info=True)
            return {"error": "Slack's client can't do that."}

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change."""
        self._listeners.append(callback)

    def use(self, app: App) -> None:
        """Answer from *app* from now on; the messages stay."""
        users = Users(self._api, listed=partial(listed_moderators, app))
        self._receiver = Receiver(app, self._api, users, AckJournal(None), BOT)
        self._receivers.append(self._receiver)
        self._commands = create_manifest(app)["features"]["slash_commands"]
        app.platforms[TAG] = SlackPlatform(self._receiver.api_for)
        self._changed()

    async def close(self) -> None:
        """End the background tasks."""
        await asyncio.gather(*(each.drain(_DRAIN_SECONDS) for each in self._receivers))

    def _changed(self) -> None:
        for each in self._listeners:
            each()

    async def _act(self, user: str, action: Json) -> Json | None:
        name = str(action.get("channel") or "")
        result: Json | None = None
        match action.get("type"):
            case "command":
                await self._command(user, name, str(action["line"]))
            case "message":
                await self._message(user, name, action)
            case "click":
                await self._click(user, name, action)
            case "suggest":
                result = await self._suggest(user, name, action)
            case "submit":
                result = await self._submit(user, action)
            case "close_modal":
                self._close_modal(user)
            case "open_home":
                await self._open_home(user)
            case "read":
                pass
            case _:
                raise Refused("Slack's client can't do that.")
        if name and name != HOME:
            self._mark_read(user, name)
        return result

    def _mark_read(self, user: str, name: str) -> None:
        self._read[user][name] = self._workspace.next_stamp()
        self._current[user] = name.partition(THREAD)[0]
        self._changed()

    def _channel(self, user: str, name: str) -> tuple[Channel, str]:
        """Return the channel and the thread that *name* means; raise Refused if there are none."""
        channel_id, _, thread = name.partition(THREAD)
        channel = self._workspace.channels.get(channel_id)
        if channel is None or user not in channel.members:
            raise Refused("You aren't in that channel.")
        if thread and self._workspace.find_message(channel, thread) is None:
            raise Refused("That thread is gone.")
        return channel, thread

    async def _command(self, user: str, name: str, line: str) -> None:
        channel, thread = self._channel(user, name)
        if thread:
            raise Refused("Slash commands don't work in threads. Mention @Crossroads instead.")
        command, _, text = line.strip().partition(" ")
        if command not in {each["command"] for each in self._commands}:
            rest = line.strip().removeprefix("/")
            raise Refused(f"{command} isn't a command here. Try “/crossroads {rest}”.")
        payload = payloads.slash_command(self._workspace, user, channel, command, text.strip())
        ack = await self._deliver(payload)
        if ack:
            use_response_url(self._workspace, payload["response_url"], ack)

    async def _message(self, user: str, name: str, action: Json) -> None:
        channel, thread = self._channel(user, name)
        typed = str(action.get("text") or "").strip()
        if not typed:
            raise Refused("Type a message first.")
        if len(typed) > _MAX_TEXT:
            raise Refused(f"Type at most {_MAX_TEXT:,} characters.")
        text = payloads.escape_typed(self._workspace, typed)
        is_mention = f"<@{BOT}>" in text or bool(action.get("mention"))
        if is_mention and f"<@{BOT}>" not in text:
            text = f"<@{BOT}> {text}"
        said = Message(channel.id, self._workspace.next_stamp(), user, thread=thread)
        self._workspace.add_message(said, {"text": text})
        if channel.person:
            await self._deliver_event(payloads.direct_message(said))
        elif is_mention:
            await self._deliver_event(payloads.mention(said))

    async def _click(self, user: str, name: str, action: Json) -> None:
        surface = self._surface(user, name, action)
        wanted = action["action"]
        control = find_control(surface, wanted)
        chosen = None
        if has_state(control):
            value = chosen_by(control, wanted, action.get("values"))
            chosen = state_of(control, value, self._offers(control))
            states = surface.chosen.setdefault(control["block_id"], {})
            states[control["action_id"]] = chosen
        acted = click(control, chosen)
        payload = payloads.block_actions(self._workspace, surface, user, acted, surface.chosen)
        await self._deliver(payload)

    async def _suggest(self, user: str, name: str, action: Json) -> Json:
        surface = self._surface(user, name, action)
        ids = {key: action.get(key) for key in ("action_id", "block_id")}
        control = find_control(surface, ids)
        typed = str(action.get("value") or "")
        asked = payloads.block_suggestion(self._workspace, surface, user, control, typed)
        options = (await self._deliver(asked)).get("options", [])
        for each in options:
            self._offered[control["action_id"], each["value"]] = each
        found = [{"name": each["text"]["text"], "value": each["value"]} for each in options]
        return {"choices": found}

    def _offers(self, control: Json) -> list[Json]:
        """Return the options that the app has suggested in a menu."""
        name = control["action_id"]
        return [each for (asked, _), each in self._offered.items() if asked == name]

    def _surface(self, user: str, name: str, action: Json) -> Surface:
        """Return the message or view with what was clicked; raise Refused if it is gone."""
        if action.get("view") == "home":
            home = self._workspace.homes.get(user)
            if home is None:
                raise Refused("Open Home first.")
            return home
        if action.get("view") or not action.get("message"):
            return self._modal(user)
        channel, _ = self._channel(user, name)
        for each in visible_messages(channel, user):
            if each.ts == action["message"]:
                return each
        raise Refused("That message is gone.")

    def _modal(self, user: str) -> View:
        stack = self._workspace.views[user]
        if not stack:
            raise Refused("That window is closed.")
        return stack[-1]

    async def _submit(self, user: str, action: Json) -> Json | None:
        view, shown = self._modal(user), action.get("modal")
        if isinstance(shown, Mapping) and shown.get("hash") != view.hash:
            raise Refused("The form has changed in the meantime. Look at it again.")
        if not isinstance(shown, Mapping) and shown != view.id:
            raise Refused("That form is closed.")
        if not view.body.get("submit"):
            raise Refused("There's nothing to submit here.")
        errors = self._fill_in(view, action.get("values") or {}) or missing_fields(view)
        if errors:
            return {"errors": errors}
        asked = payloads.view_submission(self._workspace, view, answerable_channels(view))
        ack = await self._deliver(asked)
        if view not in self._workspace.views[user]:
            return None
        found = apply_submission(self._workspace, view, ack)
        return {"errors": dict(found)} if found else None

    def _fill_in(self, view: View, values: Mapping[str, Any]) -> dict[str, str]:
        """Enter *values* in the fields of a modal; return errors by block id."""
        errors = {}
        for control in controls(view):
            if not has_state(control):
                continue
            block, name = control["block_id"], control["action_id"]
            state = initial_state(control, self._current[view.user])
            if block in values or name in values:
                try:
                    state = self._entered(control, values.get(block, values.get(name)))
                except Refused as refused:
                    errors[block] = str(refused)
            view.chosen.setdefault(block, {})[name] = state
        return errors

    def _entered(self, control: Json, value: Any) -> Json:
        if control["type"] != "file_input":
            return state_of(control, value, self._offers(control))
        return state_of(control, [self._upload(control, each) for each in value or ()])

    def _upload(self, control: Json, sent: Mapping[str, Any]) -> Json:
        """Store a file that the page sent; raise Refused if the field doesn't take it."""
        name, kinds = str(sent["name"]), control.get("filetypes")
        if kinds and name.rpartition(".")[2].lower() not in kinds:
            raise Refused(f"Choose a file of one of these types: {', '.join(kinds)}.")
        try:
            content = base64.b64decode(str(sent["data"]), validate=True)
        except binascii.Error as error:
            raise Refused("The file didn't arrive. Choose it again.") from error
        file = self._workspace.add_file(name, content)
        return {"id": file.id, "name": name, "size": len(content)}

    def _close_modal(self, user: str) -> None:
        self._modal(user)
        self._workspace.views[user].pop()
        self._changed()

    async def _open_home(self, user: str) -> None:
        direct = self._workspace.channels[f"D{user[1:]}"]
        await self._deliver_event(payloads.home_opened(self._workspace, user, direct))

    async def _deliver_event(self, event: Json) -> None:
        await self._deliver(payloads.event_callback(self._workspace, event))

    async def _deliver(self, payload: Payload) -> Json:
        """Send *payload* to the app and return the body of its acknowledgement."""
        ready = self._receiver.ack_at_once(payload)
        ack = await self._receiver.receive(payload) if ready is None else json.loads(ready or "{}")
        answer: Json = json.loads(json.dumps(ack))
        return answer
