"""Questions and reports to moderators on Slack, by buttons, menus and forms."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.played_interaction import PlayedInteraction
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from bot.app import App
from bot.community.inbox import Inbox
from content import Content
from storage import Feedback, FeedbackKind, Store

QUESTION = "Do ML engineers get free lunch?"
LONG = "Wo finde ich, liebe Leute, " + "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(270))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crossroads.db"


@pytest.fixture
async def keeping(content: Content, file: Path) -> AsyncIterator[App]:
    """Yield an app that waits only briefly for a lock."""
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{file}", wait=0.2))
    yield app
    await app.close()


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        platform.grant(*SCOPES)
        platform.add_channel("GSTAFF", "UADMIN", BOT, private=True, called="staff")
        async with serve_slack(keeping, platform, request.param):
            await say(platform, "settings notifications channel:<#GSTAFF|staff>", "UADMIN")
            yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


one_mode = pytest.mark.parametrize("slack", MODES[:1], indirect=True)


async def say(slack: LoopbackSlack, line: str, user: str = "U1") -> Message:
    return await (await slack.slash("/crossroads", line, user=user)).message()


async def click(slack: LoopbackSlack, message: Message, label: str) -> str:
    """Click a button of a private message, and return what the message says then."""
    await (await slack.click(message, text=label, user="U1")).answered()
    return visible_text(slack.ephemeral("U1", message.channel)[-1].blocks)


async def choose(slack: LoopbackSlack, message: Message, label: str) -> PlayedInteraction:
    """Choose in the menu below a message."""
    [menu] = (each for each in walk(message.blocks) if each.get("type") == "static_select")
    return await slack.choose(message, label, user="U1", action_id=menu["action_id"])


def newest(slack: LoopbackSlack) -> Message:
    return slack.ephemeral("U1")[-1]


async def stored(app: App) -> tuple[Feedback, ...]:
    await app.inbox.drain()
    store = await app.store()
    return await store.feedback.list_for_queue(await store.queues.get_or_create("slack:T1"))


async def test_one_click_keeps_a_question_in_vain(slack: LoopbackSlack, keeping: App) -> None:
    shown = await say(slack, QUESTION)
    assert "Your question is stored" in await click(slack, shown, "Ask the moderators")
    [found] = await stored(keeping)
    assert (found.text, found.member) == (QUESTION, "slack:T1/U1")
    notice = visible_text(slack.messages("GSTAFF")[-1].blocks)
    assert "I got a question that I can't answer." in notice
    assert QUESTION not in notice
    assert "Withdrawn and deleted." in await click(slack, newest(slack), "Withdraw")
    assert await stored(keeping) == ()


@one_mode
async def test_the_menu_asks_without_a_name(slack: LoopbackSlack, keeping: App) -> None:
    shown = await say(slack, QUESTION)
    await (await choose(slack, shown, "Ask without my name")).answered()
    assert "It doesn't include your name" in visible_text(newest(slack).blocks)
    [found] = await stored(keeping)
    assert (found.text, found.member) == (QUESTION, None)


@one_mode
async def test_a_long_question_fits_into_a_button_and_opens_a_form_from_the_menu(
    slack: LoopbackSlack, keeping: App
) -> None:
    shown = await say(slack, f'ask "{LONG}"')
    chosen = await choose(slack, shown, "Ask without my name")
    form = await chosen.view()
    [field] = form.blocks
    assert field["element"]["initial_value"] == LONG
    await (await slack.submit_view(form)).answered()
    assert "Your question is stored" in await click(
        slack, await say(slack, f'ask "{LONG}"'), "Ask the moderators"
    )
    assert [(each.text, each.member) for each in await stored(keeping)] == [
        (LONG, None),
        (LONG, "slack:T1/U1"),
    ]


@one_mode
async def test_after_a_restart_that_form_is_empty_and_says_so(
    slack: LoopbackSlack, keeping: App
) -> None:
    shown = await say(slack, f'ask "{LONG}"')
    keeping.inbox = Inbox()
    form = await (await choose(slack, shown, "Ask without my name")).view()
    [field] = form.blocks
    assert "initial_value" not in field["element"]
    assert "only keep a question for ten minutes" in field["hint"]["text"]
    await (await slack.submit_view(form, {"question": "Where?"})).answered()
    assert [each.text for each in await stored(keeping)] == ["Where?"]


async def test_an_answer_is_reported_in_a_form(slack: LoopbackSlack, keeping: App) -> None:
    shown = await say(slack, "salary ml")
    form = await (await choose(slack, shown, "Wrong or missing?")).view()
    texts = {"wrong": "It's old.\n<!channel>", "right": "$1", "link": "http://x.org"}
    refused = await (await slack.submit_view(form, texts)).ack()
    assert refused.payload
    assert "starts with https://" in refused.payload["errors"]["link"]
    assert await stored(keeping) == ()
    await (await slack.submit_view(form, {"link": "https://x.org/a"})).answered()
    assert "Your report is stored for the moderators." in visible_text(newest(slack).blocks)
    [found] = await stored(keeping)
    assert (found.kind, found.text, found.suggestion, found.link) == (
        FeedbackKind.REPORT,
        "It's old.\n<!channel>",
        "$1",
        "https://x.org/a",
    )
    assert found.about == "salary ml-engineer"
    assert "A member reported" in visible_text(slack.messages("GSTAFF")[-1].blocks)


@one_mode
async def test_what_others_asked_is_sent_in_the_name_of_the_member_who_clicks(
    slack: LoopbackSlack, keeping: App
) -> None:
    shown = await (await slack.mention(QUESTION)).post()
    await (await slack.click(shown, text="Get this privately", user="U2")).answered()
    private = slack.ephemeral("U2", shown.channel)[-1]
    await (await slack.click(private, text="Ask the moderators", user="U2")).answered()
    seen = slack.ephemeral("U2", shown.channel)[-1]
    assert "Your question is stored" in visible_text(seen.blocks)
    [found] = await stored(keeping)
    assert found.member == "slack:T1/U2"


@one_mode
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("r|report-answer|about=tips queue|wrong=x", "Open the answer first"),
        ("r|report-answer|about=tips queue", "Open the answer first"),
        ("r|report-answer|about=salary|wrong=" + "x" * 1_900, "The limit is 600"),
        ("r|moderators-ask|question=" + "x" * 1_900, "The limit is 300"),
        ("r|moderators-ask|question=x|name=maybe", "Pick from: With my name"),
        ("r|withdraw-feedback|id=1", "no longer waiting"),
    ],
)
async def test_forged_clicks_store_nothing(
    slack: LoopbackSlack, keeping: App, value: str, says: str
) -> None:
    shown = await say(slack, QUESTION)
    element = {"type": "button", "action_id": "choice1", "value": value}
    element["text"] = {"type": "plain_text", "text": "x"}  # type: ignore[assignment]
    await (slack.forge(shown, element, user="U1")).answered()
    assert says in visible_text(newest(slack).blocks)
    assert await stored(keeping) == ()


@one_mode
async def test_while_the_database_is_busy_the_question_isn_t_lost(
    slack: LoopbackSlack, keeping: App, file: Path
) -> None:
    shown = await say(slack, QUESTION)
    await keeping.inbox.drain()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        assert "busy" in await click(slack, shown, "Ask the moderators")
        other.execute("rollback")
    assert "Your question is stored" in await click(slack, newest(slack), "Try again")
    assert len(await stored(keeping)) == 1


@one_mode
async def test_privacy_exports_and_deletes_them(slack: LoopbackSlack, keeping: App) -> None:
    await click(slack, await say(slack, QUESTION), "Ask the moderators")
    await say(slack, "privacy")
    exported = await click(slack, newest(slack), "Export my data")
    assert QUESTION in exported
    await say(slack, "privacy delete")
    await click(slack, newest(slack), "Delete everything")
    assert await stored(keeping) == ()
