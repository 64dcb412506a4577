"""The tip commands of moderators and members, typed and as buttons."""

import re
from pathlib import Path

import pytest
from moderator_session import (
    CHANNEL,
    HOME,
    MEMBER,
    MODERATOR,
    ModeratorSession,
    moderator_session,
    words,
)

from bot.app import App
from bot.call import Call, Caller
from bot.reply import Action, Outcome
from storage import OccurrenceState, TipState

_NOTIFY = "Notify them every time"
OTHER_MEMBER = Caller("test:6", community=HOME)
SCHEDULE = f"schedule start channel:{CHANNEL} monday 9:00 Europe/Berlin"


@pytest.fixture
async def talk(keeping: App, tmp_path: Path) -> ModeratorSession:
    return moderator_session(keeping, tmp_path)


async def test_a_tip_is_added_edited_moved_removed_and_brought_back(talk: ModeratorSession) -> None:
    await talk.say("tips add First: look at the posting. It says more than the title.")
    await talk.say("tips add text:Second, with a link. topic:reading link:https://x.org/a")
    await talk.say("tips move 2 1")
    assert await talk.texts() == [
        "Second, with a link.",
        "First: look at the posting. It says more than the title.",
    ]
    await talk.say("tips edit 1 Look at the posting.")
    await talk.say("tips edit tip:2 text:Second. link:none")
    assert await talk.texts() == ["Second.", "Look at the posting."]
    back = (await talk.choices("tips remove 1"))["Restore"]
    assert await talk.texts(TipState.QUEUED) == ["Second."]
    assert (await talk.press(back)).outcome is Outcome.DONE
    assert "already" in await talk.refused("tips approve 1")
    actions = [action for _, action, _ in await talk.actions()]
    assert actions == ["added", "added", "moved", "edited", "edited", "removed", "restored"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tips add", "Add the text"),
        ("tips add text:x link:ftp://y", "isn't a web address"),
        ("tips add text:x cites:market/nothing", "isn't a content entry"),
        (f"tips add {'x' * 900} topic:{'y' * 41}", "The limit is 40"),
        ("tips edit 9 text", "That tip doesn't exist"),
        ("tips edit x text", "I don't understand “x”"),
        ("tips remove 9", "That tip doesn't exist"),
        ("tips move 9 1", "That tip doesn't exist"),
        ("tips deny 9 because", "That tip doesn't exist"),
        ("schedule pause 9", "That schedule doesn't exist"),
        ("schedule post-now 9", "That schedule doesn't exist"),
        ("tips preview", "no tip to post"),
        ("schedule new channel:test:11 monday 25:00 Europe/Berlin", "25:00"),
        ("schedule new channel:test:11 monday 9:00 Europe/Atlantis", "Atlantis"),
        ("schedule new channel:test:404 monday 9:00 UTC", "no such channel"),
        ("schedule new channel:test:99 monday 9:00 UTC", "isn't in this community"),
        ("schedule new channel:slack:T1/C1 monday 9:00 UTC", "not connected to Slack here"),
        (f"{SCHEDULE} weeks:13", "weeks must be 1 to 12."),
        (f"{SCHEDULE} weeks:0", "weeks must be 1 to 12."),
        (f"{SCHEDULE} hours:999", "hours must be 1 to 160."),
        (f"{SCHEDULE} hours:0", "hours must be 1 to 160."),
        (f"{SCHEDULE} hours:-3", "hours must be 1 to 160."),
        (f"{SCHEDULE} hours:1234567", "hours must be 1 to 160."),
        (f"{SCHEDULE} hours:many", "“many” isn't a number"),
        ("tips remove tip:0", "The number must be 1 to 999,999."),
        ("tips share AAAA", "doesn't work"),
        ("settings notifications channel:test:99", "isn't in this community"),
        ("tips import nonsense: [", "neither CSV"),
    ],
)
async def test_invalid_input_is_refused_and_changes_nothing(
    talk: ModeratorSession, line: str, says: str
) -> None:
    reply = await talk.app.handle_line(line, MODERATOR)
    assert says in words(reply)
    assert await talk.texts() == []
    store = await talk.app.store()
    assert await store.schedules.list_active() == ()


