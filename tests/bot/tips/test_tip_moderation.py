"""Cards that ask moderators to decide, the review of what waits, reasons, and blocks."""

import asyncio
from dataclasses import replace
from datetime import date
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
from bot.errors import Refusal
from bot.reply import ActionStyle, Outcome, Reply
from bot.tips.recurrence import next_due
from storage import NewTip, Plan, TipState

SECOND = Caller("test:8", moderator=True, community=HOME)
ELSEWHERE = Caller("test:9", moderator=True, community="test:elsewhere")
THEIR_ROOM = "test:99"


@pytest.fixture
async def talk(keeping: App, tmp_path: Path) -> ModeratorSession:
    session = moderator_session(keeping, tmp_path)
    await session.say(f"settings notifications channel:{CHANNEL}")
    return session


def card(talk: ModeratorSession, room: str = CHANNEL) -> str:
    """Return the words of the newest message in the moderators' channel."""
    return str(talk.platform.messages(room)[-1]["says"])


async def call(talk: ModeratorSession, name: str, who: Caller = MODERATOR, **args: str) -> Reply:
    return await talk.app.handle(Call(name, args), who)


def labels(reply: Reply) -> list[str]:
    return [each.label for each in reply.actions()]


async def test_a_card_shows_what_decides_and_its_buttons(talk: ModeratorSession) -> None:
    await talk.say("suggest text:Line one link:https://x.org/a", MEMBER)
    shown = card(talk)
    parts = ("Suggestion from ", MEMBER.id, "Line one", "https://x.org/a", "Approve", "Edit")
    for part in (*parts, "Deny", "Block suggestions from this member"):
        assert part in shown


async def test_line_breaks_of_a_suggestion_are_kept(talk: ModeratorSession) -> None:
    reply = await call(talk, "suggest", MEMBER, text="First line.\n\nSecond line.")
    assert reply.outcome is Outcome.DONE
    assert "First line.\n\nSecond line." in card(talk)


@pytest.mark.parametrize("line", ["tips approve 2", "tips approve tip:2 next:yes"])
async def test_an_approved_card_is_edited_for_everyone(talk: ModeratorSession, line: str) -> None:
    await talk.say("tips add Ours.")
    await talk.say("suggest Theirs.", MEMBER)
    assert "Approved. It's number 2 in the queue." in await talk.say(line)
    shown = card(talk)
    assert shown.startswith(f"Approved by \n{MODERATOR.id}\n, number 2 in the queue.")
    assert "Theirs." in shown
    for gone in ("Approve\n", "Edit", "Deny"):
        assert gone not in shown
    [told] = talk.platform.direct_messages()
    assert "Your tip was approved" in told
    assert "number 2 in the queue" in told


async def test_the_author_is_told_when_and_where_the_tip_is_planned(
    talk: ModeratorSession,
) -> None:
    await talk.say("tips add Ours.")
    await talk.say("suggest Theirs.", MEMBER)
    await _schedule(talk)
    await talk.say("tips approve 2")
    [told] = talk.platform.direct_messages()
    assert "It's planned for" in told  # the adapters' tests check the time
    assert CHANNEL in told


async def test_a_schedule_that_cant_be_used_is_no_error_of_an_approval(
    talk: ModeratorSession,
) -> None:
    await talk.say("suggest Theirs.", MEMBER)
    await _schedule(talk, zone="Nowhere/Land")
    assert "Approved" in await talk.say("tips approve 1")
    [told] = talk.platform.direct_messages()
    assert "number 1 in the queue" in told


async def _schedule(talk: ModeratorSession, zone: str = "UTC") -> None:
    store, now = await talk.app.store(), talk.app._clock()  # noqa: SLF001 - the same moments
    plan = Plan(HOME, CHANNEL, 0, 540, "UTC", date(2026, 11, 16))
    due_at, plan = next_due(plan, now), replace(plan, zone=zone)
    queue = await store.queues.get_or_create(HOME)
    assert await store.schedules.add(queue, plan, MODERATOR.id, now, due_at)


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ({"because": "advertising"}, "Advertising"),
        ({"because": "source", "reason": "Link the study."}, "Needs a source. Link the study."),
        ({"because": "other", "reason": "We had it."}, "We had it."),
        ({"reason": "no ads."}, "no ads."),
        ({"reason": "off topic"}, "Off topic"),
    ],
)
async def test_a_denial_is_on_the_card_and_told_kindly(
    talk: ModeratorSession, args: dict[str, str], reason: str
) -> None:
    await talk.say("suggest Buy my course.", MEMBER)
    reply = await call(talk, "tips-deny", MODERATOR, tip="1", **args)
    assert f"Denied: {reason}" in words(reply)
    assert card(talk).startswith(f"Denied by \n{MODERATOR.id}\n: {reason}")
    assert "Restore" in card(talk)
    [told] = talk.platform.direct_messages()
    assert told.startswith("Thank you for your tip. The moderators didn't pick it this time.")
    assert reason in told


