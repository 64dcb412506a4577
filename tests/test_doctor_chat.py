"""The health report that moderators get in chat, without secrets of the machine or other people."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_platform import FakePlatform
from random_replies import strings_in

from bot.app import App
from bot.call import Call, Caller
from bot.cli import bootstrap as parts
from bot.ops.settings import Settings
from bot.reply import Outcome
from content import load

HOME, OTHER = Caller("test:7", moderator=True, community="test:1"), "test:2222"
SECRETS = {
    "a server that is down": (
        "postgresql://somebody:pass-phrase@127.0.0.1:9/somewhere",
        ("somebody", "pass-phrase", "127.0.0.1", "somewhere", "postgresql"),
    ),
    "a file that is a folder": ("sqlite:///{folder}/secret-folder", ("secret-folder", "{folder}")),
}


async def told(app: App, who: Caller = HOME) -> str:
    reply = await app.handle(Call("settings-doctor"), who)
    assert reply.outcome is Outcome.DONE
    return "\n".join(strings_in(reply))


@pytest.mark.parametrize("case", SECRETS)
async def test_no_address_no_path_and_no_password_is_told(tmp_path: Path, case: str) -> None:
    address, secrets = SECRETS[case]
    (tmp_path / "secret-folder").mkdir()
    settings = {
        "DATABASE_URL": address.format(folder=tmp_path),
        "CROSSROADS_DATA_DIR": tmp_path / "data",
        "DISCORD_TOKEN": "a.discord-token.x",
    }
    app = parts.build_app(Settings.model_validate(settings), load())
    said = await told(app)
    await app.close()
    assert "database" in said
    assert "Something is broken" in said
    for secret in (*secrets, str(tmp_path), "discord-token"):
        assert secret.format(folder=tmp_path) not in said


async def test_what_belongs_to_another_community_is_not_told(keeping: App, tmp_path: Path) -> None:
    square = keeping.platforms["test"] = FakePlatform(tmp_path / "square.db", keeping._clock)  # noqa: SLF001
    there = replace(HOME, id="test:8888", community=OTHER)
    for who, channel in ((HOME, "test:11"), (there, "test:3333")):
        square.opened(channel, str(who.community))
        for line in (
            f"tips-add A tip of {who.community}.",
            f"schedule-start channel:{channel} monday 9:00 Europe/Berlin pin:yes",
        ):
            assert (await keeping.handle_line(line, who)).outcome is Outcome.DONE
    said = await told(keeping)
    for name in ("2222", "3333", "8888"):
        assert name not in said


async def test_members_who_do_not_moderate_are_told_nothing(keeping: App) -> None:
    reply = await keeping.handle(Call("settings-doctor"), replace(HOME, moderator=False))
    assert reply.outcome is Outcome.REFUSED
