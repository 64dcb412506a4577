"""The playground's Slack pane: members' actions, and what they see then."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from connected_scheduler import MONDAY, WEEK, ConnectedScheduler, connected_scheduler
from slack_server.plain_text import lines, visible_text, walk
from slack_server.validation import check_message, check_view

from adapters.slack import receiver
from adapters.slack.playground import SlackPane
from adapters.slack.playground.responses import use_response_url
from adapters.slack.playground.views import open_view, push_view, update_view
from adapters.slack.playground.workspace import HOME, ApiError, Channel, User, Workspace
from bot.app import App
from content import Content

Json = dict[str, Any]

MEMBERS = ("member", "moderator")
GENERAL, TIPS, STAFF = "CGENERAL", "CTIPS", "GMODNOTES"
OF_VIEWS = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id")


@dataclass
class Page:
    """The page of the playground: it acts, and checks whatever it is shown."""

    pane: SlackPane
    time: ConnectedScheduler
    changes: int = field(default=0)

    def change(self) -> None:
        self.changes += 1

    async def act(self, member: str, kind: str, **action: Any) -> Json | None:
        result = await self.pane.act(member, {"type": kind, **action})
        for each in MEMBERS:
            check_state(self.pane.state(each))
        return result

    async def command(self, line: str, member: str = "member", channel: str = GENERAL) -> Json:
        """Type a slash command; return the message that it is answered with."""
        before = self.messages(channel, member)
        assert await self.act(member, "command", channel=channel, line=line) is None
        return self.newest(channel, member, before)

    async def say(
        self, text: str, channel: str, member: str = "member", *, mention: bool = False
    ) -> None:
        said = await self.act(member, "message", channel=channel, text=text, mention=mention)
        assert said is None

    async def click(
        self, surface: Json, label: str, channel: str = GENERAL, member: str = "member"
    ) -> Json | None:
        """Click a button, or choose from a menu, that has this label."""
        payload = surface.get("payload") or surface
        action, values = control(payload["blocks"], label)
        where = {"view": surface["type"]} if "hash" in surface else {"message": surface["id"]}
        return await self.act(
            member, "click", channel=channel, action=action, values=values, **where
        )

    async def submit(
        self, values: Json, member: str = "member", channel: str = GENERAL
    ) -> Json | None:
        modal = self.modal(member)
        return await self.act(member, "submit", channel=channel, modal=modal, values=values)

    def messages(self, channel: str, member: str = "member") -> list[Json]:
        found = [each for each in self.pane.state(member)["channels"] if each["id"] == channel]
        return list(found[0]["messages"]) if found else []

    def newest(self, channel: str, member: str, before: list[Json]) -> Json:
        """Return the only message that wasn't there *before*."""
        known = {each["id"] for each in before}
        (new,) = (each for each in self.messages(channel, member) if each["id"] not in known)
        return new

    def modal(self, member: str = "member") -> Json:
        view = self.pane.state(member)["modal"]
        assert view is not None
        found: Json = view
        return found

    def home(self, member: str) -> Json:
        view = self.pane.state(member)["home"]
        assert view is not None
        found: Json = view
        return found


def check_state(state: Json) -> None:
    """Check all that is shown by Slack's rules for blocks."""
    for channel in state["channels"]:
        for message in channel["messages"]:
            if message["payload"]:
                assert message["text"].strip()
                check_message(message["payload"], {each["id"] for each in message["files"]})
    for view in filter(None, (state["modal"], state["home"])):
        body = {key: view[key] for key in OF_VIEWS if view[key]}
        check_view(body, {each["id"] for each in state["files"]})


def control(blocks: list[Json], label: str) -> tuple[Json, list[str]]:
    """Return the only button or menu with *label*, and the values to send with it."""
    found: list[tuple[Json, list[str]]] = []
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            named = {**element, "block_id": block["block_id"]}
            if element.get("type") == "button" and element["text"]["text"] == label:
                found.append((named, []))
            found += [
                (named, [each["value"]])
                for each in element.get("options", ())
                if each["text"]["text"] == label
            ]
    assert len(found) == 1, f"{label}: {len(found)} in {lines(blocks)}"
    return found[0]


