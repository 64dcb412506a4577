"""The panel, the set-up of weekly tips, and the pages of tips and schedules, by buttons alone."""

import asyncio
from dataclasses import replace
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
from bot.community.first_offer import offer_setup
from bot.errors import Refusal
from bot.forms import Field, FieldKind
from bot.reply import Action, ActionStyle, Item, Outcome, Paragraph, Reply
from storage import Schedule, ScheduleState, TipState

OTHER = Caller("test:8", moderator=True, community=HOME)
WHEN = {"channel": CHANNEL, "day": "Monday", "time": "09:00", "zone": "Europe/Berlin"}


@pytest.fixture
async def talk(keeping: App, tmp_path: Path) -> ModeratorSession:
    return moderator_session(keeping, tmp_path)


def labeled(reply: Reply) -> dict[str, Action]:
    return {each.label: each for each in reply.actions()}


async def call(talk: ModeratorSession, name: str, **args: str) -> Reply:
    return await talk.app.handle(Call(name, args), MODERATOR)


async def fields(talk: ModeratorSession, name: str, **args: str) -> dict[str, Field]:
    form = await talk.app.form_for(Call(name, args), MODERATOR)
    assert form
    return {each.name: each for each in form.fields}


async def schedules(talk: ModeratorSession) -> tuple[Schedule, ...]:
    return await (await talk.app.store()).schedules.list_active()


async def started(talk: ModeratorSession, **more: str) -> Reply:
    preview = await call(talk, "schedule-new", **WHEN, **more)
    return await talk.press(labeled(preview)["Start"])


async def test_without_a_schedule_the_panel_leads_to_the_set_up(talk: ModeratorSession) -> None:
    panel = await call(talk, "tips-panel")
    assert panel.answer == "Weekly tips aren't set up here yet."
    first, *others = panel.buttons
    assert (first.label, first.style) == ("Set up weekly tips", ActionStyle.PRIMARY)
    assert "Review suggestions" not in [each.label for each in others]


async def test_the_set_up_form_has_five_fields_and_is_filled_in_as_far_as_possible(
    talk: ModeratorSession,
) -> None:
    who = replace(MODERATOR, time_zone="Asia/Calcutta", locale="de")
    form = await talk.app.form_for(Call("schedule-new"), who)
    assert form
    assert (form.title, form.submit) == ("Set up weekly tips", "Preview")
    values = {each.name: each.value for each in form.fields}
    assert values["time"] == "09:00"
    assert values["zone"] == "Asia/Kolkata"
    assert values["starter"] == "yes"
    by_name = {each.name: each for each in form.fields}
    assert len(by_name) == 5
    assert by_name["zone"].kind is FieldKind.SEARCH
    zones = [each.id for each in by_name["zone"].options]
    assert zones[:3] == ["Asia/Kolkata", "Europe/Berlin", "UTC"]
    assert 20 <= len(zones) <= 25
    await talk.say("tips add A tip.")
    assert (await fields(talk, "schedule-new"))["starter"].value == "no"


@pytest.mark.parametrize("locale", ["", "xx", "de-", "es-419", "zh-TW", "klingon", "en_US"])
async def test_any_locale_leaves_zones_to_choose_from(talk: ModeratorSession, locale: str) -> None:
    who = replace(MODERATOR, time_zone="Nowhere/At_All", locale=locale)
    form = await talk.app.form_for(Call("schedule-new"), who)
    assert form
    [zone] = [each for each in form.fields if each.name == "zone"]
    assert "Europe/London" in [each.id for each in zone.options]
    assert len(zone.options) <= 25


async def test_nothing_is_stored_before_start(talk: ModeratorSession) -> None:
    preview = await call(talk, "schedule-new", **WHEN, starter="yes")
    assert "Nothing is posted yet" in words(preview)
    assert "Mon 23 Nov, 09:00" in words(preview)
    assert "52 sourced tips" in words(preview)
    assert "Tip of the week" in words(preview)
    assert (await schedules(talk), await talk.texts()) == ((), [])
    done = await talk.press(labeled(preview)["Start"])
    assert words(done).startswith("Started. The first tip will be posted")
    assert len(await talk.texts()) == 52
    [made] = await schedules(talk)
    assert made.plan.channel == CHANNEL
    first = (await talk.texts())[0]
    assert first in words(preview), "the preview shows the tip that is posted first"
    assert {"Add tip", "Schedules", "Calendar", "Post now"} <= labeled(done).keys()


