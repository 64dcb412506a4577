"""First screens of comparisons, pages with every fact, pay of two roles and interviews."""

from dataclasses import replace
from itertools import permutations

import pytest
from random_replies import strings_in
from screens import on_discord
from screens.inputs import LIMITS, first_screens
from screens.measure import PHONE_PAGE

from adapters.discord.rendering.render import render
from bot.app import App
from bot.call import Call, Caller
from bot.formatting import format_claim
from bot.presentation import Presentation
from bot.reply import Fields, Outcome, Reply
from bot.roles.facts import RoleFact
from bot.roles.pay_summary import PaySummary
from bot.roles.sections import find_sections, paginate_sections
from bot.roles.wording import (
    lower_first,
    sentence_on_sides,
    short_name,
    side_by_side,
    take_fitting,
)
from content import Content, Role, load
from content.models import Statement

ME = Caller("test:1")
CONTENT = load()
PAIRS = list(permutations(CONTENT.roles, 2))
AI, ML = CONTENT.roles["ai-engineer"], CONTENT.roles["ml-engineer"]
DIMENSIONS = list(CONTENT.dimensions.values())


def excess(app: App, line: str, reply: Reply) -> dict[str, str]:
    """Return what is too much on the first screen, by platform."""
    found = {
        platform: LIMITS[platform].excess(screen)
        for platform, screen in first_screens(app, line, reply).items()
    }
    return {platform: words for platform, words in found.items() if words}


@pytest.mark.parametrize("pair", PAIRS, ids=" or ".join)
async def test_every_pair_of_roles_fits_the_first_screen_and_leads_on(
    app: App, pair: tuple[str, str]
) -> None:
    call = Call("compare", {"role": pair[0], "other": pair[1]})
    reply = await app.handle(call, ME)
    assert reply.outcome is Outcome.DONE
    assert excess(app, call.to_line(), reply) == {}
    assert "Pay" in [each.label for each in reply.buttons]
    for action in reply.actions():
        assert (await app.handle(action.call, ME)).outcome is Outcome.DONE, action.label


@pytest.mark.parametrize("aspect", [*CONTENT.dimensions, *CONTENT.groups])
@pytest.mark.parametrize("other", ["ml-engineer", "data-scientist"])
async def test_every_aspect_fits_the_first_screen(app: App, other: str, aspect: str) -> None:
    call = Call("compare", {"role": "ai-engineer", "other": other, "aspect": aspect})
    reply = await app.handle(call, ME)
    assert reply.outcome is Outcome.DONE
    assert excess(app, call.to_line(), reply) == {}


async def test_what_is_not_described_is_said_once(app: App) -> None:
    for line in ("compare ai ds", "compare ai ds skills", "compare ai ds maths", "compare ds swe"):
        said = " ".join(strings_in(await app.handle_line(line, ME)))
        assert said.count("Our sources only cover pay for") == 1, line
        assert "not stated" not in said, line


def wordy(role: Role) -> Role:
    """Return *role* with a long statement from another source first in every dimension."""
    sources = [*CONTENT.sources]
    first = {
        dimension: Statement(says="Long words again and again. " * 20, source=source)
        for dimension, source in zip(role.dimensions, sources * len(DIMENSIONS), strict=False)
    }
    dimensions = {each: (first[each], *statements) for each, statements in role.dimensions.items()}
    return role.model_copy(update={"dimensions": dimensions})


async def test_long_statements_of_an_overlay_leave_room_for_the_rest() -> None:
    roles = {**CONTENT.roles, AI.id: wordy(AI), ML.id: wordy(ML)}
    app = App(replace(CONTENT, roles=roles), record_answers=False)
    for aspect in ("", *CONTENT.dimensions, *CONTENT.groups):
        line = f"compare ai ml {aspect}".strip()
        reply = await app.handle_line(line, ME)
        assert "discord" not in excess(app, line, reply), line


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda each: each.id)
async def test_pages_show_every_fact_on_at_most_two_screens(
    app: App, content: Content, dimension: object
) -> None:
    [found] = [each for each in DIMENSIONS if each is dimension]
    sections = find_sections(content, (AI, ML), found)
    pages = paginate_sections(sections, content)
    shown = [fact for page in pages for section in page.sections for fact in section.facts]
    assert shown == [fact for section in sections for fact in section.facts]
    first = await app.handle_line(f"compare ai ml {found.id}", ME)
    offered = [each.call for each in first.actions() if "page" in each.call.args]
    assert len(offered) == len(pages)
    for call in offered:
        reply = await app.handle(call, ME)
        [message] = render(reply, Presentation(call=call, origin=Call("compare"))).messages
        assert PHONE_PAGE.excess(on_discord.measure(message.components)) == ""


