"""Targets of replies: the acknowledgement, a response URL, a modal or a channel."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import Expired, PayloadRejected, SendError
from adapters.slack.rendering.images import images_only
from adapters.slack.rendering.limits import MODAL_DEPTH
from adapters.slack.rendering.render import MESSAGE, VIEW, Message, Surface
from adapters.slack.rendering.rich_text import Json
from adapters.slack.rendering.views import NO_MESSAGE, ClickedMessage, modal
from bot.call import PublicMessage
from bot.platform import DeliveryError, NotFound, Retryable

T = TypeVar("T")


@dataclass(slots=True)
class OutgoingReply:
    """A reply to send; *render* renders it for a surface (a message or a modal)."""

    render: Callable[[Surface], Message]
    private: bool = True
    updates_message: bool = False  # replaces the message or modal that was clicked
    is_step: bool = False  # one step of several, best shown in a modal
    messages: dict[Surface, Message] = field(default_factory=dict, init=False)

    def render_for(self, surface: Surface) -> Message:
        """Return the reply as a message for *surface*; each surface's message is rendered once."""
        if surface not in self.messages:
            self.messages[surface] = self.render(surface)
        return self.messages[surface]

    @property
    def rendered(self) -> Message:
        """The message rendered first; messages for other surfaces have the same images."""
        return next(iter(self.messages.values()))