async def test_a_typed_denial_takes_the_rest_of_the_line(talk: ModeratorSession) -> None:
    await talk.say("suggest Buy my course.", MEMBER)
    assert "We posted it last month." in await talk.say("tips deny 1 We posted it last month")
    assert "already denied this tip" in await talk.refused("tips deny 1 again")


async def test_without_a_reason_the_moderator_is_asked(talk: ModeratorSession) -> None:
    await talk.say("suggest Buy my course.", MEMBER)
    other = await call(talk, "tips-deny", tip="1", because="other")
    assert (other.outcome, other.argument) == (Outcome.REFUSED, "reason")
    asked = await call(talk, "tips-deny", tip="1")
    assert "Why are you denying this tip?" in words(asked)
    assert await talk.texts(TipState.SUGGESTED) == ["Buy my course."]
    choice = {each.label: each for each in asked.actions()}["Off topic"]
    assert "Denied: Off topic." in words(await talk.press(choice))


async def test_the_denial_form_has_reasons_and_a_text(talk: ModeratorSession) -> None:
    await talk.say("suggest Buy my course.", MEMBER)
    form = await talk.app.form_for(Call("tips-deny", {"tip": "1"}), MODERATOR)
    assert form is not None
    reason, note = form.fields
    assert len(reason.options) == 6
    assert not reason.is_required
    assert not note.is_required
    assert await talk.app.form_for(Call("tips-deny", {"tip": "1"}), MEMBER) is None


async def test_a_denied_tip_is_restored_and_decided_again(talk: ModeratorSession) -> None:
    await talk.say("suggest A tip.", MEMBER)
    denied = await call(talk, "tips-deny", tip="1", because="unclear")
    restore = {each.label: each for each in denied.actions()}["Restore"]
    restored = await talk.press(restore)
    assert "it's waiting for a decision again" in words(restored)
    assert "Approve" in labels(restored)
    assert card(talk).startswith("Suggestion from ")
    assert (await talk.press(restore)).outcome is Outcome.REFUSED
    await talk.say("tips approve 1")
    assert card(talk).startswith("Approved by ")


async def test_an_edit_and_a_removal_show_on_the_card(talk: ModeratorSession) -> None:
    await talk.say("suggest A tipp.", MEMBER)
    await talk.say("tips edit 1 A tip.")
    assert "A tip.\n" in card(talk)
    assert "Approve" in card(talk)
    await talk.say("tips approve 1")
    await talk.say("tips remove 1", SECOND)
    assert card(talk).startswith(f"Removed from the queue by \n{SECOND.id}")


async def test_the_second_moderator_sees_who_decided(talk: ModeratorSession) -> None:
    await talk.say("suggest A tip.", MEMBER)
    first, second = await asyncio.gather(
        call(talk, "tips-approve", MODERATOR, tip="1"),
        call(talk, "tips-approve", SECOND, tip="1"),
    )
    lost, winner = (second, MODERATOR) if first.outcome is Outcome.DONE else (first, SECOND)
    assert lost.outcome is Outcome.REFUSED
    assert words(lost).startswith(f"{winner.id}\n has\n already approved this tip.")
    assert len(talk.platform.direct_messages()) == 1
    denied = await call(talk, "tips-deny", SECOND, tip="1", because="unclear")
    assert denied.outcome is Outcome.REFUSED
    assert await talk.texts(TipState.QUEUED) == ["A tip."]


