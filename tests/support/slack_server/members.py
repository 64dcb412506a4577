"""The members of the loopback Slack: their commands, clicks, choices and forms."""

from collections.abc import Callable
from typing import Any

from slack_server.delivery import Dispatcher
from slack_server.file_methods import add_member_file
from slack_server.form_filling import (
    KEY,
    Surface,
    action,
    answerable_elements,
    choice,
    filled_state,
    find,
    missing_fields,
)
from slack_server.payloads import (
    block_actions,
    block_suggestion,
    slash,
    view_closed,
    view_submission,
)
from slack_server.played_interaction import PlayedInteraction
from slack_server.validation import check_suggestions
from slack_server.view_methods import submit_view
from slack_server.web_api import respond
from slack_server.world import Json, Message, ResponseUrl, View, World


class Members:
    """Actions of members. Each method returns at once, with a `PlayedInteraction` to wait for."""

    world: World
    courier: Dispatcher

    async def slash(
        self,
        command: str,
        text: str = "",
        *,
        user: str = "U1",
        team: str = "",
        channel: str = "C1",
    ) -> PlayedInteraction:
        """Type a slash command."""
        self.world.channel(channel).members.add(self.world.user(user).id)
        url = self.world.response_url(user, channel)
        payload = slash(self.world, command, text, url, team or self.world.team)
        return self._send("slash_commands", payload, url, apply=self._inline(url))

    async def click(
        self,
        surface: Surface,
        *,
        action_id: str | None = None,
        text: str | None = None,
        value: str | None = None,
        user: str = "",
    ) -> PlayedInteraction:
        """Click the only button with this action_id, text or value."""
        element = find(surface, action_id=action_id, text=text, value=value)
        return self._act(surface, user, action(element))

    def forge(self, message: Message, element: Json, *, user: str) -> PlayedInteraction:
        """Send a click on a button that *message* doesn't have, as no client of Slack's would."""
        return self._act(message, user, action({"block_id": "forged", **element}))

    async def choose(
        self,
        surface: Surface,
        chosen: Any,
        *,
        user: str = "",
        **wanted: str | None,
    ) -> PlayedInteraction:
        """Choose in a select, an overflow menu, radio buttons, checkboxes or a picker.

        *wanted* is what `find` looks for. *chosen* is an option's value or text, or a list of them
        if several may be chosen. For an external select, the app is first asked for options, with
        *chosen* as the query.

        Raises:
            AssertionError: it is chosen already, so that Slack's client would send nothing

        """
        element = find(surface, **wanted)
        state = await self._state(surface, element, chosen, user)
        values = surface.values.setdefault(element["block_id"], {})
        assert values.get(element["action_id"]) != state, f"chosen already: {chosen}"
        values[element["action_id"]] = state
        return self._act(surface, user, action(element, state))

    async def options(
        self, surface: Surface, query: str, *, action_id: str | None = None, user: str = ""
    ) -> list[Json]:
        """Type *query* into an external select; return the options with which the app responds."""
        element = find(surface, action_id=action_id)
        who = user or _reader(surface)
        payload = block_suggestion(surface, who, element, query, self.world.team)
        asked = self._send("interactive", payload, None, apply=check_suggestions)
        answer = (await asked.ack()).payload or {}
        groups = answer.get("option_groups", [])
        return [*answer.get("options", []), *(each for one in groups for each in one["options"])]

    async def submit_view(self, view: View, values: Json | None = None) -> PlayedInteraction:
        """Fill in a modal and submit it. The keys of *values* are action_ids, block_ids or labels.

        Raises:
            AssertionError: Slack's client wouldn't submit these values

        """
        for name, value in (values or {}).items():
            element = _field(view, name)
            state = await self._state(view, element, value, view.user)
            view.values.setdefault(element["block_id"], {})[element["action_id"]] = state
        assert not (left := missing_fields(view)), f"the client insists on {left}"
        view.values = filled_state(view)
        urls = [(each, self._url_of(view, each)) for each in answerable_elements(view)]
        payload = view_submission(self.world, view, urls)
        url = urls[0][1] if urls else None

        def close(answer: Any) -> None:
            if view.open:
                submit_view(self.world, view, answer or {}, payload["trigger_id"])

        return self._send("interactive", payload, url, user=view.user, apply=close)

    def _url_of(self, view: View, element: Json) -> ResponseUrl:
        entered = view.values[element["block_id"]][element["action_id"]]
        return self.world.response_url(view.user, entered[KEY[element["type"]]])

    def upload(self, name: str, content: bytes) -> Json:
        """Upload a file into a form's field; pass the result, in a list, to `submit_view`."""
        return add_member_file(self.world, name, content)

    async def close_view(
        self, view: View, *, all_of_them: bool = False
    ) -> PlayedInteraction | None:
        """Close a modal. Slack tells the app only if the view asked for it."""
        stack = self.world.stacks[view.user]
        for each in stack[:] if all_of_them else [view]:
            each.open = False
            stack.remove(each)
        if not view.body.get("notify_on_close"):
            return None
        payload = view_closed(view, cleared=all_of_them)
        return self._send("interactive", payload, None, user=view.user)

    async def _state(self, surface: Surface, element: Json, value: Any, user: str) -> Json:
        if "external" not in element["type"]:
            return choice(element, value)
        queries = value if isinstance(value, list) else [value]
        name = element["action_id"]
        listed = [await self.options(surface, each, action_id=name, user=user) for each in queries]
        return choice(element, value, [each for options in listed for each in options])

    def _act(self, surface: Surface, user: str, done: Json) -> PlayedInteraction:
        who = user or _reader(surface)
        surface.values = filled_state(surface)
        if isinstance(surface, View):
            payload = block_actions(self.world, surface, who, done, None)
            return self._send("interactive", payload, None, user=who)
        url = self.world.response_url(who, surface.channel, surface)
        return self._send("interactive", block_actions(self.world, surface, who, done, url), url)

    def _send(
        self,
        kind: str,
        payload: Json,
        url: ResponseUrl | None,
        *,
        user: str = "",
        apply: Callable[[Any], None] = lambda _: None,
    ) -> PlayedInteraction:
        who, channel = (url.user, url.channel) if url else (user, "")
        self.world.counts[kind] += 1
        sent = PlayedInteraction(self.world, kind, payload, channel, who, url, apply)
        return self.courier.send(sent)

    def _inline(self, url: ResponseUrl) -> Callable[[Any], None]:
        def show(answer: Any) -> None:
            body = answer if isinstance(answer, dict) else {"text": answer}
            if answer:
                respond(self.world, url, body, via="ack")

        return show


def _reader(surface: Surface) -> str:
    return surface.user if isinstance(surface, View) else surface.shown_to or "U1"


def _field(view: View, name: str) -> Json:
    for key in ("action_id", "block_id", "label"):
        try:
            return find(view, **{key: name})
        except AssertionError:
            continue
    raise AssertionError(f"no field {name!r} in {view.body.get('callback_id')}") from None
