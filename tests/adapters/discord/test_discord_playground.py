"""The playground's Discord: the bot's real answers, as its two members see them."""

from base64 import b64encode
from collections.abc import AsyncIterator

import pytest
from discord_playground import CHAT, Player, Playground, labels, open_playground, words

from bot.tips.scheduler import TipScheduler
from content import Content


@pytest.fixture
async def place(content: Content, database: str) -> AsyncIterator[Playground]:
    async with open_playground(content, database) as place:
        yield place


@pytest.fixture
def mia(place: Playground) -> Player:
    return place.mia


@pytest.fixture
def max_(place: Playground) -> Player:
    return place.max


async def test_an_answer_is_private_until_it_is_shared(mia: Player, max_: Player) -> None:
    shown = await mia.slash("compare", role="ai-engineer", other="ML Engineer")
    assert words(shown).startswith("### ML engineers make models")
    assert shown["ephemeral"]
    assert shown["used"] == {"name": "Mia Member", "command": "/compare"}
    assert max_.messages() == []
    shared = await mia.press(shown, "Share")
    assert max_.messages() == [shared]
    assert f"Shared by <@{mia.state()['me']}>" in words(shared)
    assert max_.channel("general")["unread"]
    await max_.do("read")
    assert not max_.channel("general")["unread"]
    await max_.press(shared, "Get this privately")
    assert len(max_.messages()) == 2
    assert mia.messages() == [shown, shared]
    mine = await mia.press(shared, "Remove")
    assert "removed" in words(mine).lower()
    assert shared not in max_.messages()


async def test_pay_with_suggested_values(mia: Player) -> None:
    typed = {"role": "ml-engineer", "level": "sen"}
    offered = await mia.do("autocomplete", name="salary", options=typed, focused="level")
    values = {each["name"]: each["value"] for each in offered["choices"]}
    assert values == {"senior": "senior"}
    shown = await mia.slash("salary", **typed | {"level": values["senior"]})
    assert "$180K–$240K" in words(shown)


async def test_a_chart_is_a_picture_and_turning_back_takes_it_away(mia: Player) -> None:
    shown = await mia.press(await mia.slash("salary", role="ml-engineer", level="senior"), "Chart")
    [picture] = shown["files"]
    assert picture["url"].startswith("data:image/png;base64,iVBOR")
    assert picture["alt"]
    assert shown["edited"]
    assert (await mia.press(shown, "Back"))["files"] == []
    assert len(mia.messages()) == 1


async def test_a_whole_quiz_in_the_direct_messages_earns_a_role(mia: Player, max_: Player) -> None:
    for outcome in ("ai-engineer", "ml-engineer"):
        given = {"outcome": f"which-path/{outcome}", "role": "@AI engineers"}
        await max_.slash("settings badges", **given)
    shown = await mia.press(await mia.slash("quiz"), "Start")
    for _ in range(14):
        assert " of 14 done" in words(shown)
        shown = await mia.press(shown, labels(shown)[0])
    assert words(shown).startswith("### Your result: ")
    assert len(mia.messages()) == 1
    told = await mia.press(shown, next(each for each in labels(shown) if "role" in each))
    assert "<@&" in words(told)


async def test_a_mention_is_answered_in_a_thread_and_followed_up(mia: Player, max_: Player) -> None:
    await mia.say("salary ml senior")
    asked = mia.last()
    assert asked["text"].startswith("<@")
    thread = next(each for each in max_.state()["channels"] if each["id"] == asked["thread"])
    assert thread["kind"] == "thread"
    assert not thread["unread"]
    assert mia.channel(thread["name"])["unread"]
    assert thread["parent"] == max_.channel("general")["id"]
    starter, answer = thread["messages"]
    assert starter == asked | {"thread": None}
    assert "$180K–$240K" in words(answer)
    await mia.say("and junior?", thread["name"])
    assert "junior" in words(mia.last(thread["name"])).lower()


async def test_a_message_that_is_not_to_the_bot_gets_no_answer(mia: Player) -> None:
    await mia.do("message", text="Is anybody here?", mention=False)
    assert [each["text"] for each in mia.messages()] == ["Is anybody here?"]


async def test_a_reply_to_the_bot_is_answered(mia: Player) -> None:
    await mia.say("hello", "career-chat")
    thread = mia.state()["channels"][2]
    answer = thread["messages"][-1]
    await mia.do("message", thread["name"], text="salary ml", reply_to=answer["id"])
    assert "ML" in words(mia.last(thread["name"]))


async def test_a_direct_message_and_a_follow_up(mia: Player, max_: Player) -> None:
    await mia.say("salary ml senior", CHAT)
    assert "$180K–$240K" in words(mia.last(CHAT))
    await mia.say("and junior?", CHAT)
    assert "junior" in words(mia.last(CHAT)).lower()
    assert len(mia.messages(CHAT)) == 4
    assert max_.messages(CHAT) == []


async def test_a_suggested_tip_is_approved_and_its_author_is_told(
    mia: Player, max_: Player
) -> None:
    await max_.slash("tips starter")
    await max_.slash("settings notifications", channel="#mod-notes")
    await mia.slash("suggest")
    thanks = await mia.submit(text="Read the posting twice.")
    assert "Thank you" in words(thanks)
    card = max_.last("mod-notes")
    assert "mod-notes" not in [each["name"] for each in mia.state()["channels"]]
    assert "Read the posting twice." in words(card)
    await max_.press(card, "Approve", "mod-notes")
    assert "Approve" not in labels(max_.find(card, "mod-notes"))
    assert "approved" in words(mia.last(CHAT)).lower()


async def test_a_schedule_is_set_up_and_its_first_tip_arrives(
    place: Playground, mia: Player, max_: Player
) -> None:
    await max_.slash("tips starter")
    await max_.slash("schedule new", pin="yes", thread="yes")
    tips = max_.channel("tips")["id"]
    given = {"channel": [tips], "day": ["Monday"], "time": "09:00", "zone": ["Europe/Berlin"]}
    preview = await max_.submit(**given)
    started = await max_.press(preview, "Start")
    assert "Started. " in words(started)
    scheduler = TipScheduler(place.app, place.clock)
    await scheduler.run_once()
    assert mia.messages("tips") == []
    place.clock.move(days=2)
    await scheduler.run_once()
    posted, notice = mia.messages("tips")
    assert notice["system"]
    assert notice["text"] == "pinned a message to this channel."
    assert posted["pinned"]
    assert posted["thread"]
    assert posted["at"].startswith("2026-11-23")
    place.clock.move(days=7)
    await scheduler.run_once()
    posts = [each for each in mia.messages("tips") if not each["system"]]
    assert [each["pinned"] for each in posts] == [False, True]


async def test_tips_are_imported_from_a_file(max_: Player) -> None:
    file = {
        "name": "tips.txt",
        "type": "text/plain",
        "data": b64encode(b"text\nFirst.\nSecond.").decode(),
    }
    shown = await max_.slash("tips import", file=[file])
    assert words(shown).startswith("### 2 new tips.")
    form = await max_.slash("tips import")
    assert form["title"]
    names = [each["component"]["custom_id"] for each in form["components"]]
    upload = next(each for each in names if each.endswith(":file"))
    file["data"] = b64encode(b"text\nThird.").decode()
    assert "1 new tip" in words(await max_.submit(**{upload: [file]}))