def buttons(surface: Json) -> list[tuple[Json, list[str]]]:
    """Return the buttons of a view."""
    return [
        ({**element, "block_id": block["block_id"]}, [])
        for block in surface["blocks"]
        for element in (*block.get("elements", ()), block.get("accessory") or {})
        if element.get("type") == "button"
    ]


def menu(message: Json) -> tuple[Json, list[Json]]:
    """Return the only menu of a message, and its options."""
    (found,) = (
        ({**element, "block_id": block["block_id"]}, element["options"])
        for block in message["payload"]["blocks"]
        for element in block.get("elements", ())
        if "options" in element
    )
    return found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)


def text_of(shown: Json) -> str:
    payload = shown.get("payload") or shown
    return visible_text(payload["blocks"]) if payload.get("blocks") else str(payload["text"])


@pytest.fixture
async def page(
    content: Content, database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Page]:
    monkeypatch.setattr(receiver, "ACK_AFTER", 60.0)  # even on a busy machine
    async with connected_scheduler(content, database, "slack:TPLAYGROUND") as time:
        pane = SlackPane(time.app, lambda: time.now)
        made = Page(pane, time)
        pane.on_change(made.change)
        yield made
        await pane.close()


async def test_a_command_is_answered_to_its_member_alone(page: Page) -> None:
    answer = await page.command("/compare ai ml")
    assert answer["ephemeral"]
    assert "AI" in text_of(answer)
    assert page.changes
    assert page.messages(GENERAL, "moderator") == []
    other = await page.command("/salary ml senior", "moderator")
    assert "$180K" in text_of(other)
    assert [each["id"] for each in page.messages(GENERAL)] == [answer["id"]]


