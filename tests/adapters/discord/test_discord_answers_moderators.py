"""Community answers on Discord: moderators' commands by slash command, button, form and line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import Json
from discord_server.members import Invoker
from discord_server.message_rules import Upload
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from moderator_cases import refusals

from bot.app import App
from content import Content
from storage import CommunityAnswer, FeedbackKind, Store

ADMIN: Invoker = {"permissions": 1 << 5}
SECOND = User("second")
ADA = User("ada")
QUESTION = "Is there a dress code?"


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def send(app: App, discord: LoopbackDiscord, text: str, about: str | None = None) -> None:
    store = await app.store()
    community = f"discord:{discord.guild.id}"
    kind = FeedbackKind.REPORT if about else FeedbackKind.QUESTION
    await store.feedback.add(
        await store.queues.get_or_create(community),
        kind,
        text,
        app._clock(),  # noqa: SLF001 - the same moments
        about=about,
        member=f"discord:{ADA.id}",
        community=community,
    )


async def stored(app: App, discord: LoopbackDiscord) -> tuple[CommunityAnswer, ...]:
    store = await app.store()
    queue = await store.queues.get_or_create(f"discord:{discord.guild.id}")
    return await store.answers.list_for_queue(queue)


def opening_values(modal: Json) -> dict[str, str]:
    parts = (each["component"] for each in modal["components"])
    return {each["custom_id"]: each.get("value", "") for each in parts}


async def slash(discord: LoopbackDiscord, words: str, **options: str) -> Message:
    return await (await discord.slash(words, options, **ADMIN)).answer()


async def add(discord: LoopbackDiscord, text: str) -> Message:
    played = await discord.slash("answers add", {}, **ADMIN)
    given = {"question": QUESTION, "text": text}
    return await (await discord.submit_modal(played, given, **ADMIN)).answer()


async def test_a_question_is_answered_in_four_interactions(
    keeping: App, discord: LoopbackDiscord
) -> None:
    await send(keeping, discord, QUESTION)
    queue = await slash(discord, "answers queue")
    assert queue.ephemeral
    opened = await discord.click(queue, "Answer", **ADMIN)
    modal = await opened.modal()
    assert opening_values(modal)["question"] == QUESTION
    wrong = {"text": "No.", "link": "x"}
    refused = await (await discord.submit_modal(opened, wrong, **ADMIN)).answer()
    assert "isn't a web address" in refused.text
    assert await stored(keeping, discord) == ()
    given = {"text": "No.\n\n**Wear** <@1> what you like. @everyone"}
    saved = await (await discord.submit_modal(opened, given, **ADMIN)).answer()
    assert "Answered: “Is there a dress code?”" in saved.text
    assert "Community answer, by the moderators" in saved.text
    assert {"Edit", "Remove", "Undo", "Show what's waiting"} <= {*saved.labels}
    found = await (await discord.slash("ask", {"question": QUESTION}, user=ADA)).answer()
    assert "what you like" in found.text
    undone = await (await discord.click(saved, "Undo", **ADMIN)).answer()
    assert "It's waiting again." in undone.text
    assert await stored(keeping, discord) == ()


async def test_an_answer_is_added_edited_and_removed(
    keeping: App, discord: LoopbackDiscord
) -> None:
    opened = await discord.slash("answers add", {}, **ADMIN)
    modal = await opened.modal()
    assert len(modal["components"]) == 5
    given = {"question": f"{QUESTION}\nwhat to wear", "text": "No.", "link": "https://x.org/a"}
    added = await (await discord.submit_modal(opened, given, **ADMIN)).answer()
    assert "Added: “Is there a dress code?”" in added.text
    opened = await discord.click(added, "Edit", **ADMIN)
    values = opening_values(await opened.modal())
    assert (values["question"], values["text"]) == (f"{QUESTION}\nwhat to wear", "No.")
    changed = await (await discord.submit_modal(opened, {"text": "Jeans."}, **ADMIN)).answer()
    assert "Changed: “Is there a dress code?”" in changed.text
    [answer] = await stored(keeping, discord)
    assert (answer.text, answer.link) == ("Jeans.", "https://x.org/a")
    asked = await (await discord.click(changed, "Remove", **ADMIN)).answer()
    assert "Remove “Is there a dress code?”?" in asked.text
    removed = await (await discord.click(asked, "Remove it", **ADMIN)).answer()
    assert await stored(keeping, discord) == ()
    restored = await (await discord.click(removed, "Undo", **ADMIN)).answer()
    assert "Restored:" in restored.text


async def test_two_forms_at_once_the_second_sees_the_new_text(
    keeping: App, discord: LoopbackDiscord
) -> None:
    added = await add(discord, "No.")
    second: Invoker = {**ADMIN, "user": SECOND}
    theirs = await (await discord.slash("answers preview", {"answer": "1"}, **second)).answer()
    forms = [
        await discord.click(added, "Edit", **ADMIN),
        await discord.click(theirs, "Edit", **second),
    ]
    for each in forms:
        await each.modal()
    await (await discord.submit_modal(forms[1], {"text": "Jeans."}, **second)).answer()
    late = await (await discord.submit_modal(forms[0], {"text": "A suit."}, **ADMIN)).answer()
    assert f"<@{SECOND.id}> changed this answer before you" in late.text
    assert "Jeans." in late.text
    assert "A suit." in late.text
    assert [each.text for each in await stored(keeping, discord)] == ["Jeans."]


async def test_slash_options_complete(keeping: App, discord: LoopbackDiscord) -> None:
    await add(discord, "No.")
    await send(keeping, discord, "Do I need a tie?")
    for words, option, label in (
        ("answers edit", "answer", "1 · Is there a dress code?"),
        ("answers link", "item", "1 · Do I need a tie?"),
    ):
        played = await discord.autocomplete(words, {option: ""}, **ADMIN)
        assert [each["name"] for each in await played.choices()] == [label]


async def test_a_reported_statement_is_hidden(keeping: App, discord: LoopbackDiscord) -> None:
    await send(keeping, discord, "Too low.", "salary ml senior")
    queue = await slash(discord, "answers queue")
    listed = await (await discord.click(queue, "Hide a statement", **ADMIN)).answer()
    assert "KORE1: $180K–$240K" in listed.text
    opened = await discord.click(listed, "Hide", **ADMIN)
    await opened.modal()
    hidden = await (await discord.submit_modal(opened, {"reason": "Not here."}, **ADMIN)).answer()
    assert "Hidden here: “KORE1: $180K–$240K”" in hidden.text
    pay = {"role": "ml-engineer", "level": "senior"}
    seen = await (await discord.slash("salary", pay, user=ADA)).answer()
    assert "$180K–$240K" not in seen.text
    listed = await slash(discord, "answers hidden")
    shown = await (await discord.click(listed, "Show again", **ADMIN)).answer()
    assert "Shown again" in shown.text
    seen = await (await discord.slash("salary", pay, user=ADA)).answer()
    assert "$180K–$240K" in seen.text


async def test_a_file_is_exported_and_imported(keeping: App, discord: LoopbackDiscord) -> None:
    await add(discord, "No. Wear what you like.")
    exported = await slash(discord, "answers export")
    text = exported.text + "".join(each.content.decode() for each in exported.attachments)
    assert "says: No. Wear what you like." in text
    played = await discord.slash("answers import", {}, **ADMIN)
    await played.modal()
    upload = Upload("a.yaml", b"- {question: Where?, says: Here.}\n")
    checked = await (await discord.submit_modal(played, {"text:file": [upload]}, **ADMIN)).answer()
    assert "1 new answer." in checked.text
    done = await (await discord.click(checked, "Add 1 answer", **ADMIN)).answer()
    assert "Imported: 1 answer." in done.text
    assert len(await stored(keeping, discord)) == 2


@pytest.mark.parametrize(
    "code",
    [
        "r|answers-queue",
        "r|answers-add|question=A?|text=B.",
        "r|answers-edit|answer=1|text=Forged.",
        "r|answers-remove|answer=1|sure=yes",
        "r|answers-undo|change=0123456789",
        "r|answers-decline|item=1|reason=x",
        "r|answers-import-now|file=0",
        "m|answers-answer|item=1",
    ],
)
async def test_a_member_who_forges_a_button_is_refused_and_logged(
    keeping: App, discord: LoopbackDiscord, code: str
) -> None:
    added = await add(discord, "No.")
    await send(keeping, discord, "Do I need a tie?")
    played = await discord.send_component(added, code.replace("m|", "r|", 1), user=ADA)
    assert "is for moderators" in (await played.answer()).text
    assert [each.text for each in await stored(keeping, discord)] == ["No."]
    refused = await refusals(keeping, f"discord:{discord.guild.id}", f"discord:{ADA.id}")
    assert code.split("|")[1] in refused


async def test_a_button_works_after_a_restart(
    content: Content, database: str, tmp_path: Path
) -> None:
    del tmp_path
    async with LoopbackDiscord() as platform:
        first = App(content, open_store=lambda: Store.open(database))
        async with serve_discord(first, platform):
            await send(first, platform, QUESTION)
            queue = await slash(platform, "answers queue")
        await first.close()
        second = App(content, open_store=lambda: Store.open(database))
        async with serve_discord(second, platform):
            opened = await platform.click(queue, "Answer", **ADMIN)
            await opened.modal()
            saved = await (await platform.submit_modal(opened, {"text": "No."}, **ADMIN)).answer()
            assert "Answered:" in saved.text
        await second.close()