@pytest.mark.parametrize("first", ["tips deny 1 off-topic", "tips remove 1"])
async def test_an_approval_that_comes_too_late_changes_nothing(
    talk: ModeratorSession, first: str
) -> None:
    await talk.say("suggest A tip.", MEMBER)
    await talk.say(first)
    told = list(talk.platform.direct_messages())
    late = await call(talk, "tips-approve", SECOND, tip="1")
    assert late.outcome is Outcome.REFUSED
    assert words(late).startswith(f"{MODERATOR.id}\n has\n already ")
    assert "Restore" in labels(late)
    assert await talk.texts(TipState.QUEUED) == []
    assert talk.platform.direct_messages() == told


async def test_a_removed_tip_is_restored_to_its_place(talk: ModeratorSession) -> None:
    await talk.say("tips add One.")
    await talk.say("tips add Two.")
    restore = (await talk.choices("tips remove 1"))["Restore"]
    back = await talk.press(restore)
    assert words(back).startswith("Restored: “One”.")
    assert "number 1 of 2 in the queue" in words(back)
    assert await talk.texts(TipState.QUEUED) == ["One.", "Two."]
    again = await talk.press(restore)
    assert again.outcome is Outcome.REFUSED
    assert "already number 1 in the queue" in words(again)


async def test_a_denial_without_a_reason_asks_for_one_by_buttons(talk: ModeratorSession) -> None:
    await talk.say("suggest A tip.", MEMBER)
    asked = await call(talk, "tips-deny", MODERATOR, tip="1")
    assert labels(asked)[-1] == "Write a reason"
    assert "tips deny" not in words(asked)
    assert (await talk.press(asked.actions()[0])).outcome is Outcome.DONE
    assert await talk.texts(TipState.DENIED) == ["A tip."]


async def test_a_decision_elsewhere_edits_the_cards_of_all_who_share_the_queue(
    talk: ModeratorSession,
) -> None:
    await talk.say(f"settings notifications channel:{THEIR_ROOM}", ELSEWHERE)
    code = (await talk.say("tips share-code")).split("tips share ")[1].split()[0]
    await talk.say(f"tips share {code}", ELSEWHERE)
    await talk.say("suggest A tip.", MEMBER)
    assert card(talk, THEIR_ROOM).startswith("Suggestion from ")
    await talk.say("tips approve 1", ELSEWHERE)
    for room in (CHANNEL, THEIR_ROOM):
        assert card(talk, room).startswith(f"Approved by \n{ELSEWHERE.id}")


async def test_cards_get_the_numbers_of_the_queue_that_they_move_to(
    talk: ModeratorSession,
) -> None:
    await talk.say("tips add Ours.")
    await talk.say(f"settings notifications channel:{THEIR_ROOM}", ELSEWHERE)
    member = Caller("test:4", community="test:elsewhere")
    await talk.say("suggest Theirs.", member)
    edits = talk.platform.messages(THEIR_ROOM)[-1]["edits"]
    code = (await talk.say("tips share-code")).split("tips share ")[1].split()[0]
    await talk.say(f"tips share {code}", ELSEWHERE)
    assert talk.platform.messages(THEIR_ROOM)[-1]["edits"] > edits
    assert "Theirs." in await talk.say("tips review")
    await talk.say("tips approve 2")
    assert card(talk, THEIR_ROOM).startswith("Approved by ")


@pytest.mark.parametrize("failure", ["gone", "forbidden", "lost-undone", "later"])
async def test_a_card_that_cant_be_edited_is_no_error_for_the_moderator(
    talk: ModeratorSession, failure: str
) -> None:
    await talk.say("suggest A tip.", MEMBER)
    talk.platform.fail("edit", failure, seconds=0.01)
    assert "Approved" in await talk.say("tips approve 1")
    await asyncio.sleep(0.05)
    store = await talk.app.store()
    [tip] = await store.tips.list_for_queue(await store.queues.get_or_create(HOME))
    assert len(await store.cards.list_for_tip(tip.id)) == (failure != "gone")
    if failure == "later":
        assert card(talk).startswith("Approved by ")
    assert (await call(talk, "tips-approve", SECOND, tip="1")).outcome is Outcome.REFUSED
    assert card(talk).startswith("Suggestion from " if failure == "gone" else "Approved by ")


async def test_a_slow_platform_delays_the_answer_only_a_moment(talk: ModeratorSession) -> None:
    await talk.say("suggest A tip.", MEMBER)
    talk.platform.fail("edit", "later", times=1, seconds=1.5)
    began = asyncio.get_running_loop().time()
    await talk.say("tips approve 1")
    assert asyncio.get_running_loop().time() - began < 1.4
    assert card(talk).startswith("Suggestion from ")
    await asyncio.sleep(1.8)
    assert card(talk).startswith("Approved by ")