@pytest.mark.parametrize("zone", ["GMT+2", "EET", "zone:Etc/GMT-2", "zone:+02:00"])
async def test_an_ambiguous_zone_is_refused_with_cities_that_work(
    talk: ModeratorSession, zone: str
) -> None:
    line = f"schedule start channel:{CHANNEL} monday 9:00 {zone}"
    reply = await talk.app.handle_line(line, MODERATOR)
    assert reply.outcome is Outcome.REFUSED
    assert "easy to misread" in words(reply)
    offered = {each.label: each for each in reply.actions()}
    assert len(offered) == 3
    assert "Europe/Athens" in offered
    store = await talk.app.store()
    assert await store.schedules.list_active() == ()
    assert (await talk.press(offered["Europe/Athens"])).outcome is Outcome.DONE
    [made] = await store.schedules.list_active()
    assert made.plan.zone == "Europe/Athens"
    changed = await talk.app.handle_line("schedule edit 1 zone:IST", MODERATOR)
    assert changed.actions()[0].label == "Asia/Kolkata"
    assert await store.schedules.list_active() == (made,)


async def test_a_country_with_several_zones_is_refused_with_its_cities(
    talk: ModeratorSession,
) -> None:
    line = f"schedule start channel:{CHANNEL} monday 9:00 Spain"
    reply = await talk.app.handle_line(line, MODERATOR)
    assert "“Spain” has more than one time zone" in words(reply)
    offered = {each.label: each for each in reply.actions()}
    assert (await talk.press(offered["Europe/Madrid"])).outcome is Outcome.DONE


async def test_a_schedule_stores_the_current_name_of_its_zone(talk: ModeratorSession) -> None:
    await talk.say(f"schedule start channel:{CHANNEL} monday 9:00 US/Eastern")
    await talk.say("schedule edit 1 zone:Asia/Calcutta")
    store = await talk.app.store()
    [made] = await store.schedules.list_active()
    assert made.plan.zone == "Asia/Kolkata"


async def test_a_suggestion_is_announced_and_only_moderators_approve_it(
    talk: ModeratorSession,
) -> None:
    await talk.say(f"settings notifications channel:{CHANNEL}")
    assert "Thank you" in await talk.say("suggest Ask who reads the eval set.", MEMBER)
    asked = talk.platform.messages(CHANNEL)[-1]["says"]
    assert "Ask who reads the eval set." in asked
    approve = Action("Approve", Call("tips-approve", {"tip": "1"}))
    assert (await talk.press(approve, MEMBER)).outcome is Outcome.REFUSED
    assert await talk.texts(TipState.QUEUED) == []
    assert (await talk.press(approve)).outcome is Outcome.DONE
    assert await talk.texts(TipState.QUEUED) == ["Ask who reads the eval set."]
    assert "in the queue" in talk.platform.direct_messages()[-1]
    assert ("test:5", "refused", "tips-approve") in await talk.actions()


async def test_a_denied_members_direct_message_has_the_reason(talk: ModeratorSession) -> None:
    await talk.say("suggest Buy my course.", MEMBER)
    await talk.say("tips deny 1 No advertising, please.")
    assert "No advertising, please." in talk.platform.direct_messages()[-1]
    assert "denied" in await talk.refused("tips deny 1 Again.")
    assert await talk.texts(TipState.DENIED) == ["Buy my course."]


async def test_a_member_can_have_only_five_waiting_suggestions(talk: ModeratorSession) -> None:
    for n in range(5):
        await talk.say(f"suggest tip {n}", MEMBER)
        assert "already know that tip" in await talk.refused(f"suggest Tip {n}", OTHER_MEMBER)
    assert "waiting for a decision" in await talk.refused("suggest tip 6", MEMBER)


