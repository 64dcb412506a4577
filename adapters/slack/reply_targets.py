"""Where an answer goes: the acknowledgement, a response URL, a modal, a channel."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from adapters.slack.api_client import Web
from adapters.slack.api_errors import Expired, Rejected
from adapters.slack.pictures import alone
from adapters.slack.rendering.limits import LAYERS
from adapters.slack.rendering.render import MESSAGE, VIEW, Message, Surface
from adapters.slack.rendering.rich_text import Json
from adapters.slack.rendering.views import modal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, to be drawn for the surface that it will stand on."""

    on: Callable[[Surface], Message]
    private: bool = True
    in_place: bool = False  # instead of what was clicked
    step: bool = False  # of something done step by step, which a modal holds best


@dataclass
class Place:
    """Where somebody asked. Without more, it can be answered in direct messages alone."""

    web: Web
    user: str
    trigger: str = ""  # opens a modal, for three seconds
    url: str = field(default="", repr=False)  # takes up to five answers within half an hour
    late: bool = False  # whether the acknowledgement has been sent
    has_channel = True  # for everybody's eyes; else it has to be asked where to post
    _opened: Json = field(default_factory=dict, init=False)  # the modal as Slack returned it
    _add: Callable[[], Awaitable[bool]] | None = field(default=None, init=False)

    @property
    def shares(self) -> bool:
        """Tell whether there is anybody to share an answer with."""
        return True

    @property
    def spare(self) -> bool:
        """Tell whether trouble here is better told in direct messages."""
        return False

    async def give(self, answer: Answer) -> str:
        """Give *answer*; what this returns goes with the acknowledgement."""
        await self._post(answer, self.user)
        return ""

    async def illustrate(self, answer: Answer) -> None:
        """Add the pictures that *answer* was sent without, once Slack accepts them."""
        on = VIEW if self._opened else MESSAGE
        if self._add is not None:
            await self.web.pictures.follow(answer.on(on), self._add)

    async def opens(self, view: Json) -> bool:
        """Open a modal; tells whether that was possible."""
        try:
            if self.trigger:
                opened = await self.web.call("views.open", trigger_id=self.trigger, view=view)
                self._opened = opened.get("view") or {}
        except Expired:
            return False
        return bool(self.trigger)

    def holding(self) -> str:
        """Give what goes with an acknowledgement that comes before the answer."""
        return ""

    def address(self) -> Json:
        """Say where an answer can still be given if this process does not come to it."""
        return {"channel": self.user}

    def _message(self, answer: Answer) -> Message:
        return self.web.pictures.shown(answer.on(MESSAGE))

    def _pictures(self, answer: Answer) -> Message:
        """Return only the pictures of *answer*, to follow a message that can't be edited."""
        return alone(self.web.pictures.shown(answer.on(MESSAGE), untried=True))

    async def _post(self, answer: Answer, channel: str, thread: str = "", to: str = "") -> None:
        send = partial(self.web.post, channel, thread=thread, to=to)
        posted = await self._sent(answer, MESSAGE, send)

        async def add() -> bool:
            if "ts" in posted:
                whole = self.web.pictures.shown(answer.on(MESSAGE), untried=True)
                await self.web.change(posted, whole)
            else:  # only one member sees it, and it can't be edited
                await send(self._pictures(answer))
            return True

        self._add = add

    async def _respond(self, answer: Answer, **more: Any) -> None:
        await self._sent(answer, MESSAGE, partial(self._response, answer, **more))
        self._add_response(answer, **{**more, "replace_original": False})

    def _add_response(self, answer: Answer, **more: Any) -> None:
        async def add() -> bool:
            await self._response(answer, self._pictures(answer), **more)
            return True

        self._add = add

    async def _response(self, answer: Answer, message: Message, **more: Any) -> None:
        body = message.payload(private=answer.private) | more
        await self.web.respond(self.url, body, once=not answer.private)

    async def _view(self, answer: Answer, show: Callable[[Json], Awaitable[T]]) -> T:
        """Show *answer* with *show*, which opens a modal on the member's screen."""
        shown = await self._sent(answer, VIEW, lambda message: show(modal(message)))
        if self._opened:
            self._add = partial(self._redraw, answer)
        return shown

    async def _redraw(self, answer: Answer) -> bool:
        """Show *answer* with its pictures, unless the modal has changed meanwhile."""
        view = modal(self.web.pictures.shown(answer.on(VIEW), untried=True))
        at = {"view_id": self._opened["id"], "hash": self._opened.get("hash", "")}
        if self.web.acted.get(at["view_id"]) not in {None, self.trigger}:
            return False
        try:
            await self.web.call("views.update", **at, view=view)
        except Expired:
            return False
        return True

    async def _sent(
        self, answer: Answer, on: Surface, send: Callable[[Message], Awaitable[T]]
    ) -> T:
        """Send *answer*; if Slack refuses its pictures, send descriptions instead."""
        message = self.web.pictures.shown(answer.on(on))
        try:
            return await send(message)
        except (Expired, Rejected):
            if not message.pictures:
                raise
            self.web.pictures.refused(message)
            return await send(self.web.pictures.shown(answer.on(on)))


