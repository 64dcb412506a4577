"""Answers from the shipped survey, checked against its data."""

import re

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.pay.claims import Aspect, Difference, Verdict, compare_with_survey
from bot.pay.survey import GroupFilter, best_groups
from bot.reply import Outcome, Table
from bot.roles.wording import plain_words
from content import Content, Country, PayBasis, PayGroup

WHO = Caller("test:1")
SURVEY = "aijobs-2025-01"


async def said(app: App, line: str) -> str:
    return str(await app.handle_line(line, WHO))


def shown(content: Content, role: str, level: str | None, country: str = "us") -> PayGroup:
    [found] = best_groups(content, GroupFilter(role, level, country))
    return found.group


def test_ml_engineers_earn_more_than_ai_engineers_at_every_level(content: Content) -> None:
    levels = {group.level for group in content.surveys[SURVEY].groups} - {None}
    assert len(levels) == 4
    for level in levels:
        ml, ai = (shown(content, role, level).p50 for role in ("ml-engineer", "ai-engineer"))
        assert ml > ai


async def test_answer_says_that_the_survey_is_the_reverse_of_the_claims(app: App) -> None:
    for line in ("salary ai ml", "salary senior ranking", "salary ml senior ranking"):
        assert "KORE1 and Traecta say the opposite" in await said(app, line)


def test_claims_are_compared_with_reports_from_their_country(content: Content) -> None:
    found = {
        each.claim.id: each
        for each in compare_with_survey(content.pay.values(), content, "us", None)
    }
    assert found["kore1-ml-senior"].verdict is Verdict.INCOMPARABLE
    assert found["kore1-ml-senior"].differences == (
        Difference(Aspect.BASIS, "base", "gross"),
        Difference(Aspect.YEAR, "2026", "2024–25"),
    )
    assert found["samadov-ai-senior-faang"].verdict is Verdict.INCOMPARABLE
    mid = found["traecta-ml-mid"]
    assert mid.verdict is Verdict.CONFLICT
    assert mid.unstated == ("basis",)
    uk = found["howell-ml-uk"]
    assert (uk.reports.group.country, uk.reports.group.currency) == ("gb", "GBP")
    assert "samadov-both-mean-us" not in found


async def test_answer_gives_the_percentiles_of_claimed_bands(app: App) -> None:
    answer = await said(app, "salary ai senior verdicts")
    assert "KORE1's $200K–$300K runs from the 60th to above the 90th percentile" in answer
    assert "all of Samadov's $350K–$550K (FAANG tier) is above the 90th percentile" in answer


async def test_answer_gives_the_size_and_caveats_of_a_conflict(app: App, content: Content) -> None:
    answer = await said(app, "salary ml mid verdicts")
    group = shown(content, "ml-engineer", "mid")
    starts, ends = (round((group.p25 - 120_000) / 1000), round((group.p75 - 160_000) / 1000))
    assert f"Traecta starts ${starts}K lower and ends ${ends}K lower" in answer
    assert "Traecta doesn't specify base or total pay" in answer


async def test_percentiles_come_with_the_number_of_reports(app: App, content: Content) -> None:
    group = shown(content, "ai-engineer", "senior")
    for line in ("salary ai senior", "salary ai", "salary senior"):
        answer = await said(app, line)
        assert f"{group.distinct}" in answer
        assert "distinct reports" in answer
    full = await said(app, "salary ai senior survey")
    assert f"({group.records} with repeats)" in full
    assert "confidence high" in full


async def test_country_is_shown_in_its_own_currency_if_it_has_enough_reports(
    app: App, content: Content
) -> None:
    assert shown(content, "ml-engineer", None, "gb").currency == "GBP"
    assert shown(content, "ml-engineer", "senior", "ca").currency == "USD"
    assert "Canada in USD" in await said(app, "salary ml senior canada")
    answer = await said(app, "salary data engineer countries")
    assert "€" in answer
    assert "£" in answer


