"""A question, a Call to the App, and the answer to where it was asked."""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.shared.action_codec import Click, ClickKind
from adapters.slack.api_client import Web
from adapters.slack.api_errors import Expired, NotSent, Rejected
from adapters.slack.payload import Asked
from adapters.slack.rendering.limits import OPTIONS
from adapters.slack.rendering.message_cache import Drawings
from adapters.slack.rendering.render import MESSAGE, Message, Surface, render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.rendering.views import form, options, submitted, where
from adapters.slack.reply_targets import Answer, Place
from adapters.slack.users import People
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.command import Command, Permission, Visibility
from bot.errors import Outage, Refusal
from bot.reply import Action, Actions, Outcome, Paragraph, Progress, Reply

log = structlog.get_logger("crossroads.slack")

_KEPT, _POSTED = 200, 10_000  # answers that are kept, posts that are remembered
_HELP = Actions((Action("what you can ask", Call("help")),))
_NOT_OURS = "This button or form is not one of ours, or it is too old. Nothing was changed."
_SHARED = "You have shared that already."
_BROKEN = "The answer could not be shown here, which is our fault."


@dataclass(frozen=True, slots=True)
class Settled:
    """An acknowledgement with an answer, and the time until which it can be reused."""

    command: str
    given: str
    until: float  # on the monotonic clock


