"""Our store of installations behaves like slack_sdk's own."""

from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Bot, Installation
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore

from adapters.slack.oauth.encryption import TokenCipher, generate_key
from adapters.slack.oauth.install import InstallError
from adapters.slack.oauth.installations import DatabaseInstallationStore
from bot.app import App
from bot.community.installations import Installations

CLIENT = "1.2"
NOON = 1_795_262_400.0


class SlackSdkStore(SQLite3InstallationStore):
    """slack_sdk's own store, which can delete only with its blocking methods."""

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        self.delete_installation(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


@pytest.fixture(params=["ours", "slack_sdk's"])
def store(request: pytest.FixtureRequest, keeping: App, tmp_path: Path) -> AsyncInstallationStore:
    if request.param == "ours":
        return DatabaseInstallationStore(
            Installations(keeping, CLIENT), TokenCipher([generate_key()])
        )
    return SlackSdkStore(database=str(tmp_path / "slack.db"), client_id=CLIENT)


def installed(token: str = "xoxb-1", team: str = "T1") -> Installation:  # noqa: S107  # no token
    return Installation(
        app_id="A1",
        enterprise_id="E1",
        team_id=team,
        bot_token=token,
        bot_id="",
        bot_user_id="UBOT",
        bot_scopes=["commands", "chat:write"],
        user_id="U1",
        installed_at=NOON,
    )


def seen(bot: Bot | Installation | None) -> tuple[object, ...]:
    if bot is None:
        return ()
    scopes = tuple(bot.bot_scopes or ())
    return bot.team_id, bot.enterprise_id, bot.app_id, bot.bot_token, bot.bot_user_id, scopes


ONE = ("T1", "E1", "A1", "xoxb-1", "UBOT", ("commands", "chat:write"))


async def test_an_installation_is_kept_and_found(store: AsyncInstallationStore) -> None:
    assert await store.async_find_bot(enterprise_id="E1", team_id="T1") is None
    assert await store.async_find_installation(enterprise_id="E1", team_id="T1") is None
    await store.async_save(installed())
    assert seen(await store.async_find_bot(enterprise_id="E1", team_id="T1")) == ONE
    assert seen(await store.async_find_installation(enterprise_id="E1", team_id="T1")) == ONE
    assert (
        await store.async_find_installation(enterprise_id="E1", team_id="T1", user_id="U2") is None
    )
    assert (
        await store.async_find_bot(enterprise_id="E1", team_id="T1", is_enterprise_install=True)
        is None
    )
    assert await store.async_find_bot(enterprise_id="E1", team_id=None) is None
    assert await store.async_find_bot(enterprise_id="E1", team_id="T2") is None


async def test_a_bot_alone_is_kept_and_found(store: AsyncInstallationStore) -> None:
    await store.async_save_bot(installed().to_bot())
    assert seen(await store.async_find_bot(enterprise_id="E1", team_id="T1")) == ONE


async def test_a_deleted_bot_is_not_found_and_another_workspace_s_is(
    store: AsyncInstallationStore,
) -> None:
    await store.async_save(installed())
    await store.async_save(installed(team="T2"))
    await store.async_delete_installation(
        enterprise_id="E1", team_id="T1", user_id="U2"
    )  # somebody else
    assert seen(await store.async_find_bot(enterprise_id="E1", team_id="T1")) == ONE
    await store.async_delete_all(enterprise_id="E1", team_id="T1")
    assert await store.async_find_bot(enterprise_id="E1", team_id="T1") is None
    assert await store.async_find_installation(enterprise_id="E1", team_id="T1") is None
    assert seen(await store.async_find_bot(enterprise_id="E1", team_id="T2")) == ("T2", *ONE[1:])


async def test_a_workspace_that_installs_it_again_has_the_new_token(keeping: App) -> None:
    store = DatabaseInstallationStore(Installations(keeping, CLIENT), TokenCipher([generate_key()]))
    for token in ("xoxb-1", "xoxb-2"):
        await store.async_save(installed(token))
    assert seen(await store.async_find_bot(enterprise_id="E1", team_id="T1"))[3] == "xoxb-2"
    found = await store.async_find_bot(enterprise_id="E1", team_id="T1")
    assert found
    assert found.installed_at == NOON


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"is_enterprise_install": True, "team_id": None, "bot_token": "xoxb-1"}, "in a workspace"),
        ({"team_id": "T1", "bot_token": None}, "a bot token"),
    ],
)
async def test_an_installation_without_a_workspace_or_a_token_is_refused(
    keeping: App, made: dict[str, object], says: str
) -> None:
    store = DatabaseInstallationStore(Installations(keeping, CLIENT), TokenCipher([generate_key()]))
    with pytest.raises(InstallError, match=says):
        await store.async_save(Installation(user_id="U1", **made))  # type: ignore[arg-type]
    assert not await (await keeping.store()).installations.list_all(CLIENT)


async def test_tokens_are_encrypted_and_the_person_who_installed_it_is_not_kept(
    keeping: App,
) -> None:
    await DatabaseInstallationStore(
        Installations(keeping, CLIENT), TokenCipher([generate_key()])
    ).async_save(installed())
    [kept] = await (await keeping.store()).installations.list_all(CLIENT)
    assert kept.token != "xoxb-1"  # noqa: S105  # no token
    assert "U1" not in str(kept)
