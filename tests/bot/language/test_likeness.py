"""Fingerprints and likeness of questions, by which the moderators' queue is grouped."""

import asyncio
import time

import pytest

from bot.app import App
from bot.language.likeness import fingerprint, group_alike, likeness


@pytest.mark.parametrize(
    "same",
    [
        ("Do I need a PhD?", "do i need a phd", "PhD... do I need one??"),
        ("salary of ML engineers in Germany", "germany salary machine learning engineer"),
        ("where is the parking lot", "Where's the parking lot?", "the parking lot, where is it"),
    ],
)
def test_trivially_different_wordings_have_one_fingerprint(app: App, same: tuple[str, ...]) -> None:
    assert len({fingerprint(each, app.content) for each in same}) == 1
    assert likeness(same[0], same[-1], app.content) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jobs in Berlin", "jobs in Tokyo"),
        ("do ML engineers need a PhD", "do AI engineers need a PhD"),
        ("what do AI engineers do", "what is an LLM engineer"),
        ("where is the parking lot", "where is the coffee machine"),
        ("how do I log in to slurm", "how do I log in to grafana"),
    ],
)
def test_different_questions_are_told_apart(app: App, one: str, other: str) -> None:
    assert fingerprint(one, app.content) != fingerprint(other, app.content)
    assert likeness(one, other, app.content) < 0.9
    assert likeness(one, other, app.content) == likeness(other, one, app.content)


@pytest.mark.parametrize("text", ["", " ", "?!", "what is it", "\ud800", "\0", "a" * 9000])
def test_any_text_has_a_fingerprint(app: App, text: str) -> None:
    assert len(fingerprint(text, app.content)) in (0, 16)
    assert 0 <= likeness(text, "do I need a PhD", app.content) <= 1


@pytest.mark.parametrize(
    "template", ["Is there {} at the office?", "Who runs the {} channel?", "When is the next {}?"]
)
async def test_questions_about_different_things_are_not_grouped(app: App, template: str) -> None:
    things = ("parking", "coffee", "wifi password", "badge", "printer", "talk", "hackathon")
    groups = await group_alike([template.format(each) for each in things], app.content)
    assert groups == tuple((each,) for each in range(len(things)))


async def test_like_questions_are_grouped(app: App) -> None:
    questions = (
        "Is there parking at the office?",
        "do i need phd",
        "is there office parking",
        "is a doctorate needed for machine learning jobs",
        "How do I get my badge?",
        "Office parking?",
        "",
    )
    assert await group_alike(questions, app.content) == ((0, 2, 5), (1, 3), (4,), (6,))
    assert await group_alike((), app.content) == ()


async def test_grouping_never_holds_up_the_event_loop(app: App) -> None:
    entries = app.content.faq.values()
    questions = [text for each in entries for text in (each.question, *each.also)][:500]
    await group_alike(questions[:5], app.content)
    pauses: list[float] = []

    async def watch() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            pauses.append(time.thread_time() - began)

    watching = asyncio.create_task(watch())
    groups = await group_alike(questions, app.content)
    watching.cancel()
    assert sorted(each for group in groups for each in group) == [*range(500)]
    pauses.sort()
    assert pauses[len(pauses) * 95 // 100] < 0.005  # processor time; a busy machine adds to it
