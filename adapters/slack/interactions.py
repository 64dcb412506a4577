"""What Slack sends in, a Call to the App, and the answer out while Slack still waits for it."""

import asyncio
import json
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from adapters.press import Deed, Press
from adapters.slack.asked import Asked, Body, asked, is_form, key, team, typed
from adapters.slack.drawings import Drawings
from adapters.slack.home import Home
from adapters.slack.limits import ACK_AFTER
from adapters.slack.people import People
from adapters.slack.places import Answer, Place
from adapters.slack.render import MESSAGE, Message, Surface, render
from adapters.slack.trouble import Expired, NotSent, Rejected
from adapters.slack.unanswered import Unanswered
from adapters.slack.views import form, suggested, where
from adapters.slack.web import Web
from bot.app import App
from bot.call import Call, Who
from bot.command import Audience, Command
from bot.errors import Refusal
from bot.memo import Memo
from bot.reply import Choice, Choices, Outcome, Paragraph, Progress, Reply

log = structlog.get_logger("crossroads.slack")

_KEPT, _SEEN = 200, 10_000  # answers that are kept, deliveries that are remembered
_HELP = Choices((Choice("what you can ask", Call("help")),))
_NOT_OURS = "This button or form is not one of ours, or it is too old. Nothing was changed."
_SHARED = "You have shared that already."
_BROKEN = "The answer could not be shown here, which is our fault."


