"""Tools, plans, sources and privacy: what the first screen says and what is behind it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from random_replies import strings_in

from bot.app import App, Operator
from bot.call import Call, Caller
from bot.ops.settings import read_settings
from bot.reply import Fields, Outcome, Reply
from content import Content

ME = Caller("test:1")


def text(reply: Reply) -> str:
    return "\n".join(strings_in(reply))


def calls(reply: Reply) -> Iterator[Call]:
    yield from (each.call for each in reply.actions())


async def test_must_know_tools_are_named_by_category_and_counted(app: App) -> None:
    reply = await app.handle_line("tools ai", ME)
    musts = {
        tool.name
        for tool in app.content.tools.values()
        for need in tool.needs
        if (need.role, need.need) == ("ai-engineer", "must-know")
    }
    assert f"{len(musts)} tools a must for AI Engineers" in str(reply.answer)
    [fields] = [node for node in reply.nodes if isinstance(node, Fields)]
    names = {each for label, value in fields.items for each in str(value).split(", ")}
    assert musts <= names


@pytest.mark.parametrize("role", ["ai-engineer", "ml-engineer"])
async def test_every_tool_of_a_role_is_one_click_away_with_its_purpose(app: App, role: str) -> None:
    reply = await app.handle(Call("tools", {"role": role}), ME)
    pages = [text(await app.handle(call, ME)) for call in calls(reply) if call.command == "tools"]
    for tool in app.content.tools.values():
        if any(need.role == role for need in tool.needs):
            assert any(tool.purpose in page for page in pages), tool.id


async def test_tools_that_sources_rate_differently_are_shown_with_both_ratings(
    content: Content,
) -> None:
    python = content.tools["python"]
    (first, *others) = python.needs
    nice = first.model_copy(update={"need": "nice-to-have", "source": "traecta"})
    tools = {**content.tools, "python": python.model_copy(update={"needs": (first, nice, *others)})}
    app = App(replace(content, tools=tools))
    reply = await app.handle_line("tools ai", ME)
    assert "⚠ Sources disagree about Python." in text(reply)
    [call] = [each for each in calls(reply) if each.args.get("view") == "differences"]
    differences = text(await app.handle(call, ME))
    assert "Python for AI Engineers: must know: Samadov, Howell; nice to have: Traecta" in (
        differences
    )


@pytest.mark.parametrize("command", ["tools data-scientist", "roadmap to data-engineer"])
async def test_a_role_that_only_the_survey_knows_leads_on(app: App, command: str) -> None:
    reply = await app.handle_line(command, ME)
    assert reply.outcome is Outcome.REFUSED
    assert "None of our sources" in str(reply.answer)
    assert "They do cover pay" in str(reply.answer)
    for call in calls(reply):
        assert (await app.handle(call, ME)).outcome is Outcome.DONE


async def test_every_statement_of_a_plan_is_one_click_away(app: App) -> None:
    for plan in app.content.roadmaps.values():
        reply = await app.handle(Call("roadmap", {"from": plan.start, "to": plan.role}), ME)
        pages = [text(await app.handle(call, ME)) for call in calls(reply) if "part" in call.args]
        said = [each.says for each in (*plan.time, *plan.brings, *plan.cautions)]
        for each in (*said, *(step.do for step in plan.steps)):
            assert any(each in page for page in pages), (plan.id, each)


async def test_a_source_shows_its_caution_and_its_details(app: App) -> None:
    for source in app.content.sources.values():
        reply = await app.handle(Call("sources", {"id": source.id}), ME)
        details = await app.handle(Call("sources", {"id": source.id, "part": "details"}), ME)
        if source.caution:
            assert f"⚠ {source.caution.split('. ')[0]}" in text(reply)
            assert source.caution in text(details)


async def test_privacy_names_who_runs_the_bot(content: Content) -> None:
    silent = await App(content).handle_line("privacy", ME)
    assert "Who runs this bot" not in text(silent)
    operator = Operator("ops@example.org", "https://example.org/privacy")
    reply = await App(content, operator=operator).handle_line("privacy", ME)
    assert "Who runs this bot: \nops@example.org" in text(reply)
    assert "https://example.org/privacy" in text(reply)


def test_the_address_of_the_policy_must_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSROADS_PRIVACY_URL", "javascript:alert(1)")
    with pytest.raises(Exception, match="must be an address that begins with https://"):
        read_settings(tmp_path / ".env")
