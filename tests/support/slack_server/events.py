"""Events of the Events API: mentions, direct messages, Home tab, joining and leaving."""

from slack_server.delivery import Dispatcher
from slack_server.payloads import escaped, event
from slack_server.played_interaction import PlayedInteraction
from slack_server.world import BOT, Json, Message, World


class Events:
    """Each method changes the workspace, sends the event, and returns a `PlayedInteraction`."""

    world: World
    courier: Dispatcher

    async def mention(
        self, text: str, *, user: str = "U1", channel: str = "C1", thread_ts: str = ""
    ) -> PlayedInteraction:
        """Write ``@Crossroads text`` in a channel."""
        return self._said(
            f"<@{BOT}> {escaped(text)}", user, channel, thread_ts, {"type": "app_mention"}
        )

    async def direct_message(
        self, text: str, *, user: str = "U1", thread_ts: str = "", subtype: str = ""
    ) -> PlayedInteraction:
        """Send the app a direct message; *subtype* is ``file_share`` if a file is attached."""
        channel = self.world.direct(user).id
        kind: Json = {"type": "message", "channel_type": "im"} | (
            {"subtype": subtype} if subtype else {}
        )
        if subtype == "file_share":
            kind |= {"files": [{"id": f"F{self.world.number()}", "mimetype": "image/png"}]}
        return self._said(escaped(text), user, channel, thread_ts, kind)

    async def open_home(self, user: str = "U1", tab: str = "home") -> PlayedInteraction:
        """Open the app's Home tab."""
        channel = self.world.direct(user).id
        shown = self.world.homes.get(user)
        view = {"view": shown.as_json()} if shown else {}
        body = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, **view}
        return self.event(body, user=user)

    async def member_left(self, user: str = "U1", channel: str = "C1") -> PlayedInteraction:
        """Remove a member from a channel, or the app itself (``user="UBOT"``)."""
        self.world.channel(channel).members.discard(user)
        if user == BOT:
            return self.event({"type": "channel_left", "channel": channel, "actor_id": "UADMIN"})
        body = {"type": "member_left_channel", "user": user, "channel": channel}
        return self.event(body | {"channel_type": "C", "team": self.world.team}, user=user)

    async def channel_archive(self, channel: str = "C1", user: str = "UADMIN") -> PlayedInteraction:
        self.world.channel(channel).archived = True
        kind = "group_archive" if self.world.channels[channel].private else "channel_archive"
        return self.event({"type": kind, "channel": channel, "user": user})

    async def channel_deleted(self, channel: str = "C1") -> PlayedInteraction:
        gone = self.world.channel(channel)
        del self.world.channels[channel]
        kind = "group_deleted" if gone.private else "channel_deleted"
        return self.event({"type": kind, "channel": channel})

    async def uninstall(
        self, error: str = "token_revoked"
    ) -> tuple[PlayedInteraction, PlayedInteraction]:
        """Uninstall the app; Slack sends two events, and the bot token then answers *error*."""
        self.world.token_error = error
        revoked = self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}})
        return revoked, self.event({"type": "app_uninstalled"})

    def event(self, happened: Json, *, user: str = "", channel: str = "") -> PlayedInteraction:
        """Send any event to the app; *happened* is the inner ``event`` object."""
        self.world.counts["events_api"] += 1
        payload = event(self.world, happened)
        return self.courier.send(
            PlayedInteraction(self.world, "events_api", payload, channel, user)
        )

    def _said(
        self, text: str, user: str, channel: str, thread: str, kind: Json
    ) -> PlayedInteraction:
        needed = "app_mentions:read" if kind["type"] == "app_mention" else "im:history"
        assert needed in self.world.scopes, f"without {needed} Slack would not tell the app"
        self.world.channel(channel).members.add(self.world.user(user).id)
        said = Message(channel, self.world.stamp(), text, user=user, thread_ts=thread)
        self.world.posted[channel].append(said)
        body = kind | {"user": user, "text": text, "ts": said.ts, "channel": channel}
        body |= {"thread_ts": thread} if thread else {}
        return self.event(
            body | {"team": self.world.team, "event_ts": said.ts}, user=user, channel=channel
        )