class Interactions:
    """Answers whatever members do; whatever happens, they get an answer in words."""

    def __init__(
        self, app: App, web: Web, people: People, unanswered: Unanswered, bot: str
    ) -> None:
        self._app, self._web, self._people, self._bot = app, web, people, bot
        self._unanswered = unanswered
        self._home = Home(app, web)
        self._drawings = Drawings(_KEPT)
        # settled answers by what is typed for them, each with its command
        self._ready = Memo[str, tuple[str, str]](_KEPT)
        self._seen = Memo[str, str](_SEEN)  # and what went with a form's acknowledgement
        self._shared = Memo[str, bool](_SEEN)
        self._under_way: set[asyncio.Task[str]] = set()

    def ready(self, body: Body) -> str | None:
        """Give what goes with an acknowledgement where that is known, as for a settled answer."""
        known = self._ready.get(typed(body)) if "command" in body else None
        if known is None:
            return None
        command, given = known
        self._app.repeated("slack", command)
        return given

    async def take(self, body: Body) -> str:
        """Take one delivery; give what goes with its acknowledgement, as JSON. Raises nothing.

        An acknowledgement that can hold the answer waits for it, unless that takes long; any other
        comes at once. What is delivered again is acknowledged again, and nothing else.
        """
        began = time.monotonic()
        given = await self._taken(body)
        self._app.metrics.acknowledged("slack", time.monotonic() - began)
        return given

    async def _taken(self, body: Body) -> str:
        name = key(body)
        known = self._seen.get(name) if name else None
        if known is not None:
            return known if is_form(body) else ""
        question = asked(body, self._web, self._bot)
        work = self._start(self._timed(question) if question else self._other(body))
        if name:
            self._seen.keep(name, "")
        if question and not question.place.in_ack and self._put_off(question, work):
            return ""
        await asyncio.wait({work}, timeout=ACK_AFTER)
        if not work.done():
            if question:
                self._put_off(question, work)
            return question.place.holding() if question else ""
        if name and is_form(body):
            self._seen.keep(name, work.result())
        return work.result()

    async def web_of(self, _: str) -> Web | None:
        """Give what a community is told things with: here there is but one."""
        return self._web

    async def drain(self, seconds: float) -> None:
        """Let answers under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    def _start(self, work: Coroutine[Any, Any, str]) -> asyncio.Task[str]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _timed(self, question: Asked) -> str:
        began = time.monotonic()
        given = await self._answered(question)
        self._app.metrics.delivered("slack", time.monotonic() - began)
        return given

    def _put_off(self, question: Asked, work: asyncio.Task[str]) -> bool:
        """Note that an answer will come later, in case the process ends before; tell if one is."""
        question.place.late = True
        press, community = self._press(question), question.community
        note = self._unanswered.note(question.place.address(), press, community)
        work.add_done_callback(lambda _: self._unanswered.answered(note))
        return bool(note)

    def _press(self, question: Asked) -> Press | None:
        """Give what was asked in a form that can be asked again."""
        if question.line is None:
            return question.press
        try:
            return Press(self._app.parse(self._line(question.line)))
        except Refusal:
            return None

    async def _other(self, body: Body) -> str:
        """Take what is no question: typing in a form, the Home tab, members and teams that go."""
        try:
            if body.get("type") == "block_suggestion":
                view, name = body.get("view") or {}, str(body.get("action_id"))
                options = suggested(self._app, view, name, str(body.get("value") or ""))
                return json.dumps({"options": options})
            await self._event(body)
        except Exception:  # the last boundary: else the task would end in silence
            log.exception("bug", delivery=str(body.get("type")))
        return ""

    async def _event(self, body: Body) -> None:
        event, community = body.get("event") or {}, f"slack:{team(body)}"
        match event.get("type"):
            case "app_home_opened" if event.get("tab", "home") == "home":
                user = str(event.get("user"))
                who = Who(f"{community}/{user}", community=community)
                await self._home.publish(user, who)
            case "app_uninstalled":
                await self._forget(community)
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                await self._forget(community)
            case "team_access_revoked":  # an organisation took it out of some of its workspaces
                for each in event.get("team_ids") or ():
                    await self._forget(f"slack:{each}")
            case "user_change" if (event.get("user") or {}).get("deleted"):
                await self._forget(community, f"{community}/{event['user'].get('id')}")

    async def _forget(self, community: str, who: str | None = None) -> None:
        if self._app.keeps:
            await self._app.forget_community(community, who)

    async def _answered(self, question: Asked) -> str:
        """Answer, and where that fails, say so. Raises nothing."""
        try:
            return await self._answer(question)
        except NotSent as trouble:
            log.warning("not sent", detail=trouble.detail)
            return await self._say(question, trouble.says)
        except Expired as trouble:
            log.warning("too late", detail=str(trouble))
            return await self._say(question, "That took too long, so it is gone. Ask again.")
        except Rejected as error:
            incident = secrets.token_hex(4)
            log.error("rejected", incident=incident, detail=str(error))  # noqa: TRY400  # Slack's words say it all
        except Exception:  # the last boundary: else the task would end in silence
            incident = secrets.token_hex(4)
            log.exception("bug", incident=incident)
        return await self._say(question, f"{_BROKEN} Incident {incident}.")

    async def _say(self, question: Asked, says: str) -> str:
        """Say what went wrong, in direct messages where the place itself was the trouble."""
        message = render(Reply((Paragraph(says),), Outcome.OUTAGE)).messages[0]
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
            line = self._line(question.line)
            try:
                press = Press(self._app.parse(line))
            except Refusal:
                who = await self._who(question, None)
                return await self._give(question, None, await self._app.typed(line, who))
        command = self._app.commands.get(press.call.command) if press else None
        sharing = press is not None and press.deed is Deed.SHARE
        if press is None or (sharing and not (command and command.audience is Audience.ASKER)):
            return await self._give(
                question, None, Reply((Paragraph(_NOT_OURS), _HELP), Outcome.REFUSED)
            )
        view = await self._asks_back(question, press, command)
        if view is not None and await question.place.opens(view):
            return ""
        if view is not None and not question.place.has_channel:
            raise Expired("nowhere to ask where to post")
        return await self._run(question, press, command)

    async def _asks_back(
        self, question: Asked, press: Press, command: Command | None
    ) -> dict[str, Any] | None:
        """Give the form for what is missing: an argument, or a place to post to."""
        if question.submitted:
            return None
        if _is_public(press, command) and not question.place.has_channel:
            return where(press)
        blank = form(self._app, press.call, question.place.url)
        who = await self._who(question, command) if blank is not None else None
        return blank if who and self._app.may(press.call, who) else None

    async def _run(self, question: Asked, press: Press, command: Command | None) -> str:
        """Run the Call; what everybody will see is posted once, however often it is clicked."""
        mark = f"{question.who} {question.mark} {press}"
        once = bool(question.mark) and _is_public(press, command)
        if once and self._shared.get(mark):
            return await self._give(question, None, Reply((Paragraph(_SHARED),), Outcome.REFUSED))
        if once:
            self._shared.keep(mark, value=True)
        posted = False
        try:
            reply = await self._app.handle(press.call, await self._who(question, command))
            given = await self._give(question, press, reply)
            posted = reply.outcome is Outcome.DONE
        finally:
            if once and not posted:
                self._shared.keep(mark, value=False)
        return given

    async def _give(self, question: Asked, press: Press | None, reply: Reply) -> str:
        command = self._app.commands.get(press.call.command) if press else None
        done = reply.outcome is Outcome.DONE
        public = press is not None and done and _is_public(press, command)
        asker = command is not None and command.audience is Audience.ASKER
        share = asker and done and not public and question.place.shares
        names = await self._people.names(reply)

        def on(surface: Surface) -> Message:
            call = press.call if press else None
            pages = self._drawings.pages(reply, call, surface, names, share=share)
            return pages[min(press.page if press else 1, len(pages)) - 1]

        turns = press is not None and press.deed is Deed.PAGE
        in_place = turns or (command is not None and command.in_place)
        step = done and any(isinstance(node, Progress) for node in reply.nodes)
        answer = Answer(on, private=not public, in_place=in_place, step=step)
        given = await question.place.give(answer)
        settled = command is not None and command.settled and answer.private
        if command and settled and given and question.line and self._web.is_uploaded(on(MESSAGE)):
            self._ready.keep(question.line, (command.name, given))
        if command is not None and command.audience is Audience.ALONE:
            who = Who(question.who, community=question.community)
            self._start(self._refresh(question.place.user, who))
        return given

    async def _refresh(self, user: str, who: Who) -> str:
        try:
            await self._home.refresh(user, who)
        except Exception:  # the last boundary: else the task would end in silence
            log.exception("bug", delivery="Home")
        return ""

    async def _who(self, question: Asked, command: Command | None) -> Who:
        """Tell who asks; Slack is asked whether they moderate only where that matters."""
        guarded = command is not None and command.audience is Audience.MODERATORS
        moderates = guarded and await self._people.moderates(question.place.user)
        return Who(question.who, moderator=moderates, community=question.community)

    def _line(self, typed: str) -> str:
        """Give the line that a slash command stands for.

        ``/salary ml`` is one, and so is ``/crossroads salary ml``, whatever that is called there.
        """
        name, _, rest = typed.removeprefix("/").partition(" ")
        line = f"{name} {rest}" if name in self._app.commands else rest
        return line.strip() or "help"


def _is_public(press: Press, command: Command | None) -> bool:
    channel = command is not None and command.audience is Audience.CHANNEL
    return press.deed is Deed.SHARE or channel
