"""The panel of settings, and the commands behind its buttons."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from moderator_session import CHANNEL, HOME, ModeratorSession, moderator_session, words

from bot.app import App, Operator
from bot.call import Call, Caller
from bot.ops.health import broken, warning
from bot.reply import (
    ActionStyle,
    Bullets,
    CodeBlock,
    Fields,
    Item,
    Mention,
    Outcome,
    Reply,
    Time,
)
from bot.tips.context import SCHEDULES_ACTION

PANEL = Call("settings-panel")
ON_DISCORD = Caller("discord:7", moderator=True, community="discord:1", admin=True)
OUTCOME, ROLE = "which-path/ai-engineer", "discord:role/6"


@pytest.fixture
def session(keeping: App, tmp_path: Path) -> ModeratorSession:
    return moderator_session(keeping, tmp_path)


def settings_in(reply: Reply) -> dict[str, object]:
    (fields,) = (each for each in reply.nodes if isinstance(each, Fields))
    return dict(fields.items)


@pytest.mark.parametrize(
    ("platform", "offers"), [("discord", True), ("slack", False), ("terminal", False)]
)
async def test_the_panel_offers_what_the_platform_has(
    keeping: App, platform: str, *, offers: bool
) -> None:
    who = Caller(f"{platform}:T1/U7", moderator=True, community=f"{platform}:T1")
    reply = await keeping.handle(PANEL, who)
    assert ("Quiz roles" in settings_in(reply)) is offers
    assert ("Quiz roles" in [each.label for each in reply.actions()]) is offers
    assert {"Moderators", "Notices", "Audit log", "Check the bot"} <= {
        each.label for each in reply.actions()
    }
    for action in reply.actions():
        opened = await keeping.handle(action.call, who)
        assert opened.outcome is Outcome.DONE
        assert opened.return_to == (PANEL if action.call.command.startswith("settings") else None)


async def test_a_channel_for_notices_is_chosen_in_a_form_and_the_panel_shows_it(
    session: ModeratorSession,
) -> None:
    change = Call("settings-notifications-change")
    form = await session.app.form_for(change, session.who)
    assert form is not None
    assert [each.name for each in form.fields] == ["channel"]
    reply = await session.app.handle(replace(change, args={"channel": CHANNEL}), session.who)
    assert settings_in(reply)["Notices"] != "as direct messages"
    assert "Moderators get notices in" in words(reply)
    assert len(session.platform.messages(CHANNEL)) == 1
    stop = (await session.choices("settings notifications"))["Use direct messages"]
    assert settings_in(await session.press(stop))["Notices"] == "as direct messages"
    assert [each[1:] for each in await session.actions()] == [
        ("chose where moderators get notices:", CHANNEL),
        ("chose where moderators get notices:", "direct messages"),
    ]


async def test_a_channel_that_the_bot_can_not_post_to_is_not_stored(
    session: ModeratorSession,
) -> None:
    change = Call("settings-notifications-change", {"channel": CHANNEL})
    for operation, kind in (("lacks", "forbidden"), ("post", "forbidden"), ("place", "gone")):
        session.platform.fail(operation, kind)
        reply = await session.app.handle(change, session.who)
        assert reply.outcome is Outcome.REFUSED, operation
    assert "direct message" in await session.say("settings notifications")
    assert await session.actions() == []


async def test_each_quiz_result_has_its_role_and_a_button_beside_it(keeping: App) -> None:
    shown = await keeping.handle(Call("settings-badges"), ON_DISCORD)
    outcomes = sum(len(quiz.outcomes) for quiz in keeping.content.quiz.values())
    items = [each for each in shown.nodes if isinstance(each, Item)]
    assert [each.action.label for each in items] == ["Choose a role"] * outcomes
    form = await keeping.form_for(items[0].action.call, ON_DISCORD)
    assert form is not None
    assert [each.name for each in form.fields] == ["role"]
    whole = await keeping.form_for(Call("settings-badges-change"), ON_DISCORD)
    assert whole is not None
    assert [(each.name, len(each.options)) for each in whole.fields] == [
        ("outcome", outcomes),
        ("role", 0),
    ]
    chosen = Call(items[0].action.call.command, {**items[0].action.call.args, "role": ROLE})
    first, *others = [
        each for each in (await keeping.handle(chosen, ON_DISCORD)).nodes if isinstance(each, Item)
    ]
    assert first.action.style is ActionStyle.DANGER
    assert Mention(ROLE) in first.prose
    assert {each.action.label for each in others} == {"Choose a role"}
    gone = await keeping.handle(first.action.call, ON_DISCORD)
    assert "That result no longer has a role." in words(gone)
    assert ROLE not in str(gone)
    log = words(await keeping.handle(Call("settings-audit"), ON_DISCORD))
    assert "chose a quiz role:" in log
    assert "removed the quiz role of" in log


@pytest.mark.parametrize("role", ["Moderators", "slack:T1/S1", "discord:7", "discord:role/"])
async def test_what_is_not_a_role_of_the_platform_is_refused(keeping: App, role: str) -> None:
    call = Call("settings-badges-change", {"outcome": OUTCOME, "role": role})
    reply = await keeping.handle(call, ON_DISCORD)
    assert reply.outcome is Outcome.REFUSED
    assert "Pick a role from the list" in words(reply)
    assert await (await keeping.store()).preferences.get_all("discord:1") == {}


async def test_the_audit_log_reads_as_sentences_in_pages_without_ids(
    session: ModeratorSession,
) -> None:
    assert "Nothing has been logged yet." in await session.say("settings audit")
    for number in range(9):
        await session.say(f"tips add Tip number {number}.")
    await session.app.handle(Call("tips-remove", {"tip": "1"}), Caller("test:5", community=HOME))
    first = await session.app.handle(Call("settings-audit"), session.who)
    assert "10 actions are logged, newest first. This is page 1 of 2." in words(first)
    (lines,) = (each.items for each in first.nodes if isinstance(each, Bullets))
    assert len(lines) == 8
    assert "".join(each for each in lines[0] if isinstance(each, str)) == (
        ":  wasn't allowed to use tips remove"
    )
    assert [each.label for each in first.actions()] == ["Older", "Export as CSV"]
    last = await session.press(first.actions()[0])
    assert [each.label for each in last.actions()] == ["Newer", "Export as CSV"]
    beyond = await session.app.handle(Call("settings-audit", {"page": "99"}), session.who)
    assert beyond == last


async def test_the_audit_log_names_tips_schedules_and_times(session: ModeratorSession) -> None:
    for line in (
        "tips add Ask first.",
        f"schedule start channel:{CHANNEL} monday 9:00 Europe/Berlin",
        "schedule skip",
        "schedule swap tip:1",
        "tips remove 1",
    ):
        await session.say(line)
    shown = await session.app.handle(Call("settings-audit"), session.who)
    (lines,) = (each.items for each in shown.nodes if isinstance(each, Bullets))
    assert ["".join(part for part in each[3:] if isinstance(part, str)) for each in lines] == [
        " removed “Ask first.”",
        " chose the next tip of Mondays at 09:00 in : “Ask first.”",
        " skipped Mondays at 09:00 in : ",
        " started Mondays at 09:00 in ",
        " added “Ask first.”",
    ]
    assert [[type(part) for part in each].count(Time) for each in lines] == [1, 1, 2, 1, 1]
    await session.app.handle(Call("schedule-stop-confirmed", {"schedule": "1"}), session.who)
    gone = words(await session.app.handle(Call("settings-audit"), session.who))
    assert "stopped \na deleted schedule" in gone


async def test_the_audit_log_shows_numbers_after_tips_got_other_numbers(
    session: ModeratorSession,
) -> None:
    other = Caller("test:9", moderator=True, community="test:elsewhere")
    await session.say("tips add Theirs.", other)
    await session.say("tips add Ours.")  # number 1 here, number 2 in their queue
    code = (await session.say("tips share-code", other)).split("tips share ")[1].split()[0]
    await session.say(f"tips share {code}")
    shown = await session.say("settings audit")
    assert "added \ntip 1" in shown
    assert "Theirs" not in shown


async def test_moderators_in_the_audit_log_are_people_and_not_channels(keeping: App) -> None:
    person, role = "discord:123456789012345678", "discord:role/123456789012345678"
    change = Call("settings-moderators-change", {"people": f"{person} {role}"})
    await keeping.handle(change, ON_DISCORD)
    shown = await keeping.handle(Call("settings-audit"), ON_DISCORD)
    (lines,) = (each.items for each in shown.nodes if isinstance(each, Bullets))
    assert {each[-1] for each in lines} == {Mention(person), Mention(role)}
    file = await keeping.handle(Call("settings-audit", {"form": "csv"}), ON_DISCORD)
    assert "member 123456789012345678" in words(file)
    assert "group 123456789012345678" in words(file)


async def test_the_whole_audit_log_is_a_file(session: ModeratorSession) -> None:
    await session.say("tips add A tip.")
    download = (await session.choices("settings audit"))["Export as CSV"]
    reply = await session.press(download)
    assert "1 action, newest first" in words(reply)
    (block,) = (each for each in reply.nodes if isinstance(each, CodeBlock))
    assert [row[2:] for row in csv.reader(block.text.splitlines())] == [
        ["action", "about"],
        ["added", "tip 1"],
    ]


async def test_the_doctor_says_first_what_is_wrong_and_who_fixes_it(keeping: App) -> None:
    async def find_weak() -> object:
        return warning("few tips are left", "Add some.")

    async def find_broken() -> object:
        return broken("no answer", "Look at the log.")

    call = Call("settings-doctor")
    assert (await keeping.handle(call, ON_DISCORD)).answer == "Everything works."
    keeping.health.diagnostic_checks["tips"] = find_weak  # type: ignore[assignment]
    assert (await keeping.handle(call, ON_DISCORD)).answer == (
        "Everything works, but tips needs attention. Tell the people who run the bot."
    )
    keeping.health.diagnostic_checks["tips due"] = keeping.health.diagnostic_checks.pop("tips")
    own = await keeping.handle(call, ON_DISCORD)
    assert "If a schedule here has a problem, fix it" in words(own)
    assert [each.label for each in own.buttons] == ["Check again", SCHEDULES_ACTION.label]
    keeping.health.diagnostic_checks["slack"] = find_broken  # type: ignore[assignment]
    keeping.operator = Operator("ops@example.org")
    assert (await keeping.handle(call, ON_DISCORD)).answer == (
        "Something is broken: slack. Ask the people who run the bot (ops@example.org) to fix it."
    )