@dataclass
class ReplyTarget:
    """A place where the reply to a request is shown; this base class sends a direct message."""

    api: SlackApi
    user_id: str
    trigger_id: str = ""  # can open a modal for three seconds
    response_url: str = field(default="", repr=False)  # accepts five replies within 30 minutes
    view: Json = field(default_factory=dict)  # the modal with the button or form
    message: ClickedMessage = NO_MESSAGE
    channel: str = ""  # of the message to the bot
    thread: str = ""
    direct: bool = False  # in the bot's direct messages, where everything is private
    acknowledged: bool = False
    has_channel = True  # False: a form must ask where to post a public reply
    prefers_dm_for_errors = False  # True: an error that can't be sent here becomes a DM
    _open_view: Json = field(default_factory=dict, init=False)  # the modal as Slack returned it
    _send_images: Callable[[], Awaitable[bool]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Record a click, so that images of earlier replies aren't added where it was made."""
        for place in (self.view.get("id"), self.message.id):
            if place:
                self.api.last_clicks.put(place, self.trigger_id)

    def public_message(self) -> PublicMessage | None:
        """Return the public message whose button was clicked, or None if there is none."""
        return None

    @property
    def can_share(self) -> bool:
        """True if other members could see a reply that is shared here."""
        return not self.direct

    async def send(self, reply: OutgoingReply) -> Json:
        """Send *reply* and return the body of the acknowledgement.

        The body contains the reply, or is empty if the reply was sent separately.
        """
        await self._post(reply, self.user_id)
        return {}

    async def add_images(self, reply: OutgoingReply) -> None:
        """Add the images that *reply* was sent without, as soon as Slack accepts them."""
        surface = VIEW if self._open_view else MESSAGE
        if self._send_images is not None:
            message = reply.render_for(surface)
            await self.api.images.add_when_accepted(message, self._send_images)

    async def open_modal(self, view: Json) -> bool:
        """Open *view* as a modal and return True.

        Return False if the request is too old, or if a request of its kind can't open a modal.
        """
        try:
            if self.trigger_id:
                opened = await self.api.call("views.open", trigger_id=self.trigger_id, view=view)
                self._open_view = opened.get("view") or {}
        except Expired:
            return False
        return bool(self.trigger_id)

    def interim_ack(self) -> Json:
        """Return the body of the acknowledgement to send if the reply isn't ready in time."""
        return {}

    def address(self) -> Json:
        """Return a JSON object with which `send_to_address` can reply after a restart."""
        if self.response_url:
            return {"url": self.response_url}
        if self.view:
            return {"view": self.view["id"]}
        return {"channel": self.channel if self.direct else self.user_id}

    async def _post(
        self, reply: OutgoingReply, channel: str, thread: str = "", to: str = ""
    ) -> None:
        send = partial(self.api.post, channel, thread=thread, to=to)
        posted = await self._send_or_describe(reply, MESSAGE, send)

        async def send_images() -> bool:
            images = self._with_new_images(reply, MESSAGE)
            if "ts" not in posted:  # an ephemeral message, which can't be edited
                await send(images_only(images))
            elif self.api.last_clicks.get(f"{posted['channel']}/{posted['ts']}") is None:
                await self.api.update(posted, images)
            else:  # a reply to the click has taken its place
                return False
            return True

        self._send_images = send_images

    async def _respond(self, reply: OutgoingReply) -> None:
        """Send *reply* to the response URL, in place of the clicked message if that is private."""
        message = self.message
        replaces = reply.updates_message and reply.private and message.is_private
        options: Json = {"replace_original": replaces} if message.id else {}
        if message.thread and not replaces:
            options["thread_ts"] = message.thread
        if message.is_direct:
            options["response_type"] = "in_channel"
        send = partial(self._send_response, reply, **options)
        await self._send_or_describe(reply, MESSAGE, send)
        if replaces:
            self._send_images = partial(self._replace_again, reply, send)
        else:
            self._plan_image_response(reply, **options)

    async def _replace_again(
        self, reply: OutgoingReply, send: Callable[[Message], Awaitable[None]]
    ) -> bool:
        """Show *reply* with its images; return False if there has been another click since.

        Other instances of the bot don't know of that click. Then the reply comes up again, with its
        Back button.
        """
        if self.api.last_clicks.get(self.message.id) != self.trigger_id:
            return False
        await send(self._with_new_images(reply, MESSAGE))
        return True

    def _plan_image_response(self, reply: OutgoingReply, **options: Any) -> None:
        async def send_images() -> bool:
            images = images_only(self._with_new_images(reply, MESSAGE))
            await self._send_response(reply, images, **options)
            return True

        self._send_images = send_images

    async def _send_response(self, reply: OutgoingReply, message: Message, **options: Any) -> None:
        body = message.payload(private=reply.private) | options
        await self.api.respond(self.response_url, body, once=not reply.private)

    async def _show_view(self, reply: OutgoingReply, show: Callable[[Json], Awaitable[T]]) -> T:
        """Render *reply* as a modal, pass it to *show*, and return the result of *show*."""
        shown = await self._send_or_describe(reply, VIEW, lambda message: show(modal(message)))
        if self._open_view:
            self._send_images = partial(self._redraw_view, reply)
        return shown

    async def _redraw_view(self, reply: OutgoingReply) -> bool:
        """Add the images to the open modal; return False if it was changed or closed."""
        view = modal(self._with_new_images(reply, VIEW))
        view_id = self._open_view["id"]
        if self.api.last_clicks.get(view_id) not in {None, self.trigger_id}:
            return False
        return await self._update_modal(view, view_id, self._open_view.get("hash", ""))

    async def _update_modal(self, view: Json, view_id: str, version: str | None = None) -> bool:
        """Show *view* in an open modal; return False if that isn't possible anymore.

        If *version* is given, the modal must still have this hash.
        """
        expected = {} if version is None else {"hash": version}
        try:
            updated = await self.api.call("views.update", view_id=view_id, view=view, **expected)
        except Expired:
            return False
        self._open_view = updated.get("view") or {}
        return True

    def _with_new_images(self, reply: OutgoingReply, surface: Surface) -> Message:
        return self.api.images.with_images(reply.render_for(surface), include_new=True)

    async def _send_or_describe(
        self, reply: OutgoingReply, surface: Surface, send: Callable[[Message], Awaitable[T]]
    ) -> T:
        """Call *send* with *reply* as a message for *surface*, and return the result of *send*.

        If Slack refuses the images, call *send* again with a message that has descriptions instead.
        """
        message = self.api.images.with_images(reply.render_for(surface))
        try:
            return await send(message)
        except (Expired, PayloadRejected):
            if not message.images:
                raise
            self.api.images.mark_refused(message)
            return await send(self.api.images.with_images(reply.render_for(surface)))


@dataclass
class SlashCommand(ReplyTarget):
    """A slash command. The reply is the acknowledgement, or is sent to the response URL later."""

    async def send(self, reply: OutgoingReply) -> Json:
        """Return *reply* as the acknowledgement's body, or send it and return an empty body."""
        if reply.is_step and await self._show_view(reply, self.open_modal):
            return {}
        if self.acknowledged:
            await self._respond(reply)
            return {}
        message = self.api.images.with_images(reply.render_for(MESSAGE))
        self._plan_image_response(reply)
        return message.payload(private=reply.private)


@dataclass
class MessageButton(ReplyTarget):
    """A button on a message. The reply takes the place of a private message.

    To a button on a public message, it is a new message that only the member sees.
    """

    is_genuine: bool = False  # whether the public message really has the button

    def public_message(self) -> PublicMessage | None:
        """Return the message, unless it is private, or the click is forged."""
        if self.message.is_private or not self.is_genuine:
            return None
        return _PublicMessage(self.api, self.response_url)

    async def send(self, reply: OutgoingReply) -> Json:
        """Show *reply* in place of the message, below it or in a modal; return an empty body."""
        replaces = reply.updates_message and reply.private and self.message.is_private
        if reply.is_step and not replaces and await self._show_view(reply, self.open_modal):
            return {}
        await self._respond(reply)
        return {}


@dataclass
class ModalButton(ReplyTarget):
    """A button in a modal. The reply replaces the modal; a message about the click opens above."""

    has_channel = False

    async def send(self, reply: OutgoingReply) -> Json:
        """Show *reply* in place of the modal or above it; return an empty body."""
        replaces = reply.updates_message or reply.is_step
        await self._show_view(reply, self._replace_view if replaces else self.open_modal)
        return {}

    async def open_modal(self, view: Json) -> bool:
        """Open *view* above this modal, or in its place if Slack doesn't allow that."""
        if _modal_depth(self.view) < MODAL_DEPTH:
            with suppress(Expired):
                pushed = await self.api.call("views.push", trigger_id=self.trigger_id, view=view)
                self._open_view = pushed.get("view") or {}
                return True
        return await self._replace_view(view)

    async def _replace_view(self, view: Json) -> bool:
        """Show *view* in this modal, unless it is closed or a later click changed it."""
        await self._update_modal(view, self.view["id"], self.view.get("hash", ""))
        return True


@dataclass
class HomeButton(ReplyTarget):
    """A button on the Home tab. The reply opens as a modal."""

    has_channel = False

    async def send(self, reply: OutgoingReply) -> Json:
        """Show *reply* in a modal, or in a direct message if that fails; return an empty body."""
        if not await self._show_view(reply, self.open_modal):
            return await super().send(reply)
        return {}


@dataclass
class FormSubmission(ReplyTarget):
    """A submitted form. The reply is sent where the form was opened, or replaces the form."""

    async def send(self, reply: OutgoingReply) -> Json:
        """Send *reply* and return the acknowledgement's body, which can update the form."""
        if self.response_url:
            try:
                await self._respond(reply)
            except Expired:
                if self.acknowledged:  # the acknowledgement has closed the form
                    return await super().send(reply)
            else:
                return {}
        return await self._show_view(reply, self._replace_form)

    async def _replace_form(self, view: Json) -> Json:
        if not self.acknowledged:
            self._open_view = {"id": self.view["id"]}  # Slack doesn't return the new hash
            return {"response_action": "update", "view": view}
        await self._update_modal(view, self.view["id"])
        return {}

    def interim_ack(self) -> Json:
        """Return an acknowledgement that keeps the form open if the reply replaces it."""
        if self.response_url:
            return {}
        text = {"type": "section", "text": {"type": "plain_text", "text": "One moment, please."}}
        return {"response_action": "update", "view": modal(Message((text,), ""))}


@dataclass
class MessageToBot(ReplyTarget):
    """A mention of the bot or a direct message. A mention is answered in a thread of its channel.

    Only the writer sees a private reply to a mention. Slack shows such a reply in a thread only if
    the thread has messages already; otherwise it is sent to the channel.
    """

    timestamp: str = ""  # of the message

    def __post_init__(self) -> None:
        """Send errors that can't be posted in the channel as a direct message instead."""
        self.prefers_dm_for_errors = not self.direct

    @property
    def thread_to_answer_in(self) -> str:
        """The thread of the message, or the one that begins with it."""
        return self.thread or self.timestamp

    async def send(self, reply: OutgoingReply) -> Json:
        """Post *reply* in the chat or the thread of the message; return an empty body."""
        if self.direct:
            await self._post(reply, self.channel, self.thread)
        elif reply.private:
            await self._post(reply, self.channel, self.thread, self.user_id)
        else:
            await self._post(reply, self.channel, self.thread_to_answer_in)
        return {}

    async def announce(self, message: Message) -> None:
        """Post *message* in the thread for everybody; private replies go there from now on."""
        await self.api.post(self.channel, message, self.thread_to_answer_in)
        self.thread = self.thread_to_answer_in


@dataclass(frozen=True, slots=True)
class _PublicMessage:
    """A message of the bot in a channel, which the response URL of a click on it can delete."""

    api: SlackApi
    response_url: str

    async def delete(self) -> None:
        """Delete the message; raise DeliveryError if Slack doesn't."""
        try:
            await self.api.respond(self.response_url, {"delete_original": True})
        except Expired as error:
            raise NotFound("The message is gone.") from error
        except SendError as error:
            raise Retryable("Slack isn't answering right now.") from error
        except PayloadRejected as error:
            raise DeliveryError("Slack doesn't allow it.") from error


def _modal_depth(view: Json) -> int:
    """Return how many modals are open on top of each other, *view* included."""
    if not view.get("previous_view_id"):
        return 1
    return 2 if view["previous_view_id"] == view.get("root_view_id") else MODAL_DEPTH


async def send_to_address(api: SlackApi, address: Any, message: Message) -> None:
    """Send *message* to an *address* that `ReplyTarget.address` returned before a restart."""
    if "url" in address:
        await api.respond(str(address["url"]), message.payload())
    elif "view" in address:
        await api.call("views.update", view_id=str(address["view"]), view=modal(message))
    else:
        await api.post(str(address["channel"]), message)
