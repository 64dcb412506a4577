"""Moderators: who is listed, who may list them, and the refusal of everybody else on every path."""

from dataclasses import replace
from pathlib import Path

import pytest
from moderator_cases import COMMANDS, arguments_for, refusals, snapshot
from moderator_session import CHANNEL, HOME, ModeratorSession, moderator_session, words

from bot.app import App
from bot.call import Call, Caller
from bot.community.moderators import change_moderators, listed_moderators, parse_people
from bot.errors import Outage, Refusal
from bot.reply import ActionStyle, Item, Mention, Outcome
from storage import Store

AWAY = "slack:T1"
ANNA, MODS = "test:5", "test:role/6"
ADMIN = Caller("test:7", moderator=True, community=HOME, admin=True)
LISTED = Caller(ANNA, moderator=True, community=HOME)
CHANGE = "settings-moderators-change"


@pytest.fixture
def session(keeping: App, tmp_path: Path) -> ModeratorSession:
    return replace(moderator_session(keeping, tmp_path), who=ADMIN)


async def change(session: ModeratorSession, people: str, who: Caller = ADMIN) -> str:
    return words(await session.app.handle(Call(CHANGE, {"people": people}), who))


async def test_the_listed_are_stored_for_each_community(keeping: App) -> None:
    assert await listed_moderators(keeping, HOME) == frozenset()
    await change_moderators(keeping, HOME, {ANNA, MODS})
    await change_moderators(keeping, AWAY, ["slack:T1/S3"])
    assert await listed_moderators(keeping, HOME) == {ANNA, MODS}
    assert await listed_moderators(keeping, AWAY) == {"slack:T1/S3"}
    await change_moderators(keeping, HOME, (), {ANNA, MODS, "test:nobody"})
    assert await (await keeping.store()).preferences.get_all(HOME) == {}


async def test_two_admins_at_once_do_not_undo_each_others_change(keeping: App) -> None:
    await change_moderators(keeping, HOME, {ANNA, MODS})
    await change_moderators(keeping, HOME, {"test:9"}, {ANNA})  # both saw the first list
    await change_moderators(keeping, HOME, (), {MODS})
    assert await listed_moderators(keeping, HOME) == {"test:9"}


async def test_without_storage_nobody_is_listed(app: App) -> None:
    assert await listed_moderators(app, HOME) == frozenset()


async def test_they_are_forgotten_with_their_community(keeping: App) -> None:
    await change_moderators(keeping, HOME, {ANNA})
    await keeping.detach_community(HOME)
    assert await listed_moderators(keeping, HOME) == frozenset()


async def test_a_person_sees_and_deletes_where_they_are_listed(session: ModeratorSession) -> None:
    await change(session, f"{ANNA} {MODS}")
    member = replace(LISTED, moderator=False)
    exported = await session.app.handle(Call("privacy", {"action": "export"}), member)
    assert f'"moderator_of": [\n    "{HOME}"\n  ]' in words(exported)
    await session.app.handle(Call("privacy", {"action": "delete-yes"}), member)
    assert await listed_moderators(session.app, HOME) == {MODS}
    log = words(await session.app.handle(Call("settings-audit"), ADMIN))
    assert ANNA not in log
    assert "a member" in log


