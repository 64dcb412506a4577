"""The notice about the commands' new names: once for each community that used the old ones."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from moderator_session import CHANNEL, HOME, MEMBER, ModeratorSession, moderator_session, words

from bot.app import App
from bot.call import Call, Caller
from bot.community.renaming import UNANNOUNCED, describe_renaming
from bot.former_names import FORMER_NAMES
from bot.language.tokens import tokenize
from bot.reply import Bullets, Code, CommandLine, Outcome
from storage import Store

NOTE, NOTICE = "⚠ Commands for moderators have new names", "tips-schedule"
PANEL = Call("settings-panel")


@pytest.fixture
async def session(keeping: App, tmp_path: Path) -> ModeratorSession:
    """Return a session in a community that used the former names."""
    await (await keeping.store()).preferences.set(HOME, UNANNOUNCED, "unannounced")
    return moderator_session(keeping, tmp_path)


async def test_the_first_reply_to_a_moderator_has_it_and_no_other(
    session: ModeratorSession,
) -> None:
    first = await session.app.handle(PANEL, session.who)
    assert NOTE in words(first)
    shown = await session.press(first.buttons[-1])
    assert NOTICE in words(shown)
    for call in (PANEL, Call("tips-queue")):
        assert NOTE not in words(await session.app.handle(call, session.who))
    assert not session.platform.messages()


async def test_in_the_moderators_channel_it_is_posted_once(session: ModeratorSession) -> None:
    store = await session.app.store()
    await store.preferences.set(HOME, "tips-told-in", CHANNEL)
    for _ in range(2):
        assert NOTE not in words(await session.app.handle(PANEL, session.who))
    (posted,) = session.platform.messages(CHANNEL)
    assert NOTICE in posted["says"]


@pytest.mark.parametrize("kind", ["gone", "forbidden", "later", "lost-undone"])
async def test_a_channel_that_fails_leaves_it_in_the_reply(
    session: ModeratorSession, kind: str
) -> None:
    store = await session.app.store()
    await store.preferences.set(HOME, "tips-told-in", CHANNEL)
    session.platform.fail("post", kind)
    assert NOTE in words(await session.app.handle(PANEL, session.who))
    assert NOTE not in words(await session.app.handle(PANEL, session.who))
    assert not session.platform.messages()


async def test_of_several_moderators_at_once_one_gets_it(session: ModeratorSession) -> None:
    replies = await asyncio.gather(*(session.app.handle(PANEL, session.who) for _ in range(5)))
    assert sum(NOTE in words(each) for each in replies) == 1


async def test_neither_members_nor_new_communities_get_it(session: ModeratorSession) -> None:
    for call in (Call("help"), Call("salary"), PANEL):
        assert NOTE not in words(await session.app.handle(call, MEMBER))
    elsewhere = replace(session.who, community="test:2")
    assert NOTE not in words(await session.app.handle(PANEL, elsewhere))
    assert NOTE not in words(await session.app.handle(PANEL, Caller("test:1", moderator=True)))
    assert NOTE in words(await session.app.handle(PANEL, session.who)), "still to come"


async def test_a_database_that_fails_delays_it(session: ModeratorSession, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    address = f"sqlite:///{tmp_path}/file/crossroads.db"
    broken = App(session.app.content, open_store=lambda: Store.open(address))
    assert (await broken.handle(Call("settings-doctor"), session.who)).outcome is Outcome.DONE
    assert NOTE in words(await session.app.handle(PANEL, session.who))


@pytest.mark.parametrize(
    ("community", "says"),
    [
        ("discord:1", "The Integrations page lost the settings for the old names."),
        ("slack:T1", "/crossroads accepts the old names and the new ones."),
    ],
)
def test_it_says_what_admins_have_to_do_and_every_new_name_is_right(
    app: App, community: str, says: str
) -> None:
    reply = describe_renaming(app.commands, community)
    assert says in words(reply)
    (lines,) = (each.items for each in reply.nodes if isinstance(each, Bullets))
    for line in lines:
        assert isinstance(line, tuple)
        old, _, new, *_ = line
        assert isinstance(old, Code)
        assert isinstance(new, CommandLine)
        assert old.text in {*FORMER_NAMES, "tips-add"}
        for name in (old.text, new.line):
            found = app.find_command(name)
            assert found is not None
            assert found.words == new.line
            assert len(tokenize(new.line)) <= 3
