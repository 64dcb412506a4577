"""A tie is called a tie, and a result without answers leans nowhere."""

from bot.app import App
from bot.call import Call, Caller
from bot.quiz.community_stats import MIN_PEOPLE, CommunityStats
from bot.reply import Outcome, Progress, Reply

ME = Caller("discord:1", community="discord:c")
TIED = {"maths": "a", "result": "a"}  # four points for either role, and all else skipped


async def result_of(app: App, *numbers: str) -> str:
    """Return the result of which-path with *numbers* as first answers, the rest skipped."""
    total = len(app.content.quiz["which-path"].items)
    line = ",".join([*numbers, *["-"] * (total - len(numbers))])
    return str(await app.handle_line(f"quiz which-path answers:{line}", ME))


async def take(app: App, who: Caller, picks: dict[str, str]) -> Reply:
    """Answer which-path on buttons with *picks* by item, skip all else, and return the result."""
    reply = await app.handle(Call("quiz", {"name": "which-path"}), who)
    while any(isinstance(node, Progress) for node in reply.nodes):
        call = next(each.call for each in reply.actions() if each.call.args.get("pick") == "skip")
        pick = picks.get(call.args["item"], "skip")
        reply = await app.handle(Call(call.command, {**call.args, "pick": pick}), who)
    return reply


async def test_a_tie_is_called_a_tie_and_shows_both_sides(app: App) -> None:
    shown = await result_of(app, "1", "1")
    assert "a tie between AI Engineer and ML Engineer (AI 50, ML 50)" in shown
    assert (
        "Your answers don't lean either way. These questions would help most to decide: " in shown
    )
    assert "Why AI Engineer" not in shown
    for outcome in app.content.quiz["which-path"].outcomes:
        assert f"For {outcome.name}" in shown
        assert outcome.means not in shown
        assert f"to={outcome.id}" in shown.replace("'to': '", "to=")


async def test_a_question_kept_for_ties_breaks_one_and_says_so(app: App) -> None:
    skipped = ["-"] * 11
    for place, winner in (("1", "AI Engineer"), ("2", "ML Engineer")):
        shown = await result_of(app, "1", "1", *skipped, place)
        assert f"{winner}, but only on the tiebreaker" in shown
        assert "Your answers lie closer" not in shown
    assert "a tie between AI Engineer and ML Engineer" in await result_of(
        app, "1", "1", *skipped, "3"
    )


async def test_a_quiz_with_every_question_skipped_leans_nowhere(app: App) -> None:
    shown = await result_of(app)
    assert "You skipped every question, so there's no result yet." in shown
    assert "Why" not in shown
    assert "Engineer" not in shown
    assert "Your answers" not in shown
    assert "These questions would help most to decide: " in shown


async def test_no_role_goes_with_a_tie(keeping: App) -> None:
    moderator = Caller("discord:9", moderator=True, community="discord:c")
    for outcome in keeping.content.quiz["which-path"].outcomes:
        given = {"outcome": f"which-path/{outcome.id}", "role": "discord:role/1"}
        assert (
            await keeping.handle(Call("settings-badges", given), moderator)
        ).outcome is Outcome.DONE
    won = await take(keeping, ME, {"maths": "a"})
    assert any(each.call.command == "quiz-badge" for each in won.actions())
    tied = await take(keeping, ME, TIED)
    assert not any(each.call.command == "quiz-badge" for each in tied.actions())


async def test_a_tie_counts_in_equal_parts(keeping: App) -> None:
    for number in range(MIN_PEOPLE - 1):
        await take(keeping, Caller(f"discord:{number}", community="discord:c"), TIED)
    await take(keeping, Caller("discord:99", community="discord:c"), {"maths": "a"})
    quiz = keeping.content.quiz["which-path"]
    shown = await CommunityStats(await keeping.store(), "discord:c", quiz).outcomes()
    assert shown is not None
    assert shown.won == {"ai-engineer": 60, "ml-engineer": 40}
