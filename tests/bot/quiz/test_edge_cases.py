"""Edge cases of a quiz: answers after the end, leaving, sharing too early, many attempts."""

from bot.app import App
from bot.call import Call, Caller
from bot.reply import Action, Outcome, Progress, Reply

ME = Caller("discord:1")


def button(reply: Reply, label: str) -> Action:
    return next(choice for choice in reply.actions() if choice.label.startswith(label))


async def taken(app: App, last: str | None = None) -> tuple[Reply, Call]:
    """Answer every question with its first option; return the result and the last call."""
    reply = await app.handle_line("quiz hire", ME)
    while any(isinstance(node, Progress) for node in reply.nodes):
        options = [each for each in reply.actions() if len(each.call.args.get("pick", "")) == 1]
        call = options[0].call
        if last and next(n for n in reply.nodes if isinstance(n, Progress)).done == 9:
            call = next(each.call for each in reply.actions() if each.call.args.get("pick") == last)
        reply = await app.handle(call, ME)
    return reply, call


async def what_changed(app: App) -> Reply:
    """Return what changed between the last two results."""
    return await app.handle(button(await app.handle_line("results", ME), "What changed").call, ME)


async def test_an_answer_after_the_end_shows_the_result(keeping: App) -> None:
    _, last = await taken(keeping)
    again = await keeping.handle(last, ME)
    assert "finished" not in str(again)
    other = Call("quiz-answer", {**last.args, "pick": "skip"})
    assert "already finished this quiz" in str(await keeping.handle(other, ME))


async def test_a_skipped_last_question_delivered_twice_is_the_same_answer(keeping: App) -> None:
    result, last = await taken(keeping, last="skip")
    assert await keeping.handle(last, ME) == result


async def test_leaving_offers_to_go_on(keeping: App) -> None:
    begun = await keeping.handle_line("quiz hire", ME)
    call = begun.actions()[0].call
    left = await keeping.handle(Call("quiz-answer", {**call.args, "pick": "leave"}), ME)
    assert button(left, "Continue").call == Call("quiz", {"name": "hire"})


async def test_an_unfinished_quiz_is_not_shared_and_earns_no_role(keeping: App) -> None:
    begun = await keeping.handle_line("quiz hire", ME)
    take = begun.actions()[0].call.args["take"]
    early = await keeping.handle(Call("quiz-share", {"take": take}), ME)
    assert (early.outcome, "isn't finished" in str(early)) == (Outcome.REFUSED, True)
    none = await keeping.handle(Call("quiz-badge", {"take": take}), ME)
    assert (none.outcome, "no role for this result" in str(none)) == (Outcome.REFUSED, True)


async def test_a_role_is_refused_if_the_platform_has_none(keeping: App) -> None:
    moderator = Caller("discord:9", moderator=True, community="discord:c")
    for outcome in keeping.content.quiz["hire"].outcomes:
        given = {"outcome": f"hire/{outcome.id}", "role": "discord:role/1"}
        assert (
            await keeping.handle(Call("settings-badges", given), moderator)
        ).outcome is Outcome.DONE
    result, last = await taken(keeping)
    here = Caller(ME.id, community="discord:c")
    reply = await keeping.handle(Call("quiz-badge", {"take": last.args["take"]}), here)
    assert (reply.outcome, "can't give roles here" in str(reply)) == (Outcome.REFUSED, True), result


async def test_roles_belong_to_a_community(keeping: App) -> None:
    alone = Caller("discord:9", moderator=True)
    given = {"outcome": "hire/both", "role": "discord:role/1"}
    reply = await keeping.handle(Call("settings-badges", given), alone)
    assert (reply.outcome, "belong to a server" in str(reply)) == (Outcome.REFUSED, True)


async def test_repeated_answers_are_reported_as_the_same(keeping: App) -> None:
    for _ in range(2):
        await taken(keeping)
    told = str(await what_changed(keeping))
    assert "You gave the same answers." in told
    assert "The shares haven't changed" in told


async def test_a_changed_double_answer_is_reported(keeping: App) -> None:
    await taken(keeping)
    begun = await keeping.handle_line("quiz hire", ME)
    await keeping.handle(button(begun, "Count this answer double").call, ME)
    await taken(keeping)
    assert "You chose a different answer to count double." in str(await what_changed(keeping))


async def test_a_question_that_counts_double_says_so_when_it_comes_again(keeping: App) -> None:
    first = await keeping.handle_line("quiz hire", ME)
    second = await keeping.handle(first.actions()[0].call, ME)
    await keeping.handle(button(second, "Count this answer double").call, ME)
    await keeping.handle(button(second, "Back one").call, ME)
    again = await keeping.handle(first.actions()[0].call, ME)
    assert (
        button(again, "Count this answer once").call.args["item"]
        == button(second, "Skip").call.args["item"]
    )


async def test_only_the_newest_ten_results_are_listed(keeping: App) -> None:
    for _ in range(11):
        await taken(keeping)
    assert "The menu lists the newest 10" in str(await keeping.handle_line("results", ME))


async def test_answers_in_one_line_may_skip(app: App) -> None:
    line = "quiz hire answers:" + ",".join(["1"] * 9 + ["-"])
    assert "9 of 10 questions" in str(await app.handle_line(line, ME))


async def test_the_page_on_a_result_has_the_share_of_every_outcome(app: App) -> None:
    line = "quiz hire answers:" + ",".join("1" * 10)
    result = await app.handle_line(line, ME)
    about = str(await app.handle(button(result, "About this result").call, ME))
    for outcome in app.content.quiz["hire"].outcomes:
        assert f"{outcome.name} " in about
    assert result.return_to == app.parse(line)


async def test_a_single_answer_gives_a_result(app: App) -> None:
    line = "quiz hire answers:" + ",".join(["-"] * 9 + ["1"])
    skipped = str(await app.handle_line(line, ME))
    assert "1 of 10 questions" in skipped