async def test_trend_in_a_country_lists_every_currency(app: App, content: Content) -> None:
    groups = [each for each in content.surveys[SURVEY].groups
              if (each.role, each.country, each.level) == ("ml-engineer", "ca", None)
              and each.first == each.last]  # fmt: skip
    assert {each.currency for each in groups} == {"CAD", "USD"}
    reply = await app.handle_line("salary ml canada trend", WHO)
    rows = [row for node in reply.nodes if isinstance(node, Table) for row in node.rows]
    assert sorted(str(row[0]) for row in rows) == sorted(each.years for each in groups)


async def test_trend_lists_years_in_order(app: App) -> None:
    reply = await app.handle_line("salary data scientist trend", WHO)
    [table] = [node for node in reply.nodes if isinstance(node, Table)]
    years = [str(row[0]) for row in table.rows]
    assert years == sorted(years)
    assert len(years) > 3


async def test_survey_is_hidden_if_its_basis_is_not_asked_for(app: App) -> None:
    assert "aijobs" not in await said(app, "salary ml senior base")
    assert "aijobs" in await said(app, f"salary ml senior {PayBasis.GROSS}")


@pytest.mark.parametrize(
    "line", ["salary data engineer staff", "salary mlops slovakia", "salary ml india"]
)
async def test_a_broader_question_is_answered_if_there_are_no_figures(app: App, line: str) -> None:
    reply = await app.handle_line(line, WHO)
    assert reply.outcome is Outcome.DONE
    assert plain_words(reply.answer).startswith("None of our sources has figures for")
    assert re.search(r"\$\d", plain_words(reply.answer))
    broader = reply.more[:3]
    for choice in broader:
        assert (await app.handle(choice.call, WHO)).outcome is Outcome.DONE


async def test_every_survey_group_has_an_answer(app: App, content: Content) -> None:
    cells = {(each.role, each.country, each.level) for each in content.surveys[SURVEY].groups}
    for role, country, level in sorted(cells, key=str):
        at = {"level": level} if level else {}
        reply = await app.handle(Call("salary", {"role": role, "country": country, **at}), WHO)
        assert reply.outcome is Outcome.DONE
        assert "aijobs.net" in str(reply)


SPARSE = (
    "salary data scientist", "salary applied scientist countries", "salary swe trend",
    "compare data-scientist data-engineer", "compare ml data-scientist", "compare ml ds tools",
    "interview data engineer", "salary ml remarks", "salary ai ml claims", "salary ml spain",
)  # fmt: skip


@pytest.mark.parametrize("line", SPARSE)
async def test_every_action_on_roles_with_survey_data_only_has_an_answer(
    app: App, line: str
) -> None:
    reply = await app.handle_line(line, WHO)
    assert reply.outcome is Outcome.DONE
    for choice in reply.actions():
        if app.commands[choice.call.command].needs_form(choice.call):  # opens a form
            continue
        assert (await app.handle(choice.call, WHO)).outcome is Outcome.DONE, choice
        assert app.parse(app.line_for(choice)) == choice.call


async def test_refusals_for_roles_with_survey_data_only_offer_actions(app: App) -> None:
    for line in ("tools data engineer", "roadmap to data scientist"):
        reply = await app.handle_line(line, WHO)
        assert reply.outcome is Outcome.REFUSED
        [*choices] = reply.actions()
        assert len(choices) == len({choice.call.to_line() for choice in choices}) > 0


def test_country_currencies_match_cldr(content: Content) -> None:
    from babel.core import get_global  # noqa: PLC0415  # only here

    for country in content.countries.values():
        assert isinstance(country, Country)
        current = [
            code
            for code, _, end, tender in get_global("territory_currencies")[country.id.upper()]
            if tender and end is None
        ]
        assert country.currency in current


async def test_the_first_sentence_names_a_role_without_figures(app: App) -> None:
    reply = await app.handle_line("salary mlops vs mle australia", Caller("test:1"))
    assert str(reply.answer).startswith("ML Engineers in Australia")
    assert "no figures for MLOps Engineers" in str(reply.answer)