async def test_a_slow_answer_arrives_later(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", 0.0)
    line = "/salary ml senior us"
    assert await page.act("member", "command", channel=GENERAL, line=line) is None
    await until(lambda: len(page.messages(GENERAL)) == 1)
    await page.act("moderator", "open_home")
    await until(lambda: page.pane.state("moderator")["home"] is not None)
    await page.click(page.home("moderator"), "Add tip", HOME, "moderator")
    await until(lambda: page.pane.state("moderator")["modal"] is not None)
    tip = {"text": "Ask what happens after launch."}
    assert await page.submit(tip, "moderator") is None
    await until(lambda: "Added" in text_of(page.modal("moderator")))


async def test_the_commands_are_those_of_the_manifest(page: Page) -> None:
    commands = page.pane.state("member")["commands"]
    assert [each["command"] for each in commands][:3] == ["/crossroads", "/salary", "/compare"]
    assert all(each["description"] for each in commands)


async def test_a_salary_is_shared_with_the_channel_once(page: Page) -> None:
    answer = await page.command("/salary ml senior us")
    for _ in range(2):
        assert await page.click(answer, "Share") is None
    (shared,) = page.messages(GENERAL, "moderator")
    assert not shared["ephemeral"]
    assert "Shared by @Mia Member" in text_of(shared)
    assert "already" in text_of(page.messages(GENERAL)[-1])


async def test_a_picture_follows_its_answer(page: Page) -> None:
    answer = await page.command("/salary ml us")
    await page.click(answer, "Chart")
    await until(lambda: bool(page.messages(GENERAL)[-1]["files"]))
    (file,) = page.messages(GENERAL)[-1]["files"]
    content = base64.b64decode(file["url"].removeprefix("data:image/png;base64,"))
    assert content.startswith(b"\x89PNG")
    (shown,) = (
        each for each in walk(page.messages(GENERAL)[-1]["payload"]) if "slack_file" in each
    )
    assert shown["slack_file"] == {"id": file["id"]}


async def test_a_whole_quiz_in_a_modal(page: Page) -> None:
    await page.act("member", "open_home")
    await page.click(page.home("member"), "Take the quiz", HOME)
    first, _ = buttons(page.modal())[0]
    await page.act("member", "click", channel=HOME, view="modal", action=first, values=[])
    answered = 0
    while " done" in text_of(page.modal()):
        first, _ = buttons(page.modal())[0]
        assert await page.act("member", "click", view="modal", action=first, values=[]) is None
        answered += 1
    assert answered == 14
    assert "Your result" in text_of(page.modal())
    assert await page.act("member", "close_modal") is None
    assert page.pane.state("member")["modal"] is None
    await until(lambda: "Your results" in text_of(page.home("member")))
    assert page.pane.state("moderator")["modal"] is None


async def test_a_mention_is_answered_in_a_thread_that_can_be_continued(page: Page) -> None:
    await page.say("salary ml senior", GENERAL, mention=True)
    (asked,) = page.messages(GENERAL, "moderator")
    assert asked["text"] == "<@UCROSSROADS> salary ml senior"
    await page.say("@Crossroads and in the UK?", asked["thread"])
    root, _, follow_up, answer = page.messages(asked["thread"], "moderator")
    assert root["id"] == asked["id"]
    assert follow_up["text"].startswith("<@UCROSSROADS> ")
    assert "UK" in text_of(answer)
    threads = [each for each in page.pane.state("member")["channels"] if each["kind"] == "thread"]
    assert [(each["name"], each["parent"]) for each in threads] == [("salary ml senior", GENERAL)]
    await page.say("thanks, that helps", GENERAL)
    assert len(page.messages(GENERAL)) == 2


async def test_a_direct_message_is_answered(page: Page) -> None:
    await page.say("what is <b>RAG</b> & why?", "DMEMBER")
    asked, answer = page.messages("DMEMBER")
    assert asked["text"] == "what is &lt;b&gt;RAG&lt;/b&gt; &amp; why?"
    assert "retrieval" in text_of(answer)
    assert page.messages("DMEMBER", "moderator") == []


async def test_home_shows_moderators_more(page: Page) -> None:
    for each in MEMBERS:
        await page.act(each, "open_home")
    assert "Weekly tips" in text_of(page.home("moderator"))
    assert "Weekly tips" not in text_of(page.home("member"))
    await page.click(page.home("member"), "Look up pay", HOME)
    assert page.modal()["type"] == "modal"


async def test_what_is_shared_from_home_goes_to_the_chosen_channel_and_can_be_removed(
    page: Page,
) -> None:
    await page.act("member", "open_home")
    await page.click(page.home("member"), "Compare two roles", HOME)
    await page.click(page.modal(), "Share", HOME)
    assert await page.submit({"channel": TIPS}) is None
    (shared,) = page.messages(TIPS, "moderator")
    assert "Shared by @Mia Member" in text_of(shared)
    assert await page.click(shared, "Remove", TIPS, "member") is None
    assert page.messages(TIPS, "moderator") == []


async def test_a_suggested_tip_is_approved(page: Page) -> None:
    said = await page.command("/crossroads suggest Read the posting twice: the title lies.")
    assert "moderators" in text_of(said)
    review = await page.command("/crossroads tips review", "moderator", STAFF)
    assert "@Mia Member" in text_of(review)
    await page.click(review, "Approve", STAFF, "moderator")
    (after,) = page.messages(STAFF, "moderator")
    assert after["id"] == review["id"]
    assert not after["edited"]
    assert "Approved" in text_of(after)
    (told,) = page.messages("DMEMBER")
    assert "approved" in text_of(told)


async def test_a_schedule_is_set_up_by_its_form_and_its_post_arrives(page: Page) -> None:
    await page.act("moderator", "open_home")
    await page.click(page.home("moderator"), "Set up weekly tips", HOME, "moderator")
    zones = await page.act("moderator", "suggest", action_id="zone", block_id="zone", value="berl")
    assert zones is not None
    berlin = next(each["value"] for each in zones["choices"] if "Berlin" in each["value"])
    values = {"channel": TIPS, "day": "Monday", "time": "09:00", "zone": berlin}
    assert await page.submit({**values, "zone": ""}, "moderator") == {
        "errors": {"zone": "Please complete this required field."}
    }
    refused = await page.submit({**values, "zone": "Mars/Base"}, "moderator")
    assert refused == {"errors": {"zone": "Choose one of the options."}}
    starter = {each["block_id"]: each for each in page.modal("moderator")["blocks"]}["starter"]
    assert starter["element"]["options"]
    assert await page.submit({**values, "starter": "yes"}, "moderator") is None
    assert "Nothing is posted yet." in text_of(page.modal("moderator"))
    await page.click(page.modal("moderator"), "Start", HOME, "moderator")
    assert page.messages(TIPS) == []
    await page.time.look(MONDAY)
    (posted,) = page.messages(TIPS)
    assert "Tip of the week" in text_of(posted)
    assert posted["at"] == "2026-11-23T08:00:00+00:00"
    assert not posted["ephemeral"]
    unread = {each["id"]: each["unread"] for each in page.pane.state("member")["channels"]}
    assert unread == {each: each == TIPS for each in unread}
    await page.act("member", "read", channel=TIPS)
    assert not any(each["unread"] for each in page.pane.state("member")["channels"])
    await page.time.look(MONDAY + WEEK)
    assert len(page.messages(TIPS)) == 2


async def test_posts_are_pinned_and_the_last_is_unpinned(page: Page) -> None:
    await page.command("/crossroads tips starter", "moderator")
    start = "/crossroads schedule start channel:#tips monday 9:00 Europe/Berlin pin:yes"
    assert "Started" in text_of(await page.command(start, "moderator"))
    await page.time.look(MONDAY)
    await page.time.look(MONDAY + WEEK)
    assert [each["pinned"] for each in page.messages(TIPS)] == [False, True]


async def test_a_file_of_tips_is_read(page: Page) -> None:
    await page.act("moderator", "command", channel=STAFF, line="/crossroads tips import")
    tips = b"- Ask for the team's last three launches.\n"
    file = {"name": "tips.txt", "type": "text/plain", "data": base64.b64encode(tips).decode()}
    wrong = {**file, "name": "tips.exe"}
    refused = await page.submit({"text file": [wrong]}, "moderator")
    assert refused is not None
    assert "csv" in refused["errors"]["text file"]
    assert await page.submit({"text file": [file]}, "moderator") is None
    assert "1 new tip" in text_of(page.messages(STAFF, "moderator")[-1])


async def test_a_forged_click_changes_nothing(page: Page) -> None:
    answer = await page.command("/salary ml senior us")
    action, _ = control(answer["payload"]["blocks"], "Share")
    gone = {"error": "That button is gone."}
    for forged in ({"value": "privacy-delete-all"}, {"action_id": "x"}, {"block_id": "x"}):
        sent = {"channel": GENERAL, "message": answer["id"], "values": []}
        assert await page.act("member", "click", action={**action, **forged}, **sent) == gone
    # Another member doesn't see the message, so they can't click it.
    sent = {"channel": GENERAL, "message": answer["id"], "values": []}
    assert await page.act("moderator", "click", action=action, **sent) == {
        "error": "That message is gone."
    }
    assert page.messages(GENERAL, "moderator") == []
    assert page.messages(GENERAL) == [answer]


async def test_a_choice_that_a_menu_does_not_have_is_refused(page: Page) -> None:
    answer = await page.command("/salary ml senior us")
    action, _ = menu(answer)
    sent = {"channel": GENERAL, "message": answer["id"], "action": action}
    forged = await page.act("member", "click", **sent, values=["forged"])
    assert forged == {"error": "Choose one of the options."}
    assert page.messages(GENERAL) == [answer]


async def test_a_form_that_is_not_open_any_more_is_refused(page: Page) -> None:
    await page.act("moderator", "command", channel=STAFF, line="/crossroads schedule start")
    form = page.modal("moderator")
    stale = await page.act("moderator", "submit", modal={**form, "hash": "0"}, values={})
    assert stale == {"error": "The form has changed in the meantime. Look at it again."}
    other = await page.act("moderator", "submit", modal="V0", values={})
    assert other == {"error": "That form is closed."}
    await page.act("moderator", "close_modal")
    for kind in ("submit", "close_modal"):
        closed = await page.act("moderator", kind, modal=form, values={})
        assert closed == {"error": "That window is closed."}


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"type": "command", "channel": GENERAL, "line": "/tips add"}, "/crossroads tips add"),
        ({"type": "command", "channel": STAFF, "line": "/salary"}, "You aren't in that channel."),
        ({"type": "command", "channel": f"{GENERAL}/1.2", "line": "/salary"}, "thread is gone"),
        ({"type": "command", "channel": GENERAL}, "can't do that"),
        ({"type": "message", "channel": GENERAL, "text": " "}, "Type a message first."),
        ({"type": "message", "channel": GENERAL, "text": "a" * 4_001}, "at most 4,000"),
        ({"type": "click", "channel": GENERAL, "message": "1.2", "action": {}}, "gone"),
        ({"type": "click", "view": "home", "action": {}}, "Open Home first."),
        ({"type": "suggest", "value": "x"}, "That window is closed."),
        ({"type": "dance"}, "can't do that"),
        ({}, "can't do that"),
    ],
)
async def test_a_bad_action_is_an_error_and_changes_nothing(
    page: Page, action: Json, error: str
) -> None:
    before = page.pane.state("member")
    result = await page.pane.act("member", action)
    assert result is not None
    assert error in result["error"]
    assert page.pane.state("member") == before