async def test_start_pressed_twice_or_by_two_starts_once(talk: ModeratorSession) -> None:
    preview = await call(talk, "schedule-new", **WHEN, starter="yes")
    start = labeled(preview)["Start"]
    both = await asyncio.gather(talk.press(start), talk.press(start, OTHER))
    assert sorted(each.outcome for each in both) == [Outcome.DONE, Outcome.REFUSED]
    assert len(await schedules(talk)) == 1
    assert len(await talk.texts()) == 52
    again = await talk.press(start)
    assert "already gets tips at that time" in words(again)


async def test_a_refused_start_adds_no_tips(talk: ModeratorSession) -> None:
    await call(talk, "schedule-start", **WHEN)
    again = await call(talk, "schedule-start", **WHEN, starter="yes")
    assert again.outcome is Outcome.REFUSED
    assert await talk.texts() == []


@pytest.mark.parametrize(
    ("command", "values", "argument"),
    [
        ("tips-add", {"text": "Ask first.", "link": "example.com"}, "link"),
        ("tips-add", {"text": "Known already."}, "text"),
        ("suggest", {"text": "Ask first.", "link": "example.com"}, "link"),
        ("schedule-new", {**WHEN, "channel": "test:99"}, "channel"),
    ],
)
async def test_a_refused_form_names_the_field_that_is_wrong(
    talk: ModeratorSession, command: str, values: dict[str, str], argument: str
) -> None:
    await call(talk, "tips-add", text="Known already.")
    refused = await talk.app.handle(Call(command, values), talk.who)
    assert (refused.outcome, refused.argument) == (Outcome.REFUSED, argument)


async def test_two_who_add_the_starter_pack_at_once_add_it_once(talk: ModeratorSession) -> None:
    add = Action("Add", Call("tips-starter"))
    both = await asyncio.gather(talk.press(add), talk.press(add, OTHER))
    assert sorted(each.outcome for each in both) == [Outcome.DONE, Outcome.REFUSED]
    assert len(await talk.texts()) == 52


async def test_a_forged_start_is_refused(talk: ModeratorSession) -> None:
    start = Action("Start", Call("schedule-start", WHEN))
    assert (await talk.press(start, MEMBER)).outcome is Outcome.REFUSED
    elsewhere = Action("Start", Call("schedule-start", WHEN | {"channel": "test:99"}))
    assert (await talk.press(elsewhere)).outcome is Outcome.REFUSED
    assert await schedules(talk) == ()


async def test_the_panel_shows_what_is_next_left_and_waiting(talk: ModeratorSession) -> None:
    for text in ("One.", "Two.", "Three."):
        await talk.say(f"tips add {text}")
    await started(talk, weeks="2")
    panel = await call(talk, "tips-panel")
    assert "“One”" in words(panel)
    assert "3, enough for 6 weeks" in words(panel)
    assert labeled(panel)["Add tip"].style is ActionStyle.PRIMARY
    await talk.say("suggest Four.", MEMBER)
    panel = await call(talk, "tips-panel")
    assert "Waiting for approval" in words(panel)
    styles = {each.label: each.style for each in panel.buttons}
    assert styles["Review suggestions"] is ActionStyle.PRIMARY
    assert styles["Add tip"] is ActionStyle.NORMAL
    assert len([each for each in styles.values() if each is ActionStyle.PRIMARY]) == 1


async def test_every_reply_to_an_action_begins_with_what_was_done(talk: ModeratorSession) -> None:
    added = await call(talk, "tips-add", text="Ask who reads the\nevaluation set.")
    assert words(added).startswith("Added: “Ask who reads the evaluation set”.")
    await started(talk)
    tip = {"tip": "1"}
    for name, args, says in (
        ("tips-edit", {**tip, "topic": "hiring"}, "Changed: "),
        ("schedule-pause", {}, "Paused: "),
        ("schedule-resume", {}, "Resumed: "),
        ("schedule-skip", {}, "Skipped: "),
        ("schedule-swap", tip, "Next tip in "),
        ("schedule-edit", {"time": "10:00"}, "Changed: "),
        ("tips-remove", tip, "Removed: "),
    ):
        reply = await call(talk, name, **args)
        assert words(reply).startswith(says), name
        assert {"tips-panel", "tips-add"} & {each.call.command for each in reply.actions()}, name


async def test_a_tip_is_edited_in_a_form_that_shows_it(talk: ModeratorSession) -> None:
    text = "Read it.\n\nThen ask."
    await call(talk, "tips-add", text=text, link="https://x.org/a", topic="reading")
    shown = await fields(talk, "tips-edit", tip="1")
    assert {name: each.value for name, each in shown.items()} == {
        "text": text,
        "link": "https://x.org/a",
        "role": "",
        "topic": "reading",
    }
    assert shown["text"].kind is FieldKind.TEXT
    await call(talk, "tips-edit", tip="1", text=text, link="none", topic="none", role="ai-engineer")
    store = await talk.app.store()
    tip = await store.tips.get(await store.queues.get_or_create(HOME), 1)
    assert tip
    assert (tip.text, tip.link, tip.topic, tip.role) == (text, None, None, "ai-engineer")
    await call(talk, "tips-edit", tip="1", role="none")
    tip = await store.tips.get(await store.queues.get_or_create(HOME), 1)
    assert tip
    assert tip.role is None