async def test_every_moderator_command_is_refused_to_members_and_audited(
    talk: ModeratorSession,
) -> None:
    await talk.say("tips add A tip.")
    await talk.say(SCHEDULE)
    before = (await talk.texts(), len(await talk.actions()))
    commands = [each for each in talk.app.commands.values() if each.group]
    assert len(commands) > 20
    for command in commands:
        forged = Call(command.name, dict.fromkeys(command.args, "1"))
        for call in (Call(command.name), forged):
            assert (await talk.app.handle(call, MEMBER)).outcome is Outcome.REFUSED
        if not command.hidden:
            await talk.refused(command.name, MEMBER)
    actions = await talk.actions()
    refused = {about for who, action, about in actions if (who, action) == (MEMBER.id, "refused")}
    assert refused == {each.name for each in commands}
    assert await talk.texts() == before[0]
    assert len(actions) == before[1] + len(commands)  # many equal entries are merged into one line


async def test_a_schedule_is_made_paused_resumed_changed_and_stopped(
    talk: ModeratorSession,
) -> None:
    assert "Started. " in await talk.say(f"{SCHEDULE} pin:yes")
    await talk.say("schedule pause 1")
    assert "paused" in await talk.say("schedule list")
    await talk.say("schedule resume 1")
    assert "10:30" in await talk.say("schedule edit 1 friday 10:30 America/New_York weeks:2")
    assert "Nothing was changed" in await talk.say("schedule edit 1 friday")
    stop = (await talk.choices("schedule stop 1"))["Stop it"]
    await talk.say("schedule pause 1")
    assert "Stopped" in words(await talk.press(stop))
    assert (await talk.press(stop)).outcome is Outcome.REFUSED
    assert "or it was stopped" in await talk.refused("schedule pause 1")