def test_pay_of_two_roles_is_compared_in_one_measure(content: Content) -> None:
    summary = PaySummary(content, (AI, ML))
    assert len(summary.claims()) == 4
    for one, other in summary.claims():
        assert (one.source, one.level, one.basis) == (other.source, other.level, other.basis)
    central = summary.central_claims()
    assert central is not None
    assert {each.level for each in central} == {"mid"}
    assert all(format_claim(each) in summary.sentence() for each in central)


def test_pay_says_which_sources_agree_and_what_others_say(content: Content) -> None:
    (_, ai), (_, ml) = PaySummary(content, (AI, ML)).lines()
    assert "Samadov and Traecta mostly agree" in ai
    assert "Samadov mostly agrees" in ml
    assert "Traecta says $120K–$160K" in ml


def test_pay_of_roles_without_claims_is_the_surveys(content: Content) -> None:
    pair = content.roles["data-scientist"], content.roles["data-engineer"]
    summary = PaySummary(content, pair)
    assert summary.claims() == ()
    found = summary.reports()
    assert found is not None
    one, other = found
    assert one.group.years == other.group.years
    assert (one.group.country, one.group.level) == (other.group.country, other.group.level)
    assert one.format_percentile(50) in summary.sentence()
    assert list(summary.source_ids()) == ["aijobs", "aijobs"]


def test_pay_that_nothing_compares_has_no_sentence(content: Content) -> None:
    unpaid = Role(id="lamplighter", name="Lamplighter")
    summary = PaySummary(content, (AI, unpaid))
    assert (summary.sentence(), summary.lines(), summary.level_table()) == ("", (), None)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("AI Engineer", "AI"),
        ("MLOps Engineer", "MLOps"),
        ("Data Engineer", "Data Engineer"),
        ("ML Platform Engineer", "ML Platform Engineer"),
        ("CTO", "CTO"),
    ],
)
def test_acronyms_are_short_names(name: str, short: str) -> None:
    assert short_name(Role(id="role", name=name)) == short


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("A working product", "a working product"),
        ("Strong: calculus", "strong: calculus"),
        ("Python and SQL", "Python and SQL"),
        ("GPU clusters", "GPU clusters"),
        ("6–18 months", "6–18 months"),
    ],
)
def test_names_keep_their_capital_within_a_sentence(
    content: Content, text: str, within: str
) -> None:
    assert lower_first(text, content) == within


def test_a_shared_source_is_named_once(content: Content) -> None:
    one, other = RoleFact("Fast.", "kore1"), RoleFact("Slow.", "kore1")
    assert words(side_by_side([(AI, one), (ML, other)], content)) == "AI fast; ML slow (KORE1)"
    third = RoleFact("Slow.", "howell")
    shown = words(side_by_side([(AI, one), (ML, third)], content))
    assert shown == "AI fast (KORE1); ML slow (Howell)"


def test_facts_with_colons_or_semicolons_are_sentences_of_their_own(content: Content) -> None:
    one, other = RoleFact("Fast.", "kore1"), RoleFact("Slow; thorough.", "kore1")
    said = words(sentence_on_sides("Pace", [(AI, one), (ML, other)], content))
    assert said == "Pace, for AI: fast. For ML: slow; thorough (KORE1)."
    said = words(sentence_on_sides("Pace", [(AI, one), (ML, None)], content))
    assert said == "Pace: AI fast (KORE1); ML not covered."


async def test_both_orders_of_two_roles_have_the_same_topics(app: App) -> None:
    one, other = [
        {label for node in reply.nodes if isinstance(node, Fields) for label, _ in node.items}
        for reply in [await app.handle_line(f"compare {line}", ME) for line in ("ai ml", "ml ai")]
    ]
    assert one == other


async def test_what_suits_whom_is_said_with_if(app: App) -> None:
    answer = words((await app.handle_line("compare ai ml choose-if", ME)).answer)
    assert answer.startswith("How to choose: AI if you")


def words(prose: object) -> str:
    return "".join(strings_in(prose))


def test_at_least_one_item_is_taken() -> None:
    assert take_fitting(["long " * 100, "short"], 2) == ("long " * 100,)
    assert take_fitting(["one", "two", "three"], 2) == ("one", "two")


@pytest.mark.parametrize("role", [AI, ML], ids=lambda role: role.id)
async def test_every_interview_task_is_a_click_away(app: App, role: Role) -> None:
    first = await app.handle(Call("interview", {"role": role.id}), ME)
    assert excess(app, f"interview {role.id}", first) == {}
    calls = [each.call for each in first.buttons if "side" in each.call.args]
    shown = " ".join([words(await app.handle(call, ME)) for call in calls])
    for task in role.interview:
        assert task.task in shown
        assert task.shows is None or task.shows in shown


async def test_an_interview_for_another_role_leads_to_what_there_is(app: App) -> None:
    reply = await app.handle_line("interview data scientist", ME)
    assert reply.outcome is Outcome.DONE
    assert [each.call.command for each in reply.buttons] == ["salary", "interview", "interview"]
