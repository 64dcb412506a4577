"""Where an answer goes: the acknowledgement, a response URL, a modal, a channel."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.inline import Json
from adapters.slack.limits import LAYERS
from adapters.slack.render import MESSAGE, VIEW, Message, Surface
from adapters.slack.trouble import Expired
from adapters.slack.views import modal
from adapters.slack.web import Web


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
    url: str = ""  # answers there, for half an hour and five times
    late: bool = False  # whether the acknowledgement has been sent
    has_channel = True  # for everybody's eyes; else it has to be asked where to post

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
        await self.web.post(self.user, await self._message(answer))
        return ""

    async def opens(self, view: Json) -> bool:
        """Open a modal; tells whether that was possible."""
        try:
            if self.trigger:
                await self.web.call("views.open", trigger_id=self.trigger, view=view)
        except Expired:
            return False
        return bool(self.trigger)

    def holding(self) -> str:
        """Give what goes with an acknowledgement that comes before the answer."""
        return ""

    def address(self) -> Json:
        """Say where an answer can still be given if this process does not come to it."""
        return {"channel": self.user}

    async def _message(self, answer: Answer) -> Message:
        return await self.web.pictured(answer.on(MESSAGE))

    async def _view(self, answer: Answer) -> Json:
        return modal(await self.web.pictured(answer.on(VIEW)))


@dataclass
class Typed(Place):
    """A slash command: its acknowledgement is the answer, or it comes by the response URL."""

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if answer.step and await self.opens(await self._view(answer)):
            return ""
        message = await self._message(answer)
        if not self.late:
            return message.private if answer.private else json.dumps(message.payload(private=False))
        body = message.payload(private=answer.private)
        await self.web.respond(self.url, body, once=not answer.private)
        return ""

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
        if answer.step and not replaces and await self.opens(await self._view(answer)):
            return ""
        message = await self._message(answer)
        body = message.payload(private=answer.private and not self.direct)
        body |= {"replace_original": replaces}
        body |= {"thread_ts": self.thread} if self.thread and not replaces else {}
        await self.web.respond(self.url, body, once=not answer.private)
        return ""

    def address(self) -> Json:
        """See Place."""
        return {"url": self.url}


@dataclass
class InView(Place):
    """A button in a modal: the answer takes the modal's place, or lies over it."""

    view: Json = field(default_factory=dict)
    has_channel = False

    async def give(self, answer: Answer) -> str:
        """See Place."""
        shown = await self._view(answer)
        await (self._update(shown) if answer.in_place or answer.step else self.opens(shown))
        return ""

    async def opens(self, view: Json) -> bool:
        """Lay a modal over this one; in its place when that is not possible any more."""
        if _depth(self.view) < LAYERS:
            try:
                await self.web.call("views.push", trigger_id=self.trigger, view=view)
            except Expired:
                pass
            else:
                return True
        await self._update(view)
        return True

    async def _update(self, view: Json) -> None:
        """Change this modal, unless it is closed or a later click has changed it."""
        seen = self.view.get("hash", "")
        with suppress(Expired):
            await self.web.call("views.update", view_id=self.view["id"], hash=seen, view=view)

    def address(self) -> Json:
        """See Place."""
        return {"view": self.view["id"]}


@dataclass
class AtHome(Place):
    """A button on the Home tab: the answer is a modal."""

    has_channel = False

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if not await self.opens(await self._view(answer)):
            return await super().give(answer)
        return ""


@dataclass
class Filled(Place):
    """A form: the answer goes where it was asked for, else it takes the form's place."""

    view: Json = field(default_factory=dict)

    async def give(self, answer: Answer) -> str:
        """See Place."""
        if self.url:
            try:
                body = (await self._message(answer)).payload(private=answer.private)
                await self.web.respond(self.url, body, once=not answer.private)
            except Expired:
                if self.late:  # the acknowledgement has closed the form
                    return await super().give(answer)
            else:
                return ""
        return await self._instead(await self._view(answer))

    async def _instead(self, shown: Json) -> str:
        if not self.late:
            return json.dumps({"response_action": "update", "view": shown})
        with suppress(Expired):
            await self.web.call("views.update", view_id=self.view["id"], view=shown)
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
        await self.web.post(self.channel, await self._message(answer), self.thread, to)
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