async def test_a_card_in_a_direct_message_is_edited_too(talk: ModeratorSession) -> None:
    await talk.say("settings notifications none")
    await _schedule(talk)
    await talk.say("suggest A tip.", MEMBER)
    [told] = talk.platform.direct_messages()
    assert "Approve" in told
    await talk.say("tips deny 1 no")
    assert talk.platform.direct_messages()[0].startswith("Denied by ")


async def test_where_nobodys_rights_are_known_a_direct_message_has_no_buttons(
    talk: ModeratorSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk.platform, "moderates_in_direct_messages", False, raising=False)
    await talk.say("settings notifications none")
    await _schedule(talk)
    await talk.say("suggest A tip.", MEMBER)
    [told] = talk.platform.direct_messages()
    assert "tips panel" in told
    assert "Approve" not in told


async def test_what_waits_is_reviewed_one_after_another(talk: ModeratorSession) -> None:
    assert "Nothing is waiting for you" in await talk.say("tips review")
    for n in range(3):
        await talk.say(f"suggest idea {n}", MEMBER)
    first = await call(talk, "tips-review")
    assert "idea 0" in words(first)
    assert "2 more tips wait" in words(first)
    buttons = {each.label: each for each in first.actions()}
    assert buttons["Approve"].style is ActionStyle.PRIMARY
    second = await talk.press(buttons["Next"])
    assert "idea 1" in words(second)
    third = await talk.press({each.label: each for each in second.actions()}["Approve"])
    assert words(third).startswith("Approved. It's number 1 in the queue.\n Next: ")
    assert "idea 2" in words(third)
    deny = {each.label: each for each in third.actions()}["Deny"]
    form = await talk.app.form_for(deny.call, MODERATOR)
    assert form is not None
    first = await talk.app.handle(
        Call("tips-deny", {**form.call.args, "because": "duplicate"}), MODERATOR
    )
    assert words(first).startswith("Denied: Already in the queue.\n Next: ")
    assert "idea 0" in words(first)
    assert "Restore" in labels(first)
    last = await talk.press({each.label: each for each in first.actions()}["Approve"])
    assert "Nothing else is waiting for you." in words(last)


