"""Community answers on Slack: moderators' commands by typed line, button and form."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from moderator_cases import refusals
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.form_filling import elements
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message, View

from adapters.slack import SCOPES
from bot.app import App
from storage import CommunityAnswer, FeedbackKind

TEAM, ADMIN, MEMBER = "slack:T1", "UADMIN", "U1"
QUESTION = "Is there a dress code?"


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        platform.grant(*SCOPES)
        platform.add_channel("GSTAFF", ADMIN, BOT, private=True, called="staff")
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


one_mode = pytest.mark.parametrize("slack", MODES[:1], indirect=True)


async def say(slack: LoopbackSlack, line: str, user: str = ADMIN) -> Message:
    return await (await slack.slash("/crossroads", line, user=user)).message()


async def press(slack: LoopbackSlack, message: Message, label: str, user: str = ADMIN) -> str:
    await (await slack.click(message, text=label, user=user)).answered()
    return newest(slack, user)


async def form(slack: LoopbackSlack, message: Message, label: str) -> View:
    return await (await slack.click(message, text=label, user=ADMIN)).view()


def newest(slack: LoopbackSlack, user: str = ADMIN) -> str:
    return visible_text(last(slack, user).blocks)


def last(slack: LoopbackSlack, user: str = ADMIN) -> Message:
    return slack.ephemeral(user)[-1]


def opening_values(view: View) -> dict[str, str]:
    return {
        each["block_id"]: each["element"].get("initial_value", "")
        for each in view.blocks
        if each["type"] == "input"
    }


def forged(value: str) -> dict[str, Any]:
    made = {"type": "button", "action_id": "forged", "text": {"text": "x"}, "value": value}
    return {"type": "actions", "block_id": "forged", "elements": [made]}


async def send(app: App, text: str, about: str | None = None) -> None:
    store = await app.store()
    await store.feedback.add(
        await store.queues.get_or_create(TEAM),
        FeedbackKind.REPORT if about else FeedbackKind.QUESTION,
        text,
        app._clock(),  # noqa: SLF001 - the same moments
        about=about,
        member=f"{TEAM}/{MEMBER}",
        community=TEAM,
    )


async def stored(app: App) -> tuple[CommunityAnswer, ...]:
    store = await app.store()
    return await store.answers.list_for_queue(await store.queues.get_or_create(TEAM))


async def test_a_question_is_answered_in_four_interactions(
    keeping: App, slack: LoopbackSlack
) -> None:
    await send(keeping, QUESTION)
    queue = await say(slack, "answers")
    view = await form(slack, queue, "Answer")
    assert opening_values(view)["question"] == QUESTION
    assert await stored(keeping) == ()
    text = "No.\n\n*Wear* <!channel> what you like. <@U2>"
    await (await slack.submit_view(view, {"text": text})).answered()
    shown = newest(slack)
    assert "Answered: “Is there a dress code?”" in shown
    assert "Community answer, by the moderators" in shown
    assert "what you like" in visible_text((await say(slack, f"ask {QUESTION}", MEMBER)).blocks)
    undone = await press(slack, last(slack), "Undo")
    assert "It's waiting again." in undone
    assert await stored(keeping) == ()


@one_mode
async def test_a_wrong_field_keeps_the_form_open(keeping: App, slack: LoopbackSlack) -> None:
    await send(keeping, QUESTION)
    view = await form(slack, await say(slack, "answers queue"), "Answer")
    played = await slack.submit_view(view, {"text": "No.", "link": "http://x.org"})
    refused = await played.ack()
    assert refused.payload
    assert "starts with https://" in refused.payload["errors"]["link"]
    assert await stored(keeping) == ()


async def test_an_answer_is_added_edited_and_removed(keeping: App, slack: LoopbackSlack) -> None:
    added = await say(slack, f'answers add question:"{QUESTION}" text:"No." link:https://x.org/a')
    assert "Added: “Is there a dress code?”" in visible_text(added.blocks)
    view = await form(slack, added, "Edit")
    values = opening_values(view)
    assert (values["question"], values["text"]) == (QUESTION, "No.")
    await (await slack.submit_view(view, {"text": "Jeans."})).answered()
    [answer] = await stored(keeping)
    assert (answer.text, answer.link) == ("Jeans.", "https://x.org/a")
    assert "Remove “Is there a dress code?”?" in await press(slack, last(slack), "Remove")
    assert "Removed:" in await press(slack, last(slack), "Remove it")
    assert await stored(keeping) == ()
    assert "Restored:" in await press(slack, last(slack), "Undo")


@one_mode
async def test_two_forms_at_once_the_second_sees_the_new_text(
    keeping: App, slack: LoopbackSlack
) -> None:
    added = await say(slack, f'answers add question:"{QUESTION}" text:"No."')
    view = await form(slack, added, "Edit")
    await say(slack, 'answers edit 1 text:"Jeans."')
    await (await slack.submit_view(view, {"text": "A suit."})).answered()
    shown = visible_text(added.blocks)
    assert "changed this answer before you" in shown
    assert "Jeans." in shown
    assert "A suit." in shown
    assert [each.text for each in await stored(keeping)] == ["Jeans."]


async def test_a_reported_statement_is_hidden(keeping: App, slack: LoopbackSlack) -> None:
    line = "salary ml senior"
    assert "$180K–$240K" in visible_text((await say(slack, line, MEMBER)).blocks)
    await send(keeping, "Too low.", line)
    queue = await say(slack, "answers queue")
    assert "KORE1: $180K–$240K" in await press(slack, queue, "Hide a statement")
    clicked = await slack.click(last(slack), action_id="choice1", user=ADMIN)
    view = await clicked.view()
    await (await slack.submit_view(view, {"reason": "Not here."})).answered()
    assert "Hidden here: “KORE1: $180K–$240K”" in newest(slack)
    assert "$180K–$240K" not in visible_text((await say(slack, line, MEMBER)).blocks)
    listed = await say(slack, "answers hidden")
    assert "Shown again" in await press(slack, listed, "Show again")
    assert "$180K–$240K" in visible_text((await say(slack, line, MEMBER)).blocks)


@one_mode
@pytest.mark.parametrize(
    "code",
    [
        "r|answers-queue",
        "r|answers-answer|item=1",
        "r|answers-edit|answer=1|text=Forged.",
        "r|answers-remove|answer=1|sure=yes",
        "r|answers-undo|change=0123456789",
        "r|answers-decline|item=1|reason=x",
        "r|answers-import-now|file=0",
    ],
)
async def test_a_member_who_forges_a_button_is_refused_and_logged(
    keeping: App, slack: LoopbackSlack, code: str
) -> None:
    await say(slack, f'answers add question:"{QUESTION}" text:"No."')
    await send(keeping, "Do I need a tie?")
    shown = await say(slack, "help", MEMBER)
    shown.blocks = [forged(code)]
    await (await slack.click(shown, action_id="forged", user=MEMBER)).answered()
    assert "is for moderators" in newest(slack, MEMBER)
    assert slack.modal(MEMBER) is None
    assert [each.text for each in await stored(keeping)] == ["No."]
    assert code.split("|")[1] in await refusals(keeping, TEAM, f"{TEAM}/{MEMBER}")


@one_mode
async def test_the_form_to_link_searches(keeping: App, slack: LoopbackSlack) -> None:
    await send(keeping, "Do you need a doctorate degree here")
    view = await form(slack, await say(slack, "answers queue"), "Link to an existing answer")
    [select] = [each for each in elements(view) if "select" in each["type"]]
    assert select["type"] == "external_select"
    await (await slack.submit_view(view, {"to": "faq/phd"})).answered()
    assert "Linked to: “Do I need a PhD to become an ML engineer?”" in newest(slack)
    assert [each.entry for each in await stored(keeping)] == ["phd"]
