"""slack_sdk's installation store, implemented on the bot's database.

The bot's token is stored encrypted. Nothing is stored about the member who installed the app.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as SlackInstallation

from adapters.slack.oauth.encryption import DecryptionError, TokenCipher
from adapters.slack.oauth.install import InstallError
from bot.community.installations import Installation, Installations


class DatabaseInstallationStore(AsyncInstallationStore):
    """Stores workspaces by their ids, which are unique across organizations.

    Methods raise Outage if the database is down, and DecryptionError if no key decrypts a token.
    """

    def __init__(self, installations: Installations, cipher: TokenCipher) -> None:
        self._installations, self._cipher = installations, cipher

    @property
    def logger(self) -> logging.Logger:
        """The logger that slack_sdk uses for this store."""
        return logging.getLogger("crossroads.slack")

    async def async_save(self, installation: SlackInstallation) -> None:
        """Store an installation.

        Raise InstallError if the app is installed in a whole organization or has no bot token.
        """
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a workspace's bot in place of an earlier one.

        Raise InstallError if the bot is installed in a whole organization or has no token.
        """
        if bot.is_enterprise_install or not bot.team_id:
            raise InstallError("Install the app in a workspace, not in a whole organization.")
        if not bot.bot_token:
            raise InstallError("Slack didn't send a bot token.")
        installation = Installation(
            app=bot.app_id or "",
            team=bot.team_id,
            token=self._cipher.encrypt(bot.bot_token),
            bot=bot.bot_user_id or "",
            scopes=tuple(bot.bot_scopes),
            at=datetime.fromtimestamp(bot.installed_at, UTC),
            enterprise=bot.enterprise_id,
        )
        await self._installations.save(installation)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return a workspace's bot with its decrypted token, or None if the bot isn't installed."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> SlackInstallation | None:
        """Return a workspace's installation, or None if the bot isn't installed.

        Installations of single users or whole organizations are never stored.
        """
        del enterprise_id
        if user_id is not None or is_enterprise_install or not team_id:
            return None
        found = await self._installations.find(team_id)
        if found is None:
            return None
        return SlackInstallation(
            app_id=found.app,
            enterprise_id=found.enterprise,
            team_id=found.team,
            bot_token=self._cipher.decrypt(found.token),
            bot_id="",
            bot_user_id=found.bot,
            bot_scopes=found.scopes,
            user_id="",
            installed_at=found.at.timestamp(),
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete a workspace's bot and its token."""
        await self.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete a workspace's installation.

        Do nothing if *user_id* is given, because nothing is stored for users.
        """
        del enterprise_id
        if team_id and user_id is None:
            await self._installations.delete(team_id)

    async def rotate_keys(self) -> tuple[int, int]:
        """Encrypt all stored tokens again with the first key.

        Return the number of tokens that could be decrypted, and the number of all others.
        """
        failed, installations = 0, await self._installations.list()
        for each in installations:
            try:
                token = self._cipher.decrypt(each.token)
            except DecryptionError:
                failed += 1
                continue
            if not self._cipher.uses_current_key(each.token):
                encrypted = replace(each, token=self._cipher.encrypt(token))
                await self._installations.save(encrypted)
        return len(installations) - failed, failed
