"""A pane of the playground with messages that a test writes."""

from collections.abc import Callable
from typing import Any

from adapters.web import Json
from bot.app import App

AT = "2026-11-21T12:00:00+00:00"
BOT = {"id": "1", "name": "Crossroads", "bot": True}
MIA = {"id": "2", "name": "Mia Member", "bot": False}


def message(number: int, payload: Json | None = None, **more: Any) -> Json:
    """Return a message of the bot, or of the member if it has no *payload*."""
    return {
        "id": f"m{number}",
        "author": BOT if payload else MIA,
        "at": AT,
        "text": None,
        "payload": payload,
        "ephemeral": False,
        "pinned": False,
        "reply_to": None,
        "thread": None,
        "deleted": False,
        "files": [],
        **more,
    }


class ScriptedPane:
    """Shows what a test puts into it, records actions, and answers them as the test says."""

    def __init__(self, platform: str, *messages: Json) -> None:
        self.platform = platform
        self.messages = list(messages)
        self.more: Json = {}  # further parts of the state
        self.actions: list[tuple[str, Json]] = []
        self.answers: dict[str, Json | Exception | None] = {}  # by type of action
        self._callbacks: list[Callable[[], None]] = []

    def state(self, member: str) -> Json:
        channel = {"id": "11", "name": "general", "kind": "channel", "unread": False}
        other = {"id": "12", "name": "tips", "kind": "channel", "unread": False, "messages": []}
        return {
            "platform": self.platform,
            "me": MIA["id"] if member == "member" else "3",
            "users": [BOT, MIA],
            "roles": [{"id": "1", "name": "@everyone"}, {"id": "9", "name": "study-group"}],
            "commands": [],
            "channels": [channel | {"messages": [*self.messages]}, other],
            "home": None,
            "modal": None,
            **self.more,
        }

    async def act(self, member: str, action: Json) -> Json | None:
        self.actions.append((member, action))
        answer = self.answers.get(str(action.get("type")))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def on_change(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    def changed(self) -> None:
        for each in self._callbacks:
            each()

    def show(self, *messages: Json) -> None:
        """Replace the messages."""
        self.messages = list(messages)
        self.changed()

    def use(self, app: App) -> None:
        self.app = app

    async def close(self) -> None:
        pass