async def test_storage_that_is_down_is_an_outage_and_not_an_empty_list(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    address = f"sqlite:///{tmp_path}/file/crossroads.db"
    broken = App(app.content, open_store=lambda: Store.open(address))
    with pytest.raises(Outage):
        await listed_moderators(broken, HOME)


async def test_an_admin_chooses_moderators_and_removes_one_beside_their_name(
    session: ModeratorSession,
) -> None:
    await session.say(f"settings notifications channel:{CHANNEL}")
    assert "Saved." in await change(session, f"{ANNA} {MODS}")
    shown = await session.app.handle(Call("settings-moderators"), ADMIN)
    items = {each.prose: each.action for each in shown.nodes if isinstance(each, Item)}
    assert [*items] == [(Mention(ANNA),), (Mention(MODS),)]
    assert {each.style for each in items.values()} == {ActionStyle.DANGER}
    removed = await session.press(items[(Mention(ANNA),)])
    assert "Saved." in words(removed)
    again = await session.press(items[(Mention(ANNA),)])  # the button is still on the screen
    assert "Nothing changed." in words(again)
    assert await listed_moderators(session.app, HOME) == {MODS}
    assert (await session.actions())[1:] == [
        (ADMIN.id, "added a moderator:", ANNA),
        (ADMIN.id, "added a moderator:", MODS),
        (ADMIN.id, "removed a moderator:", ANNA),
    ]
    told = [row["says"] for row in session.platform.messages(CHANNEL)][1:]
    assert ["changed who moderates" in each for each in told] == [True, True]


async def test_the_form_opens_with_the_moderators_listed_now(session: ModeratorSession) -> None:
    await change(session, f"{MODS} {ANNA}")
    form = await session.app.form_for(Call(CHANGE), ADMIN)
    assert form is not None
    assert [(each.name, each.value) for each in form.fields] == [("people", f"{ANNA} {MODS}")]


@pytest.mark.parametrize("forged", [CHANGE, "settings-moderators-remove"])
async def test_a_listed_moderator_can_not_change_the_list(
    session: ModeratorSession, forged: str
) -> None:
    await change(session, f"{ANNA} {MODS}")
    args = {"people": ANNA} if forged == CHANGE else {"who": MODS}
    reply = await session.app.handle(Call(forged, args), LISTED)
    assert reply.outcome is Outcome.REFUSED
    assert "Only an admin of this community can choose moderators. Nothing was changed." in words(
        reply
    )
    with pytest.raises(Refusal):
        await session.app.form_for(Call(CHANGE), LISTED)
    shown = await session.app.handle(Call("settings-moderators"), LISTED)
    assert not shown.actions()
    assert "Only an admin of this community can change this list." in words(shown)
    assert await listed_moderators(session.app, HOME) == {ANNA, MODS}
    assert {forged, CHANGE} <= await refusals(session.app, HOME, ANNA)


async def test_a_moderators_channel_that_is_gone_does_not_prevent_a_change(
    session: ModeratorSession,
) -> None:
    await session.say(f"settings notifications channel:{CHANNEL}")
    for kind in ("gone", "later"):
        session.platform.fail("post", kind)
        assert "Saved." in await change(session, f"test:{kind}")
    assert await listed_moderators(session.app, HOME) == {"test:later"}
    assert not session.platform.direct_messages()


DISCORD = Caller("discord:100", moderator=True, community="discord:1", admin=True)
SLACK = Caller("slack:T1/U1", moderator=True, community="slack:T1", admin=True)


@pytest.mark.parametrize(
    ("caller", "text", "found"),
    [
        (DISCORD, "discord:200 discord:role/300", {"discord:200", "discord:role/300"}),
        (DISCORD, "<@123456789012345678>", {"discord:123456789012345678"}),
        (DISCORD, "<@&123456789012345678>", {"discord:role/123456789012345678"}),
        (SLACK, "slack:T1/U2 slack:T1/S3 slack:T1/U2", {"slack:T1/U2", "slack:T1/S3"}),
        (SLACK, "none", set()),
    ],
)
def test_people_are_parsed(caller: Caller, text: str, found: set[str]) -> None:
    assert parse_people(text, caller) == found


@pytest.mark.parametrize(
    ("caller", "text", "message"),
    [
        (DISCORD, "discord:role/1", "That would make every member a moderator"),
        (DISCORD, "slack:T1/U2", "Pick people and roles of this server from the list."),
        (DISCORD, "anna", "Pick people and roles of this server from the list."),
        (DISCORD, "discord:1\x00", "Pick people and roles of this server"),
        (DISCORD, " ", "Pick people and roles of this server"),
        (SLACK, "slack:T2/U2", "Pick people and user groups of this workspace from the list."),
        (SLACK, "slack:T1/C2", "Pick people and user groups of this workspace"),
        (SLACK, " ".join(f"slack:T1/U{each}" for each in range(26)), "at most 25 people"),
    ],
)
async def test_nobody_else_can_be_listed(
    keeping: App, caller: Caller, text: str, message: str
) -> None:
    reply = await keeping.handle(Call(CHANGE, {"people": text}), caller)
    assert reply.outcome is Outcome.REFUSED
    assert message in words(reply) or "is empty" in words(reply)
    assert await listed_moderators(keeping, str(caller.community)) == frozenset()


@pytest.mark.parametrize(
    ("caller", "visible"),
    [
        (DISCORD, "everyone with Manage Server. … The server's Integrations page controls"),
        (
            SLACK,
            "workspace admins and owners. … Chosen by the people who run the bot: … slack:T1/U9",
        ),
        (Caller("terminal:local", moderator=True, admin=True), "everyone at this terminal."),
    ],
)
async def test_it_says_who_moderates_on_each_platform(
    keeping: App, caller: Caller, visible: str
) -> None:
    keeping.configured_moderators["slack"] = ("U9",)
    reply = await keeping.handle(Call("settings-moderators"), caller)
    at = 0
    for part in visible.split(" … "):
        at = words(reply).index(part, at)
    assert [each.label for each in reply.actions()] == ["Choose moderators"] * bool(
        caller.community
    )


HELP_BY_CALLER = {
    Caller("discord:5", community="discord:1"): (
        "Ask someone with Manage Server. The server's Integrations page controls who can see slash "
        "commands."
    ),
    Caller("slack:T1/U5", community="slack:T1"): "Ask a workspace admin.",
    Caller("test:5", community="test:1"): "Ask an admin of this community.",
    Caller("discord:5"): "of a server. Use it there, not in a direct message.",
    Caller("slack:T1/U5"): "of a workspace. Use it there, not in a direct message.",
}


@pytest.mark.parametrize("caller", HELP_BY_CALLER, ids=lambda each: f"{each.id} {each.community}")
async def test_every_path_to_every_moderators_command_is_refused_and_recorded(
    keeping: App, caller: Caller
) -> None:
    community = caller.community or "test:none"
    before = await snapshot(keeping, community)
    for name, command in COMMANDS.items():
        given = arguments_for(keeping, command, f"{community}/C1")
        typed = " ".join(f'{key}:"{value}"' for key, value in given.items())
        replies = {
            "button": await keeping.handle(Call(name), caller),
            "button with arguments": await keeping.handle(Call(name, given), caller),
            "typed words": await keeping.handle_line(f"{command.words} {typed}", caller),
            "typed name": await keeping.handle_line(f"{name} {typed}", caller),
        }
        for path, reply in replies.items():
            assert reply.outcome is Outcome.REFUSED, (name, path)
            assert "is for moderators" in words(reply), (name, path)
            assert HELP_BY_CALLER[caller] in words(reply), (name, path)
        assert await keeping.form_for(Call(name), caller) is None, name
        for argument in command.args:
            assert await keeping.suggest(Call(name), argument, "", caller, 25) == []
    assert await snapshot(keeping, community) == before
    if caller.community:
        assert await refusals(keeping, caller.community, caller.id) == {*COMMANDS}