async def test_a_role_is_notified_only_after_confirmation(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    choices = await talk.choices(f"{SCHEDULE} mention:test:role/3")
    [schedule] = await store.schedules.list_active()
    assert schedule.plan.mention is None
    await talk.press(choices["Notify them every time"])
    [schedule] = await store.schedules.list_active()
    assert schedule.plan.mention == "test:role/3"
    await talk.say("schedule edit 1 mention:none")
    [schedule] = await store.schedules.list_active()
    assert schedule.plan.mention is None


async def test_an_unconfirmed_change_is_neither_reported_nor_audited(
    talk: ModeratorSession,
) -> None:
    await talk.say(SCHEDULE)
    store = await talk.app.store()
    before = (await store.schedules.list_active(), await talk.actions())
    asked = await talk.app.handle_line("schedule edit 1 mention:test:role/3", MODERATOR)
    assert asked.outcome is Outcome.DONE
    assert "Nothing was changed" in words(asked)
    assert (await store.schedules.list_active(), await talk.actions()) == before
    done = await talk.press({each.label: each for each in asked.actions()}[_NOTIFY])
    assert "Changed: " in words(done)
    assert (MODERATOR.id, "changed", "schedule 1: notifies a role") in await talk.actions()
    assert _NOTIFY not in await talk.choices("schedule edit 1 mention:test:role/3")
    both = await talk.say("schedule edit 1 friday mention:test:role/4")
    assert "Changed: " in both
    [schedule] = await store.schedules.list_active()
    assert schedule.plan.mention == "test:role/3"


async def test_the_calendar_shows_skipped_and_swapped_tips(talk: ModeratorSession) -> None:
    for n in range(1, 4):
        await talk.say(f"tips add tip {n}")
    await talk.say(SCHEDULE)
    await talk.say("schedule swap 1 3")
    calendar = await talk.say("schedule calendar 3")
    assert re.findall(r"tip \d", calendar) == ["tip 3", "tip 1", "tip 2"]
    await talk.say("schedule skip 1")
    assert "skipped" in await talk.say("schedule calendar 1")


async def test_the_preview_is_what_is_posted(talk: ModeratorSession) -> None:
    await talk.say("tips add Ask for the launch dates. topic:interviews")
    await talk.say(SCHEDULE)
    preview = await talk.say("tips preview")
    yes = (await talk.choices("schedule post-now 1"))["Post it now"]
    assert (await talk.press(yes)).outcome is Outcome.DONE
    assert (await talk.press(yes)).outcome is Outcome.REFUSED
    await talk.look()
    [message] = talk.platform.messages(CHANNEL)
    assert preview.startswith(message["says"])
    assert "no tips left to post" in await talk.refused("schedule post-now 1")


@pytest.mark.parametrize("once", ["20200101T000000Z", "20991231T235959Z", "soon"])
async def test_an_old_or_forged_button_to_post_now_posts_nothing(
    talk: ModeratorSession, once: str
) -> None:
    await talk.say("tips add A tip.")
    await talk.say(SCHEDULE)
    call = Call("schedule-post-confirmed", {"schedule": "1", "once": once})
    assert (await talk.app.handle(call, MODERATOR)).outcome is Outcome.REFUSED
    await talk.look()
    assert talk.platform.messages(CHANNEL) == []


async def test_an_uncertain_post_is_decided_by_a_button_once(talk: ModeratorSession) -> None:
    blind = talk.platform
    blind.may_look = False
    await talk.say("tips add A tip.")
    await talk.say(SCHEDULE)
    await talk.press((await talk.choices("schedule post-now 1"))["Post it now"])
    blind.fail("post", "lost-undone")
    await talk.look()
    for _ in range(6):  # until the next attempt is due
        await talk.say("tips")
        await talk.look()
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    [it] = await store.occurrences.list_for_queue(queue, OccurrenceState.UNCERTAIN)
    due = it.due_at.strftime("%Y%m%dT%H%M%SZ")
    call = Call("schedule-settle", {"schedule": "1", "due": due, "decision": "post"})
    assert (await talk.app.handle(call, MEMBER)).outcome is Outcome.REFUSED
    assert (await talk.app.handle(call, MODERATOR)).outcome is Outcome.DONE
    assert (await talk.app.handle(call, MODERATOR)).outcome is Outcome.REFUSED
    await talk.look()
    assert len(blind.messages(CHANNEL)) == 1


async def test_two_communities_share_a_queue_by_a_code(talk: ModeratorSession) -> None:
    other = Caller("slack:T2/U1", moderator=True, community="slack:T2")
    await talk.say("tips add Ours.")
    await talk.say("tips add Theirs.", other)
    assert "isn't shared" in await talk.say("tips share")
    link = await talk.say("tips share-code")
    code = link.split("tips share ")[1].split()[0]
    await talk.say(f"tips share {code}", other)
    assert await talk.texts(community="slack:T2") == ["Ours.", "Theirs."]
    await talk.say("tips add From there.", other)
    assert await talk.texts() == ["Ours.", "Theirs.", "From there."]
    assert "doesn't work" in await talk.refused(f"tips share {code}", other)
    await talk.say("tips stop-sharing yes", other)
    await talk.say("tips remove 1")
    assert len(await talk.texts(TipState.QUEUED, community="slack:T2")) == 3


async def test_privacy_shows_and_erases_a_members_suggestions(talk: ModeratorSession) -> None:
    await talk.say("suggest Mine.", MEMBER)
    assert "Mine." in await talk.say("privacy export", MEMBER)
    await talk.say("privacy delete-yes", MEMBER)
    assert await talk.texts() == []
    assert all(who != MEMBER.id for who, _, _ in await talk.actions())


async def test_without_a_community_there_are_no_tips(talk: ModeratorSession) -> None:
    assert "community" in await talk.refused("suggest A tip.", Caller("test:5"))