async def test_an_edit_of_a_tip_that_was_removed_meanwhile_shows_the_new_text(
    talk: ModeratorSession,
) -> None:
    await talk.say("tips add Old text.")
    await talk.app.handle(Call("tips-remove", {"tip": "1"}), OTHER)
    reply = await call(talk, "tips-edit", tip="1", text="My long new text.")
    assert reply.outcome is Outcome.REFUSED
    assert "My long new text." in words(reply)
    assert await talk.texts() == ["Old text."]
    with pytest.raises(Refusal, match="Restore it before"):
        await talk.app.form_for(Call("tips-edit", {"tip": "1"}), MODERATOR)
    await talk.press(labeled(reply)["Restore"])
    assert await talk.texts(TipState.QUEUED) == ["Old text."]


async def test_tips_are_opened_moved_and_removed_by_buttons(talk: ModeratorSession) -> None:
    for text in ("One.", "Two.", "Three."):
        await talk.say(f"tips add {text}")
    listed = await call(talk, "tips-queue")
    items = [each for each in listed.nodes if isinstance(each, Item)]
    page = await talk.press(items[2].action)
    moved = await talk.press(labeled(page)["Move up"])
    assert await talk.texts() == ["One.", "Three.", "Two."]
    first = await talk.press(labeled(moved)["Move to top"])
    assert await talk.texts() == ["Three.", "One.", "Two."]
    await talk.press(labeled(first)["Move down"])
    assert await talk.texts() == ["One.", "Three.", "Two."]
    remove = labeled(page)["Remove"]
    assert remove.style is ActionStyle.DANGER
    gone = await talk.press(remove)
    assert await talk.texts(TipState.QUEUED) == ["One.", "Two."]
    assert (await talk.press(remove, OTHER)).outcome is Outcome.REFUSED
    await talk.press(labeled(gone)["Restore"])
    assert len(await talk.texts(TipState.QUEUED)) == 3


async def test_a_second_press_of_pause_or_resume_is_logged_once(talk: ModeratorSession) -> None:
    await talk.app.handle(Call("schedule-start", WHEN), MODERATOR)
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    for name, action in (("schedule-pause", "paused"), ("schedule-resume", "active")):
        for _ in range(2):
            reply = await call(talk, name, schedule="1")
            assert reply.outcome is Outcome.DONE
        assert await store.audit.count_actions(queue, [action]) == 1


async def test_commands_without_a_tip_list_the_tips(talk: ModeratorSession) -> None:
    await talk.say("tips add One.")
    for name in ("tips-edit", "tips-move", "tips-remove"):
        reply = await call(talk, name)
        assert words(reply).startswith("Which tip")
        assert any(isinstance(each, Item) for each in reply.nodes)


async def test_with_several_schedules_buttons_choose_one(talk: ModeratorSession) -> None:
    await talk.say("tips add One.")
    await started(talk)
    assert "Paused" in words(await call(talk, "schedule-pause"))
    assert "No schedule is active" in words(await call(talk, "schedule-skip"))
    await call(talk, "schedule-resume")
    await call(talk, "schedule-start", **(WHEN | {"day": "Friday"}))
    for name in ("schedule-pause", "schedule-skip", "schedule-post-now", "schedule-stop"):
        asked = await call(talk, name)
        assert asked.answer == "Which schedule?", name
        assert {"Mondays at 09:00 in #11", "Fridays at 09:00 in #11"} <= labeled(asked).keys()
    done = await talk.press(labeled(await call(talk, "schedule-pause"))["Fridays at 09:00 in #11"])
    assert words(done).startswith("Paused: \nFridays at 09:00")
    asked = await call(talk, "schedule-edit", time="11:00")
    await talk.press(labeled(asked)["Mondays at 09:00 in #11"])
    [monday] = await schedules(talk)
    assert monday.plan.minute == 11 * 60


async def test_the_edit_form_of_the_only_schedule_shows_its_values(talk: ModeratorSession) -> None:
    await started(talk)
    shown = await fields(talk, "schedule-edit")
    assert {name: each.value for name, each in shown.items()} == WHEN
    unchanged = await call(talk, "schedule-edit", **WHEN)
    assert unchanged.answer == "Nothing was changed."