class Answers:
    """Answers whatever members ask; whatever happens, they get an answer in words."""

    def __init__(
        self,
        app: App,
        web: Web,
        people: People,
        changed: Callable[[str, Caller], None],
        later: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """Answer with *app*; *changed* gets the owner of results that may have changed.

        *later* takes work to do after an answer; it can be dropped at shutdown.
        """
        self._app, self._web, self._people, self._changed = app, web, people, changed
        self._later = later
        self._drawings = Drawings(_KEPT)
        self._shared = LruCache[str, bool](_POSTED)
        self.settled = LruCache[str, Settled](_KEPT)
        """The answer to a slash command that is the same each time."""

    def press(self, question: Asked) -> Click | None:
        """Give what was asked in a form that can be asked again."""
        return press_of(self._app, question)

    async def answer(self, question: Asked) -> str:
        """Answer, and where that fails, say so. Raises nothing."""
        try:
            return await self._answer(question)
        except NotSent as trouble:
            log.warning("not sent", detail=trouble.detail)
            return await self._say(question, trouble.says, self.press(question))
        except Expired as trouble:
            log.warning("too late", detail=str(trouble))
            says = "That took too long, so it's gone. Ask again."
            return await self._say(question, says, self.press(question))
        except Rejected as error:
            incident = secrets.token_hex(4)
            log.error("rejected", incident=incident, detail=str(error))  # noqa: TRY400  # Slack's words say it all
        except Exception:  # the last boundary: else the task would end in silence
            incident = secrets.token_hex(4)
            log.exception("bug", incident=incident)
        return await self._say(question, f"{_BROKEN} Incident {incident}.")

    async def _say(self, question: Asked, says: str, press: Click | None = None) -> str:
        """Send what went wrong, in a direct message if the place itself was the problem.

        *press* is the action that the member can try again.
        """
        again = (retry(press.call),) if press else ()
        message = render(Reply((Paragraph(says), *again), Outcome.OUTAGE)).messages[0]
        own = question.place
        for place in (own, Place(self._web, own.user)) if own.spare else (own,):
            try:
                return await place.give(Answer(lambda _: message))
            except (NotSent, Expired, Rejected) as trouble:
                log.warning("not told", detail=str(trouble))
        return ""

    async def _answer(self, question: Asked) -> str:
        press = question.press
        if question.line is not None:
            line = line_of(self._app, question.line)
            try:
                press = Click(self._app.parse(line))
            except Refusal:
                who = await self._who(question, None)
                return await self._give(question, None, await self._app.handle_line(line, who))
        command = self._app.commands.get(press.call.command) if press else None
        sharing = press is not None and press.kind is ClickKind.SHARE
        if press is None or (sharing and not (command and command.is_shareable)):
            return await self._give(
                question, None, Reply((Paragraph(_NOT_OURS), _HELP), Outcome.REFUSED)
            )
        try:
            return await self._asked(question, press, command)
        except Outage as outage:
            reply = Reply((Paragraph(outage.message), retry(press.call)), Outcome.OUTAGE)
            return await self._give(question, None, reply)

    async def _asked(self, question: Asked, press: Click, command: Command | None) -> str:
        """Ask for what is missing, else run the Call; raise Outage."""
        view = await self._asks_back(question, press, command)
        if view is not None and await question.place.opens(view):
            return ""
        if view is not None and not question.place.has_channel:
            raise Expired("nowhere to ask where to post")
        return await self._run(question, press, command)

    async def _asks_back(
        self, question: Asked, press: Click, command: Command | None
    ) -> dict[str, Any] | None:
        """Give the form for what is missing: an argument, or a place to post to."""
        if question.submitted:
            return None
        if _is_public(press, command) and not question.place.has_channel:
            return where(press)
        blank = form(self._app, press.call, question.place.url)
        who = await self._who(question, command) if blank is not None else None
        return blank if who and self._app.is_allowed(press.call, who) else None

    async def _run(self, question: Asked, press: Click, command: Command | None) -> str:
        """Run the Call; what everybody will see is posted once, however often it is clicked."""
        mark = f"{question.who} {question.mark} {press}"
        once = bool(question.mark) and _is_public(press, command)
        if once and self._shared.get(mark):
            return await self._give(question, None, Reply((Paragraph(_SHARED),), Outcome.REFUSED))
        if once:
            self._shared.put(mark, value=True)
        posted = False
        try:
            reply = await self._app.handle(press.call, await self._who(question, command))
            given = await self._give(question, press, reply)
            posted = reply.outcome is Outcome.DONE
        finally:
            if once and not posted:
                self._shared.put(mark, value=False)
        return given

    async def _give(self, question: Asked, press: Click | None, reply: Reply) -> str:
        command = self._app.commands.get(press.call.command) if press else None
        done = reply.outcome is Outcome.DONE
        public = press is not None and done and _is_public(press, command)
        asker = command is not None and command.is_shareable
        share = asker and done and not public and question.place.shares
        names = await self._people.names(reply)

        def on(surface: Surface) -> Message:
            call = press.call if press else None
            pages = self._drawings.pages(reply, call, surface, names, share=share)
            return pages[min(press.page if press else 1, len(pages)) - 1]

        turns = press is not None and press.kind is ClickKind.PAGE
        in_place = turns or (command is not None and command.updates_message)
        step = any(isinstance(node, Progress) for node in reply.nodes)
        answer = Answer(on, private=not public, in_place=in_place, step=step)
        given = await question.place.give(answer)
        pictures, message = self._web.pictures, on(MESSAGE)
        if pictures.wait(message):
            self._later(question.place.illustrate(answer))
        if command and command.cacheable and answer.private and given and question.line:
            until = pictures.good_until(message)
            self.settled.put(question.line, Settled(command.name, given, until))
        if command is not None and command.visibility is Visibility.PRIVATE:
            who = Caller(question.who, community=question.community)
            self._changed(question.place.user, who)
        return given

    async def suggested(
        self, view: Mapping[str, Any], name: str, typed: str, user: str, community: str
    ) -> list[Json]:
        """Return the options for what is being typed into a form's select."""
        filled = submitted(view, community)
        if filled is None:
            return []
        call = filled[0].call
        command = self._app.commands.get(call.command)
        try:
            who = await self._asker(user, f"{community}/{user}", community, command)
        except Outage:  # the answer to the form will say so
            return []
        return options(await self._app.suggest(call, name, typed, who, OPTIONS))

    async def _who(self, question: Asked, command: Command | None) -> Caller:
        """Tell who asks; Slack is asked whether they moderate only where that matters."""
        return await self._asker(question.place.user, question.who, question.community, command)

    async def _asker(
        self, user: str, tagged: str, community: str, command: Command | None
    ) -> Caller:
        guarded = command is not None and command.permission is Permission.MODERATORS
        moderates = guarded and await self._people.moderates(user)
        return Caller(tagged, moderator=moderates, community=community)


def press_of(app: App, question: Asked) -> Click | None:
    """Return the question in a form that can be repeated."""
    if question.line is None:
        return question.press
    try:
        return Click(app.parse(line_of(app, question.line)))
    except Refusal:
        return None


def line_of(app: App, typed: str) -> str:
    """Return the line that a slash command stands for.

    ``/salary ml`` works, and so does ``/crossroads salary ml``, whatever its name there is.
    """
    name, _, rest = typed.removeprefix("/").partition(" ")
    line = f"{name} {rest}" if name in app.commands else rest
    return line.strip() or "help"


def retry(call: Call) -> Actions:
    """Return a button that repeats a call."""
    return Actions((Action("Try again", call),))


def _is_public(press: Click, command: Command | None) -> bool:
    channel = command is not None and command.visibility is Visibility.PUBLIC
    return press.kind is ClickKind.SHARE or channel
