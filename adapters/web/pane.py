"""The protocol between the playground's server and a platform's pane.

A pane is one platform in memory: its channels, its messages and the two members of the playground.
It feeds what a member does to the platform's adapter as the real payloads, and takes the answers.
All values are JSON, as the page gets and sends them.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeAlias

from bot.app import App

Json: TypeAlias = dict[str, Any]  # an object

MEMBERS: Final = {"member": "Mia Member", "moderator": "Max Moderator"}
"""The members of the playground: names by id. The moderator is also an admin."""


class Pane(Protocol):
    """One platform of the playground."""

    platform: str
    """The platform's tag, such as "discord"."""

    def state(self, member: str) -> Json:
        """Return all that *member* sees.

        The keys are "platform", "commands" (as the platform's API gets them), "channels", "me" (the
        member's id), "users" and "roles" ("id" and "name"; users also "bot") and, where the
        platform has them, "home" and "modal" (the JSON of a view, or None), whose pictures are in
        "files".

        A channel has "id", "name", "kind" ("channel", "dm", "home" or "thread"), "unread" and
        "messages". A message has "id", "author" ("id", "name", "bot"), "at" (ISO 8601), "text",
        "payload" (the platform's JSON of the message, or None), "ephemeral", "pinned", "reply_to"
        (a message's id), "thread" (a channel's id) and "files" ("name" and "url", which may be a
        data: URL). It may have "used" ("name" and "command") and "edited".
        """
        ...

    async def act(self, member: str, action: Json) -> Json | None:
        """Carry out what *member* did, and return what only this member's page gets, if anything.

        The result is {"modal": …}, {"choices": […]}, {"errors": {field: text}} or {"error": text};
        a bad action is answered with an error, so nothing is raised.

        *action* has a "type", mostly a "channel" (an id), and by type:

        - "command": "name" and "options" (Discord), or "line" (Slack)
        - "autocomplete": "name", "options" and "focused" (Discord)
        - "suggest": "action_id", "block_id" and "value" (Slack)
        - "message": "text" and "mention"
        - "click": "message", "action" (the component's JSON) and "values"; "view" if the component
          is in a modal or on Home
        - "submit": "modal" and "values" (by field)
        - "close_modal", "open_home" and "read"
        """
        ...

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change of a member's state."""
        ...

    def use(self, app: App) -> None:
        """Answer from *app* from now on, which has other content; the messages stay."""
        ...

    async def close(self) -> None:
        """Finish what runs in the background."""
        ...