async def test_slash_commands_do_not_work_in_threads(page: Page) -> None:
    await page.say("salary ml", GENERAL, mention=True)
    thread = page.messages(GENERAL)[0]["thread"]
    result = await page.act("member", "command", channel=thread, line="/salary ml")
    assert result is not None
    assert "don't work in threads" in result["error"]


async def test_another_app_answers_the_old_buttons(page: Page, content: Content) -> None:
    answer = await page.command("/salary ml senior us")
    other = App(content)
    page.pane.use(other)
    assert "slack" in other.platforms
    await page.click(answer, "Share")
    assert len(page.messages(GENERAL, "moderator")) == 1


def test_views_keep_slack_s_rules() -> None:
    workspace = Workspace(lambda: MONDAY, lambda: None)
    workspace.add_member(User("U1", "Mia"))
    view = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": []}
    trigger = workspace.new_trigger("U1")
    opened = open_view(workspace, {"trigger_id": trigger, "view": view})["view"]
    with pytest.raises(ApiError, match="exchanged_trigger_id"):
        open_view(workspace, {"trigger_id": trigger, "view": view})
    changed = {"view_id": opened["id"], "view": view, "hash": opened["hash"]}
    update_view(workspace, changed)
    with pytest.raises(ApiError, match="hash_conflict"):
        update_view(workspace, changed)
    for _ in range(2):
        push = {"trigger_id": workspace.new_trigger("U1", opened["id"]), "view": view}
        push_view(workspace, push)
    with pytest.raises(ApiError, match="push_limit_reached"):
        push_view(workspace, {**push, "trigger_id": workspace.new_trigger("U1", opened["id"])})


def test_response_urls_expire() -> None:
    now = [MONDAY]
    workspace = Workspace(lambda: now[0], lambda: None)
    workspace.channels["C1"] = Channel("C1", "general", frozenset({"U1"}))
    url = workspace.new_response_url("U1", "C1")
    for _ in range(5):
        use_response_url(workspace, url, {"text": "Hello"})
    late = workspace.new_response_url("U1", "C1")
    now[0] += timedelta(minutes=31)
    for each in (url, late, "https://hooks.slack.com/other"):
        with pytest.raises(ApiError, match="used_url"):
            use_response_url(workspace, each, {"text": "Hello"})
    assert len(workspace.channels["C1"].messages) == 5