@dataclass
class Typed(Place):
    """A slash command: its acknowledgement is the answer, or it comes by the response URL."""

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if answer.step and await self._view(answer, self.opens):
            return ""
        if self.late:
            await self._respond(answer)
            return ""
        message = self._message(answer)
        self._add_response(answer)
        return message.private if answer.private else json.dumps(message.payload(private=False))

    def address(self) -> Json:
        """See Place."""
        return {"url": self.url}


@dataclass
class Clicked(Place):
    """A button on a message: the answer stands beside it, or takes its place."""

    ephemeral: bool = True
    direct: bool = False  # in the bot's direct messages, where everything is private
    thread: str = ""

    @property
    def shares(self) -> bool:
        """See Place."""
        return not self.direct

    async def give(self, answer: Answer) -> str:
        """See Place."""
        replaces = answer.in_place and answer.private and (self.ephemeral or self.direct)
        if answer.step and not replaces and await self._view(answer, self.opens):
            return ""
        in_thread = {"thread_ts": self.thread} if self.thread and not replaces else {}
        everybody = {"response_type": "in_channel"} if self.direct else {}
        await self._respond(answer, replace_original=replaces, **in_thread, **everybody)
        return ""

    def address(self) -> Json:
        """See Place."""
        return {"url": self.url}


@dataclass
class InView(Place):
    """A button in a modal: the answer takes the modal's place, or lies over it."""

    view: Json = field(default_factory=dict)
    has_channel = False

    def __post_init__(self) -> None:
        """Note who acted last on the modal."""
        self.web.acted.put(self.view["id"], self.trigger)

    async def give(self, answer: Answer) -> str:
        """See Place."""
        changes = answer.in_place or answer.step
        await self._view(answer, self._update if changes else self.opens)
        return ""

    async def opens(self, view: Json) -> bool:
        """Lay a modal over this one; in its place when that is not possible any more."""
        if _depth(self.view) < LAYERS:
            try:
                pushed = await self.web.call("views.push", trigger_id=self.trigger, view=view)
            except Expired:
                pass
            else:
                self._opened = pushed.get("view") or {}
                return True
        return await self._update(view)

    async def _update(self, view: Json) -> bool:
        """Change this modal, unless it is closed or a later click has changed it."""
        at = {"view_id": self.view["id"], "hash": self.view.get("hash", "")}
        with suppress(Expired):
            changed = await self.web.call("views.update", **at, view=view)
            self._opened = changed.get("view") or {}
        return True

    def address(self) -> Json:
        """See Place."""
        return {"view": self.view["id"]}


@dataclass
class AtHome(Place):
    """A button on the Home tab: the answer is a modal."""

    has_channel = False

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if not await self._view(answer, self.opens):
            return await super().give(answer)
        return ""


@dataclass
class Filled(Place):
    """A form: the answer goes where it was asked for, else it takes the form's place."""

    view: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note who acted last on the modal."""
        self.web.acted.put(self.view["id"], self.trigger)

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if self.url:
            try:
                await self._respond(answer)
            except Expired:
                if self.late:  # the acknowledgement has closed the form
                    return await super().give(answer)
            else:
                return ""
        return await self._view(answer, self._instead)

    async def _instead(self, shown: Json) -> str:
        if not self.late:
            self._opened = {"id": self.view["id"]}  # Slack doesn't return the new hash
            return json.dumps({"response_action": "update", "view": shown})
        with suppress(Expired):
            changed = await self.web.call("views.update", view_id=self.view["id"], view=shown)
            self._opened = changed.get("view") or {}
        return ""

    def holding(self) -> str:
        """Keep the modal open where the answer has to go into it."""
        if self.url:
            return ""
        words = {"type": "section", "text": {"type": "plain_text", "text": "One moment, please."}}
        waiting = modal(Message((words,), ""))
        return json.dumps({"response_action": "update", "view": waiting})

    def address(self) -> Json:
        """See Place."""
        return {"url": self.url} if self.url else {"view": self.view["id"]}


@dataclass
class Said(Place):
    """A message to the bot: the answer is shown in the same channel or thread, to its writer."""

    channel: str = ""
    direct: bool = False
    thread: str = ""

    @property
    def shares(self) -> bool:
        """See Place."""
        return not self.direct

    @property
    def spare(self) -> bool:
        """See Place."""
        return not self.direct

    async def give(self, answer: Answer) -> str:
        """See Place."""
        to = self.user if answer.private and not self.direct else ""
        await self._post(answer, self.channel, self.thread, to)
        return ""

    def address(self) -> Json:
        """See Place."""
        return {"channel": self.channel if self.direct else self.user}


def _depth(view: Json) -> int:
    """Count the modals down from *view*, which lies on one that is the lowest, or not."""
    if not view.get("previous_view_id"):
        return 1
    return 2 if view["previous_view_id"] == view.get("root_view_id") else LAYERS


async def reach(web: Web, address: Any, message: Message) -> None:
    """Give *message* at an address that a place gave before the process ended."""
    if "url" in address:
        await web.respond(str(address["url"]), message.payload())
    elif "view" in address:
        await web.call("views.update", view_id=str(address["view"]), view=modal(message))
    else:
        await web.post(str(address["channel"]), message)