async def test_a_held_tip_is_reviewed_with_what_changed(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    cites, seen = ("market/bls-developers-growth",), '{"market/bls-developers-growth": {"x": "1"}}'
    await store.tips.add(queue, [NewTip("Held.", None, None, None, cites, seen)], talk.app._clock())  # noqa: SLF001
    await talk.look()
    shown = card(talk)
    assert shown.startswith("On hold: ")
    assert "1 → nothing" in shown
    reviewed = await talk.say("tips review")
    assert "market/bls-developers-growth, x: 1 → nothing" in reviewed
    await talk.say("tips approve 1")
    assert card(talk).startswith(f"Approved by \n{MODERATOR.id}")
    assert talk.platform.direct_messages() == []


async def test_a_blocked_member_is_refused_kindly_until_unblocked(talk: ModeratorSession) -> None:
    await talk.say("suggest A tip.", MEMBER)
    review = await call(talk, "tips-review")
    block = {each.label: each for each in review.actions()}["Block suggestions from this member"]
    assert block.style is ActionStyle.DANGER
    asked = await talk.press(block)
    assert words(asked).startswith(f"Block suggestions from \n{MEMBER.id}\n?")
    assert "Thank you" in await talk.say("suggest Before the click.", MEMBER)
    confirm = {each.label: each for each in asked.actions()}["Block suggestions"]
    assert confirm.style is ActionStyle.DANGER
    assert (await talk.press(confirm)).outcome is Outcome.DONE
    assert "aren't taking suggestions from you" in await talk.refused("suggest Another.", MEMBER)
    with pytest.raises(Refusal, match="aren't taking suggestions"):
        await talk.app.form_for(Call("suggest"), MEMBER)
    assert "Thank you" in await talk.say("suggest Another.", Caller("test:6", community=HOME))
    assert len(await talk.texts(TipState.SUGGESTED)) == 3
    blocked = await call(talk, "tips-block")
    assert "1 member can't suggest tips." in words(blocked)
    assert MEMBER.id in words(blocked)
    unblock = {each.label: each for each in blocked.actions()}["Unblock"]
    assert (await talk.press(unblock, MEMBER)).outcome is Outcome.REFUSED
    assert "can suggest tips again" in words(await talk.press(unblock))
    assert "isn't blocked" in words(await talk.press(unblock))
    assert "Thank you" in await talk.say("suggest One more.", MEMBER)
    done = [(who, action, about) for who, action, about in await talk.actions()]
    assert (MODERATOR.id, "blocked suggestions", MEMBER.id) in done
    assert (MODERATOR.id, "unblocked suggestions", MEMBER.id) in done


@pytest.mark.parametrize(
    ("people", "says"),
    [
        (MODERATOR.id, "can't block yourself"),
        ("discord:role/5", "not roles or groups"),
        ("slack:T1/S5", "not roles or groups"),
        ("everybody!", "isn't a member"),
    ],
)
async def test_only_other_members_can_be_blocked(
    talk: ModeratorSession, people: str, says: str
) -> None:
    reply = await call(talk, "tips-block", people=people, sure="yes")
    assert reply.outcome is Outcome.REFUSED
    assert says in words(reply)
    assert "Nobody is blocked" in await talk.say("tips unblock")


@pytest.mark.parametrize(
    ("args", "argument"),
    [({"text": "New.", "link": "ftp://x"}, "link"), ({"text": " a  TIP. "}, "text")],
)
async def test_a_form_shows_a_fault_of_a_suggestion_at_its_field(
    talk: ModeratorSession, args: dict[str, str], argument: str
) -> None:
    await talk.say("tips add A tip.")
    reply = await call(talk, "suggest", MEMBER, **args)
    assert (reply.outcome, reply.argument) == (Outcome.REFUSED, argument)
    assert await talk.texts() == ["A tip."]


async def test_a_denied_tip_of_the_moderators_is_restored_on_hold(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    await talk.say("tips add Ours.")
    await store.tips.decide(queue, 1, TipState.HELD, current_states=[TipState.QUEUED])
    await call(talk, "tips-deny", MODERATOR, tip="1", because="unclear")
    assert talk.platform.direct_messages() == []
    await call(talk, "tips-restore", MODERATOR, tip="1")
    assert await talk.texts(TipState.HELD) == ["Ours."]


async def test_another_instance_edits_the_cards(talk: ModeratorSession, keeping: App) -> None:
    await talk.say("suggest A tip.", MEMBER)
    other = App(keeping.content, clock=keeping._clock, open_store=keeping.store)  # noqa: SLF001
    other.platforms["test"] = talk.platform
    done = await other.handle(Call("tips-approve", {"tip": "1"}), SECOND)
    assert done.outcome is Outcome.DONE
    assert card(talk).startswith(f"Approved by \n{SECOND.id}")


async def test_a_card_of_a_duplicate_shows_the_tip_that_is_kept(talk: ModeratorSession) -> None:
    await talk.say("tips add First of all.")
    await talk.say("tips add Same.")
    await talk.say(f"settings notifications channel:{THEIR_ROOM}", ELSEWHERE)
    await talk.say("suggest Same.", Caller("test:4", community="test:elsewhere"))
    code = (await talk.say("tips share-code")).split("tips share ")[1].split()[0]
    await talk.say(f"tips share {code}", ELSEWHERE)
    assert card(talk, THEIR_ROOM).startswith("Number 2 in the queue.")
    assert "Approve" not in card(talk, THEIR_ROOM)


async def test_a_copied_queue_keeps_its_cards(talk: ModeratorSession) -> None:
    await talk.say("tips add Ours.")
    await talk.say(f"settings notifications channel:{THEIR_ROOM}", ELSEWHERE)
    code = (await talk.say("tips share-code")).split("tips share ")[1].split()[0]
    await talk.say(f"tips share {code}", ELSEWHERE)
    await talk.say("suggest Theirs.", Caller("test:4", community="test:elsewhere"))
    await talk.say("tips stop-sharing yes", ELSEWHERE)
    await talk.say("tips approve 2", ELSEWHERE)
    assert card(talk, THEIR_ROOM).startswith(f"Approved by \n{ELSEWHERE.id}")
    assert card(talk).startswith("Suggestion from ")


async def test_several_members_are_blocked_at_once(talk: ModeratorSession) -> None:
    reply = await call(talk, "tips-block", people="test:5 test:6", sure="yes")
    assert "test:5" in words(reply)
    assert "2 members can't suggest tips" in await talk.say("tips block")


async def test_privacy_names_a_block_and_that_it_stays(talk: ModeratorSession) -> None:
    assert "blocked your tip suggestions" not in await talk.say("privacy", MEMBER)
    await call(talk, "tips-block", people=MEMBER.id, sure="yes")
    assert "blocked your tip suggestions, questions and reports in 1 queue" in await talk.say(
        "privacy", MEMBER
    )
    assert '"suggestion_blocks": [' in await talk.say("privacy export", MEMBER)
    assert HOME in await talk.say("privacy export", MEMBER)
    assert "blocked your tip suggestions" in await talk.say("privacy delete-yes", MEMBER)
    await talk.refused("suggest Again.", MEMBER)


async def test_erasing_a_member_erases_their_suggestions_from_the_cards(
    talk: ModeratorSession,
) -> None:
    await talk.say("suggest Secret words.", MEMBER)
    await talk.say("suggest Kept words.", MEMBER)
    await talk.say("tips approve 2")
    await talk.say("privacy delete-yes", MEMBER)
    gone, kept = (str(each["says"]) for each in talk.platform.messages(CHANNEL)[-2:])
    assert gone.strip() == "The member who suggested this tip deleted it."
    assert "Kept words." in kept
    assert MEMBER.id not in kept
    assert "That tip doesn't exist" in await talk.refused("tips approve 1")


@pytest.mark.parametrize("name", ["tips-approve", "tips-deny", "tips-restore", "tips-block"])
async def test_a_members_forged_call_is_refused_and_audited(
    talk: ModeratorSession, name: str
) -> None:
    await talk.say("suggest A tip.", MEMBER)
    args = {"people": "test:6", "sure": "yes"} if name == "tips-block" else {"tip": "1"}
    reply = await call(talk, name, MEMBER, **args)
    assert reply.outcome is Outcome.REFUSED
    assert await talk.app.form_for(Call(name, args), MEMBER) is None
    assert (MEMBER.id, "refused", name) in await talk.actions()
    assert await talk.texts(TipState.SUGGESTED) == ["A tip."]
    assert card(talk).startswith("Suggestion from ")


async def test_sharing_is_one_command_with_buttons(talk: ModeratorSession) -> None:
    alone = await call(talk, "tips-share")
    assert labels(alone)[:2] == ["Create a code", "Enter a code"]
    code = words(await call(talk, "tips-share-code")).split("tips share ")[1].split()[0]
    form = await talk.app.form_for(Call("tips-share-join"), ELSEWHERE)
    assert form is not None
    assert [each.name for each in form.fields] == ["code"]
    joined = await call(talk, "tips-share-join", ELSEWHERE, code=code.lower())
    assert "now shares its queue with Community 1" in words(joined)
    shared = await call(talk, "tips-share")
    assert "Community elsewhere" in words(shared)
    stop = {each.label: each for each in shared.actions()}["Stop sharing"]
    assert stop.style is ActionStyle.DANGER
    asked = await talk.press(stop)
    assert "Stop sharing the queue with Community elsewhere?" in words(asked)
    assert "Community elsewhere" in words(await call(talk, "tips-share"))
    await talk.press({each.label: each for each in asked.actions()}["Stop sharing"])
    assert "isn't shared" in words(await call(talk, "tips-share"))


async def test_without_an_answer_of_the_platform_a_community_has_no_id_as_name(
    talk: ModeratorSession,
) -> None:
    code = (await talk.say("tips share-code")).split("tips share ")[1].split()[0]
    slack = Caller("slack:T2/U1", moderator=True, community="slack:T2")
    await talk.say(f"tips share {code}", slack)
    said = await talk.say("tips share")
    assert "a Slack workspace" in said
    assert "T2" not in said


async def test_the_former_names_of_sharing_still_work(talk: ModeratorSession) -> None:
    code = (await talk.say("tips-link")).split("tips share ")[1].split()[0]
    assert "now shares" in await talk.say(f"tips-join {code}", ELSEWHERE)
    assert "Each side has its own copy" in await talk.say("tips-unlink yes", ELSEWHERE)
