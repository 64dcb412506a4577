"""A click on a private message changes that message, and Back returns to the first answer."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from clickable_commands import CLICKABLE, LONG_TOPIC
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.form_filling import offered_options
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import Json, Message, Timing, View

import bot.commands
from adapters.slack.rendering import images as uploads
from adapters.slack.rendering.mrkdwn import escape
from adapters.slack.rendering.rich_text import to_spoken_text
from bot.app import App
from bot.call import Call, Caller
from bot.registry import discover_commands
from content import Content

READY, PAUSES = 0.3, (0.4, 0.4, 0.4)  # seconds
OVERVIEW = "The overview of everything."
MORE = "More…"


@pytest.fixture
def app(content: Content) -> App:
    return App(content, {**discover_commands(bot.commands), **CLICKABLE})


@pytest.fixture(params=MODES)
async def slack(
    app: App, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(uploads, "RETRY_PAUSES", PAUSES)
    async with LoopbackSlack(Timing(file=READY)) as platform:
        async with serve_slack(app, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


def shown(surface: Message | View) -> str:
    return visible_text(surface.blocks)


def elements(surface: Message | View, kind: str) -> list[Json]:
    return [node for node in walk(surface.blocks) if node.get("type") == kind]


def labels(surface: Message | View) -> list[str]:
    return [str(each["text"]["text"]) for each in elements(surface, "button")]


async def first_answer(slack: LoopbackSlack, place: str, line: str = "overview") -> Message:
    """Type *line* where only the member sees the answer."""
    if place == "direct message":
        return await (await slack.direct_message(line)).post()
    return await (await slack.slash("/crossroads", line)).message()


async def click(slack: LoopbackSlack, surface: Message | View, text: str) -> None:
    await (await slack.click(surface, text=text)).answered()


async def choose(slack: LoopbackSlack, surface: Message | View, text: str) -> None:
    await (await slack.choose(surface, text, placeholder=MORE)).answered()


def only_message(slack: LoopbackSlack, message: Message) -> bool:
    """Return whether *message* is all that the bot has shown anywhere."""
    everywhere = [*slack.ephemeral(), *slack.messages(), *slack.messages("D1")]
    return [each for each in everywhere if each.via] == [message] and slack.modal() is None


places = pytest.mark.parametrize("place", ["slash command", "direct message"])


@places
async def test_buttons_and_menus_change_the_message_and_back_returns(
    slack: LoopbackSlack, place: str
) -> None:
    message = await first_answer(slack, place)
    first = shown(message)
    assert OVERVIEW in first
    for label in ("Details", "Open"):
        await click(slack, message, label)
        assert "The details of" in shown(message)
        await click(slack, message, "Deeper")
        assert "Deep down." in shown(message)
        await click(slack, message, "Back")
        assert shown(message) == first
    for label in ("Short", "Long", "Short", "Short"):
        await choose(slack, message, label)
        assert "The details of" in shown(message)
        await click(slack, message, "Back")
        assert shown(message) == first
    assert only_message(slack, message)
    assert bool(message.shown_to) == (place != "direct message")


async def test_a_menu_carries_the_call_that_back_returns_to_once(slack: LoopbackSlack) -> None:
    about = "work, pay and tools " * 9
    message = await (await slack.slash("/crossroads", f"overview {about}")).message()
    first = shown(message)
    (menu,) = elements(message, "static_select")
    assert all(len(each["value"]) <= 150 for each in offered_options(menu))
    await choose(slack, message, "Long")
    assert LONG_TOPIC[:110].strip() in shown(message)
    await click(slack, message, "Back")
    assert shown(message) == first


@places
async def test_a_form_out_of_a_message_changes_the_message(
    slack: LoopbackSlack, place: str
) -> None:
    message = await first_answer(slack, place)
    first = shown(message)
    for label in ("Details", "Deeper"):
        await click(slack, message, label)
    form = await (await slack.click(message, text="Note")).view()
    await (await slack.submit_view(form, {"word": "hello"})).answered()
    assert "You wrote hello." in shown(message)
    await click(slack, message, "Back")
    assert shown(message) == first
    assert only_message(slack, message)


@places
async def test_errors_change_the_message_too(slack: LoopbackSlack, place: str) -> None:
    message = await first_answer(slack, place)
    first = shown(message)
    for label, words in (("Refuse", "That isn't possible."), ("Fail", "The storage is down.")):
        await choose(slack, message, label)
        assert words in shown(message)
        if "Try again" in labels(message):
            await click(slack, message, "Try again")
            assert words in shown(message)
        await click(slack, message, "Back")
        assert shown(message) == first
    assert only_message(slack, message)


async def test_a_quiz_out_of_a_private_message_is_that_message(slack: LoopbackSlack) -> None:
    message = await first_answer(slack, "slash command")
    await choose(slack, message, "Steps")
    assert "Question 1" in shown(message)
    await click(slack, message, "Back")
    assert OVERVIEW in shown(message)
    assert only_message(slack, message)


async def test_a_public_message_stays_and_answers_who_clicks(slack: LoopbackSlack) -> None:
    message = await first_answer(slack, "slash command")
    card = await (await slack.click(message, text="Share")).message()
    assert (card.shown_to, elements(card, "static_select")) == ("", [])
    assert OVERVIEW in shown(card)
    before = shown(card)
    again = await (await slack.click(message, text="Share")).message()
    assert (again.shown_to, "shared" in shown(again)) == ("U1", True)
    own = await (await slack.click(card, text="Get this privately", user="U2")).message()
    assert own.shown_to == "U2"
    await click(slack, own, "Details")
    assert "The details of pay." in shown(own)
    await click(slack, own, "Back")
    assert OVERVIEW in shown(own)
    assert (shown(card), card.edits) == (before, 0)
    assert slack.messages() == [card]
    assert slack.ephemeral("U2") == [own]
    assert OVERVIEW in shown(message)


async def test_a_modal_changes_and_home_stays(slack: LoopbackSlack) -> None:
    await (await slack.open_home()).answered()
    home = slack.home()
    assert home is not None
    before = shown(home)
    message = await first_answer(slack, "slash command")
    view = await (await slack.slash("/first-step")).view()
    await click(slack, view, "Deeper")
    assert "Deep down." in shown(view)
    form = await (await slack.click(view, text="Note")).view()
    assert form.previous == view.id
    await (await slack.submit_view(form, {"word": "hello"})).answered()
    assert "You wrote hello." in shown(form)
    assert shown(home) == before
    assert OVERVIEW in shown(message)


@pytest.mark.parametrize("place", ["slash command", "direct message"])
async def test_a_chart_appears_in_the_message_and_back_removes_it(
    slack: LoopbackSlack, place: str
) -> None:
    message = await first_answer(slack, place)
    first = shown(message)
    await click(slack, message, "Chart")
    assert "[picture: bars]" in shown(message)
    await slack.until(lambda: elements(message, "image"), "the picture")
    assert "A chart." in shown(message)
    await click(slack, message, "Back")
    assert shown(message) == first
    await click(slack, message, "Chart")
    assert elements(message, "image")
    assert only_message(slack, message)


@pytest.mark.parametrize("place", ["slash command", "direct message"])
async def test_a_chart_that_is_left_before_it_is_ready_does_not_come_back(
    slack: LoopbackSlack, place: str
) -> None:
    message = await first_answer(slack, place)
    first = shown(message)
    await click(slack, message, "Chart")
    await click(slack, message, "Back")
    await asyncio.sleep(2 * PAUSES[0])
    assert shown(message) == first
    assert only_message(slack, message)


async def test_a_chart_typed_in_direct_messages_does_not_undo_a_click(
    slack: LoopbackSlack,
) -> None:
    message = await (await slack.direct_message("chart")).post()
    message.blocks += (await first_answer(slack, "direct message")).blocks[-2:]
    await click(slack, message, "Details")
    await asyncio.sleep(2 * PAUSES[0])
    assert "The details of pay." in shown(message)


@places
async def test_pages_are_turned_in_place(slack: LoopbackSlack, place: str) -> None:
    message = await first_answer(slack, place, "pages")
    first = shown(message)
    assert "Page 1 of 5" in first
    assert "Back" not in labels(message)
    await click(slack, message, "Next page")
    assert "Page 2 of 5" in shown(message)
    await choose(
        slack, message, elements(message, "static_select")[0]["options"][0]["text"]["text"]
    )
    assert "Page 4 of 5" in shown(message)
    await click(slack, message, "Previous page")
    assert "Page 3 of 5" in shown(message)
    assert "Entry 179" not in shown(message)
    for _ in range(2):
        await click(slack, message, "Previous page")
    assert shown(message) == first
    assert only_message(slack, message)


QUESTION = (
    "is machine learning engineering still worth learning in 2026 if large language models write"
    " most of the code that people used to write by hand before, and who pays for it?"
)
COMPRESSED = (
    "r~形舐礌縌伯褠趢濤舖貕籑劶佣睍渨濐翕蘔侾膻竢楮賙腷婟押欉愑杕塪梈枬屌祸紎砕濍惷"
    "謄拃櫞刑嚪茜援秅崁瀳菣砸獾漻夰庶尨澀唊讵癥觧呛祳硸皤嫑狭槢例燘玎疲嘊蚧翰"
)
# Buttons, options and forms as the release of 2026-11-20 wrote them.
OLD_VALUES = {
    "r|salary|role=ml-engineer|level=senior": Call(
        "salary", {"role": "ml-engineer", "level": "senior"}
    ),
    "p2|compare|role=ai-engineer|other=ml-engineer": Call(
        "compare", {"role": "ai-engineer", "other": "ml-engineer"}
    ),
    "r|details|topic=a\\pb\\ec": Call("details", {"topic": "a|b=c"}),
    COMPRESSED: Call("ask", {"question": QUESTION}),
}


def old_button(value: str) -> Json:
    text = {"type": "plain_text", "text": "old", "emoji": False}
    button = {"type": "button", "action_id": "choice1", "text": text, "value": value}
    return {"type": "actions", "block_id": "b", "elements": [button]}


def old_menu(value: str) -> Json:
    text = {"type": "plain_text", "text": "old", "emoji": False}
    menu = {
        "type": "static_select",
        "action_id": "select1",
        "placeholder": text,
        "options": [{"text": text, "value": value}],
    }
    return {"type": "actions", "block_id": "b", "elements": [menu]}


@pytest.mark.parametrize("value", OLD_VALUES)
async def test_buttons_and_options_of_the_release_before_go_on_working(
    slack: LoopbackSlack, app: App, value: str
) -> None:
    expected = await app.handle(OLD_VALUES[value], Caller("test:1"))
    answer = escape(to_spoken_text(expected.answer, {}))
    message = await first_answer(slack, "slash command")
    message.blocks = [old_button(value)]
    await click(slack, message, "old")
    assert message.text == answer
    message.blocks = [old_menu(value)]
    await (await slack.choose(message, "old", action_id="select1")).answered()
    assert message.text == answer
    assert only_message(slack, message)


async def test_a_share_button_of_the_release_before_goes_on_working(slack: LoopbackSlack) -> None:
    message = await first_answer(slack, "slash command")
    message.blocks = [old_button("s|overview")]
    card = await (await slack.click(message, text="old")).message()
    assert (card.shown_to, OVERVIEW in shown(card)) == ("", True)


async def test_a_form_of_the_release_before_goes_on_working(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "note")
    form = await asked.view()
    url = json.loads(form.body["private_metadata"])["url"]
    form.body["private_metadata"] = json.dumps({"press": "m|note", "url": url})
    await (await slack.submit_view(form, {"word": "hello"})).answered()
    assert "You wrote hello." in shown(await asked.message())