async def test_each_option_is_changed_by_one_click(talk: ModeratorSession) -> None:
    await started(talk)
    tried = 0
    options = await call(talk, "schedule-options", schedule="1")
    for label, option in labeled(options).items():
        if option.call.command != "schedule-edit":
            continue
        assert await talk.app.form_for(option.call, MODERATOR) is None, "one click is enough"
        [before] = await schedules(talk)
        reply = await talk.press(option)
        [after] = await schedules(talk)
        assert words(reply).startswith("Changed: "), label
        assert after.plan != before.plan, label
        again = labeled(await call(talk, "schedule-options", schedule="1"))
        assert label not in again, "what is set isn't offered"
        tried += 1
    assert tried >= 8


async def test_a_schedule_is_stopped_only_after_a_question(talk: ModeratorSession) -> None:
    await started(talk)
    asked = await call(talk, "schedule-stop")
    assert len(await schedules(talk)) == 1
    stop = labeled(asked)["Stop it"]
    assert stop.style is ActionStyle.DANGER
    assert (await talk.press(stop)).outcome is Outcome.DONE
    assert await schedules(talk) == ()


async def test_a_skip_button_of_a_post_that_is_over_skips_nothing(talk: ModeratorSession) -> None:
    await talk.say("tips add One.")
    await started(talk)
    page = await call(talk, "schedule-show")
    skip = labeled(page)["Skip next"]
    [made] = await schedules(talk)
    store = await talk.app.store()
    later = made.next_due.replace(day=made.next_due.day + 7)
    await store.schedules.update(made.id, next_due=later)
    assert "has changed" in words(await talk.press(skip))
    skipped = await talk.press(labeled(await call(talk, "schedule-show"))["Skip next"])
    assert words(skipped).startswith("Skipped")
    undone = await talk.press(labeled(skipped)["Undo the skip"])
    assert words(undone).startswith("No longer skipped. A tip will be posted")
    assert "skipped" not in words(await call(talk, "schedule-calendar"))


async def test_a_tip_to_swap_in_is_chosen_from_a_menu(talk: ModeratorSession) -> None:
    for text in ("One.", "Two.", "Three."):
        await talk.say(f"tips add {text}")
    await started(talk)
    menu = await call(talk, "schedule-swap")
    done = await talk.press(labeled(menu)["Two."])
    assert "“Two”" in words(done)
    assert "“Two”" in words(await call(talk, "tips-panel"))


async def test_two_confirmations_of_post_now_post_one_tip(talk: ModeratorSession) -> None:
    for text in ("One.", "Two."):
        await talk.say(f"tips add {text}")
    await started(talk)
    mine = labeled(await call(talk, "schedule-post-now"))["Post it now"]
    asked = await talk.app.handle(Call("schedule-post-now"), OTHER)
    theirs = labeled(asked)["Post it now"]
    replies = await asyncio.gather(talk.press(mine), talk.press(theirs, OTHER), talk.press(mine))
    assert [each.outcome for each in replies].count(Outcome.DONE) == 1
    await talk.look()
    assert len(talk.platform.messages(CHANNEL)) == 1
    assert (await talk.press(theirs, OTHER)).outcome is Outcome.REFUSED


async def test_the_set_up_is_offered_once_and_only_to_moderators_in_private(
    talk: ModeratorSession,
) -> None:
    reply = Reply("An answer.", (Paragraph("With facts."),))
    app = talk.app
    assert await offer_setup(app, reply, MEMBER, is_private=True) is reply
    assert await offer_setup(app, reply, MODERATOR, is_private=False) is reply
    nowhere = Caller("test:7", moderator=True)
    short = Reply("Removed.")
    assert await offer_setup(app, short, MODERATOR, is_private=True) is short
    assert await offer_setup(app, reply, nowhere, is_private=True) is reply
    offered = await asyncio.gather(
        *(offer_setup(app, reply, who, is_private=True) for who in (MODERATOR, OTHER))
    )
    assert sorted(len(each.actions()) for each in offered) == [0, 1]
    app.offered_setup.discard(HOME)  # as after a restart
    assert await offer_setup(app, reply, MODERATOR, is_private=True) is reply


async def test_the_set_up_is_not_offered_where_tips_are_posted(talk: ModeratorSession) -> None:
    await started(talk)
    reply = Reply("An answer.", (Paragraph("With facts."),))
    assert await offer_setup(talk.app, reply, MODERATOR, is_private=True) is reply
    [made] = await schedules(talk)
    assert made.state is ScheduleState.ACTIVE


async def test_the_set_up_is_not_offered_twice_in_one_reply(talk: ModeratorSession) -> None:
    for name, args in (("tips-panel", {}), ("schedule-new", WHEN)):
        talk.app.offered_setup.discard(HOME)
        reply = await call(talk, name, **args)
        assert await offer_setup(talk.app, reply, MODERATOR, is_private=True) is reply
