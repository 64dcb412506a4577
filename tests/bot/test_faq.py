"""The command `faq`: answers, the list of questions, and what is offered without an answer."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.community.statements import find_statements
from bot.language.arrangement import arrange
from bot.language.retrieval.search import Certainty
from bot.language.understanding import search_index, understand
from bot.reply import Action, Actions, Bullets, Emphasis, Fields, Item, Outcome, Paragraph, Reply
from content import Content, FaqEntry

ANYBODY = Caller("test:1")
LIMIT = 640  # characters of the statements on the first screen


async def ask(app: App, question: str, **args: str) -> Reply:
    return await app.handle(Call("ask", {"question": question, **args}), ANYBODY)


async def test_every_answer_begins_with_its_first_statement_or_with_what_sources_lack(
    app: App,
) -> None:
    for entry in app.content.faq.values():
        reply = await ask(app, entry.question)
        if entry.begins_with_unstated:
            assert reply.answer == entry.beginning(entry.unstated[0])
        else:
            first = entry.answer[0]
            assert first.says in str(reply.answer)
            assert app.content.sources[first.source].short in str(reply.answer)
        assert f"This answers “{entry.question}”" in str(reply.nodes)


async def test_every_statement_is_on_the_first_screen(app: App) -> None:
    for entry in app.content.faq.values():
        reply = await ask(app, entry.question)
        assert [each.says for each in entry.answer if each.says not in str(reply)] == []
        assert sum(len(each.says) for each in entry.answer) <= LIMIT
        assert "Show everything" not in [each.label for each in reply.buttons]


async def test_statements_that_do_not_fit_on_the_first_screen_are_behind_one_button(
    content: Content,
) -> None:
    long = App(replace_answer(content.faq["phd"].answer[0].says + " Really." * 100, content))
    entry = long.content.faq["phd"]
    reply = await ask(long, entry.question)
    assert "Really." in str(reply.answer)
    assert entry.answer[1].says not in str(reply.nodes)
    [everything] = [each.call for each in reply.buttons if each.label == "Show everything"]
    whole = str(await long.handle(everything, ANYBODY))
    assert [each.says for each in entry.answer if each.says not in whole] == []
    assert "Show everything" not in whole


def replace_answer(says: str, content: Content) -> Content:
    """Return *content* with *says* as the first statement on PhDs."""
    entry = content.faq["phd"]
    first = entry.answer[0].model_copy(update={"says": says})
    changed = entry.model_copy(update={"answer": (first, *entry.answer[1:])})
    return replace(content, faq={**content.faq, "phd": changed})


async def test_an_answer_leads_on_to_commands_and_related_questions(app: App) -> None:
    entry = app.content.faq["phd"]
    reply = await ask(app, entry.question)
    assert [each.label for each in reply.buttons] == ["Compare the roles", "Common questions"]
    labels = [each.label for each in reply.more]
    assert {app.content.faq[each].question for each in entry.related} <= {*labels}
    calls = [each.call for each in reply.actions()]
    assert {app.parse(line).to_line() for line in entry.see} <= {each.to_line() for each in calls}


async def listed(app: App, page: int) -> tuple[Reply, tuple[Action, ...]]:
    """Return a page of the list, and the questions on it."""
    reply = await app.handle(Call("ask", {"page": str(page)}), ANYBODY)
    (questions,) = [node.options for node in reply.nodes if isinstance(node, Actions)]
    return reply, questions


async def test_every_whole_answer_is_two_clicks_from_the_list(app: App) -> None:
    first = await app.handle(Call("ask"), ANYBODY)
    pages = [each.call for each in (*first.buttons, *first.more)]
    replies = [first, *[await app.handle(call, ANYBODY) for call in pages]]
    found = {
        action.label: str(await app.handle(action.call, ANYBODY))
        for reply in replies
        for node in reply.nodes
        if isinstance(node, Actions)
        for action in node.options
    }
    for entry in app.content.faq.values():
        assert [each for each in entry.answer if each.says not in found[entry.question]] == []
    assert all(len(each.label) <= 45 for each in first.more)


async def test_the_list_is_turned_page_by_page(app: App) -> None:
    last = -(-len(app.content.faq) // 10)
    for page, labels in ((1, ["Next questions"]),
                         (2, ["Previous questions", "Next questions"]),
                         (last, ["Previous questions"])):  # fmt: skip
        reply, questions = await listed(app, page)
        assert [each.label for each in reply.buttons] == labels
        assert 1 <= len(questions) <= 10
        assert len(reply.buttons) + len(reply.more) == last - 1


async def test_without_an_answer_it_says_so(app: App) -> None:
    reply = await ask(app, "zebra quagga okapi")
    assert reply.outcome is Outcome.REFUSED
    assert reply.answer == (
        "I don't have an answer to that. Ask about careers and hiring in AI and ML."
    )
    assert [each.call for each in reply.actions()] == [Call("ask")]


async def test_a_question_about_something_else_gets_no_far_fetched_alternatives(app: App) -> None:
    reply = await ask(app, "how do I center a div")
    assert reply.outcome is Outcome.REFUSED
    assert "Ask about careers and hiring" in str(reply.answer)
    assert [each.call for each in reply.actions()] == [Call("ask")]


async def test_the_closest_answer_never_ends_with_a_colon(app: App) -> None:
    question = "what do companies at the sea do about grades of a whale's university"
    [best, *_] = understand(question, app.name_registry, app.commands).answers
    assert isinstance(best, FaqEntry)
    assert (best.instead or "").endswith(":")
    shown = str((await ask(app, question)).nodes[0])
    assert shown.index(best.instead or "") < shown.index(best.answer[0].says)


@pytest.mark.parametrize(
    "question",
    [
        "ai saas on the side of a job",
        "claude writes my code, what is left",
        "the dog ate my kaggle medal",
    ],
)
async def test_an_unsure_answer_is_the_closest_one_with_two_alternatives(
    app: App, question: str
) -> None:
    found = understand(question, app.name_registry, app.commands)
    best, *others = found.answers
    assert isinstance(best, FaqEntry)
    assert not found.shows_two
    reply = await ask(app, question)
    assert reply.outcome is Outcome.DONE
    assert reply.answer == (
        "I don't have that exact question. Closest: ",
        Emphasis(best.question),
    )
    *_cautions, statement, alternatives = reply.nodes
    assert any(each.says in str(statement) for each in best.answer)
    assert isinstance(alternatives, Actions)
    assert [each.label for each in alternatives.options] == [label(app, each) for each in others]
    whole = await app.handle(reply.buttons[0].call, ANYBODY)
    assert all(each.says in str(whole) for each in best.answer)
    assert reply.buttons[-1].call == Call("ask")


def label(app: App, answer: object) -> str:
    """Return what the button for *answer* says."""
    if isinstance(answer, Call):
        return app.action_for(answer).label
    assert isinstance(answer, FaqEntry)
    return answer.question


@pytest.mark.parametrize(
    "question",
    ["are juniors still hired in this economy", "finished a course on sharks, now a plan or what"],
)
async def test_of_two_answers_that_are_as_close_both_begin_at_once(app: App, question: str) -> None:
    found = understand(question, app.name_registry, app.commands)
    assert found.shows_two
    reply = await ask(app, question)
    assert reply.answer == "These come closest:"
    items = [each for each in reply.nodes if isinstance(each, Item)]
    for item, answer in zip(items, found.answers[:2], strict=True):
        whole = await app.handle(item.action.call, ANYBODY)
        if isinstance(answer, FaqEntry):
            assert answer.question in str(item.prose)
            assert answer.answer[0].says in str(item.prose)
            assert all(each.says in str(whole) for each in answer.answer)
        else:  # without a heading, which would say the same again
            assert item.prose == (whole.answer,)
    alternatives = reply.nodes[-1]
    assert isinstance(alternatives, Actions)
    assert [each.label for each in alternatives.options] == [label(app, found.answers[2])]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("anthropic salary vs ml engineer and is remote ok", "⚠ This isn't specific to Anthropic."),
        ("is the market crowded in france for plumbers", "⚠ This isn't specific to France."),
        ("salary in mongolia and do i need a degree", ""),  # the pay says it has none
    ],
)
async def test_only_what_neither_of_two_answers_mentions_is_cautioned(
    app: App, question: str, told: str
) -> None:
    reply = await ask(app, question)
    assert reply.answer == "These come closest:"
    cautions = [each.prose for each in reply.nodes if isinstance(each, Paragraph)]
    assert cautions == ([told] if told else [])


async def test_what_isnt_stated_is_only_said_if_its_asked_for(app: App) -> None:
    entry = app.content.faq["programming-languages"]
    excel = next(each for each in entry.unstated if "Excel" in each)
    assert not entry.begins_with_unstated
    reply = await ask(app, entry.question)
    assert entry.answer[0].says in str(reply.answer)
    assert "Excel" not in str(reply)
    whole = await ask(app, entry.question, page="all")
    bullets = next(each for each in whole.nodes if isinstance(each, Bullets))
    assert excel in bullets.items
    told = await ask(app, "which programming languages should I learn, does Excel count?")
    assert told.answer == excel
    assert len([each for each in entry.unstated if each in str(told)]) == 1


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("i have adhd, can i work in ml", "ADHD"),
        ("cover letter needed for ML jobs?", "cover letter"),
        ("what laptop do I need, is 8 GB of RAM enough", "8 GB"),
        ("I've been an ICU nurse for 11 years, is it realistic with zero coding", "nurses"),
    ],
)
async def test_what_isnt_stated_is_what_was_asked(app: App, question: str, named: str) -> None:
    reply = await ask(app, question)
    [best, *_] = understand(question, app.name_registry, app.commands).answers
    assert isinstance(best, FaqEntry)
    asked = [each.removeprefix("Our sources") for each in best.unstated if named in each]
    shown = [each for each in best.unstated if each.removeprefix("Our sources") in str(reply)]
    assert any(each in str(reply) for each in asked)
    assert len(shown) <= 2


async def test_what_isnt_stated_follows_the_facts_if_they_matter_as_much(app: App) -> None:
    reply = await ask(app, "how much math do i ACTUALLY need")
    entry = app.content.faq["maths-ml"]
    assert any(each.says in str(reply.answer) for each in entry.answer)
    assert "don't say which math to learn first" in str(reply.nodes)
    more = next(each for each in reply.more if each.label == "What the sources don't say")
    whole = await app.handle(more.call, ANYBODY)
    assert [each for each in entry.unstated if each not in str(whole)] == []
    assert "What the sources don't say" not in [each.label for each in whole.more]


async def test_a_place_matters_in_a_story_if_the_sources_differ_by_place(app: App) -> None:
    story = (
        "everybody says there are many jobs while unemployment is high, how is the market really "
        "in turkey for ml engineers"
    )
    assert "This isn't specific to Türkiye." in str(await ask(app, story))


async def test_answers_that_may_not_fit_at_all_say_so(app: App) -> None:
    question = "what do you wear as an mle"
    found = understand(question, app.name_registry, app.commands)
    assert found.shows_two
    assert found.is_doubtful
    reply = await ask(app, question)
    assert reply.answer == "I may not have exactly that. These come closest:"
    near = understand("which tools for day one", app.name_registry, app.commands)
    assert near.shows_two
    assert not near.is_doubtful


async def test_an_answer_begins_with_the_line_that_is_asked_for(app: App) -> None:
    entry = app.content.faq["tools-to-learn"]
    reply = await ask(app, "which tools should I learn, is Kubeflow one of them?")
    assert "Kubeflow" not in entry.answer[0].says
    assert "Kubeflow" in str(reply.answer)


async def test_two_questions_get_both_answers(app: App) -> None:
    question = "how much does an ML engineer make in Germany and do I need a PhD?"
    assert understand(question, app.name_registry, app.commands).certainty is Certainty.ANSWER
    reply = await ask(app, question)
    assert reply.answer == "You asked two things:"
    pay, degree = [str(each.prose) for each in reply.nodes if isinstance(each, Item)]
    assert "ML Engineers in Germany: median" in pay
    assert app.content.faq["phd"].answer[0].says in degree


async def test_each_of_two_questions_is_read_alone(app: App) -> None:
    question = "how much does an AI engineer earn in Germany and what tools do ML engineers use?"
    pay, tools = understand(question, app.name_registry, app.commands).answers[:2]
    assert pay == Call("salary", {"role": "ai-engineer", "country": "de"})
    assert tools == Call("tools", {"role": "ml-engineer"})


@pytest.mark.parametrize(
    "question",
    [
        "how much does an ML engineer make in Germany and how much in Spain?",  # one command
        "can our ML engineer also do the LLM part",  # a wording
        "do I need a PhD for ML and are you a real person?",  # small talk
        "how do I delete my data and do I need a PhD for ML?",  # a private command
        "what is RAG and what is the weather in Oslo today?",  # one has no answer
        "what is RAG and where is it used?",  # one entry
    ],
)
def test_other_questions_are_one(app: App, question: str) -> None:
    understood = understand(question, app.name_registry, app.commands)
    assert not (understood.shows_two and understood.certainty is Certainty.ANSWER)


async def test_a_guessed_commands_misspelled_arguments_are_read(app: App) -> None:
    reply = await ask(app, "senoir ml enginer salry in germny and is remote posible")
    assert "Senior ML Engineers in Germany: median" in str(reply.nodes)
    assert "Can I work remotely" in str(reply.nodes)


async def test_a_guessed_command_explains_itself(app: App) -> None:
    question = "new grad mle TC"
    found = understand(question, app.name_registry, app.commands)
    call = found.answers[0]
    assert isinstance(call, Call)
    assert found.certainty is Certainty.CLOSEST
    reply = await ask(app, question)
    assert reply.why == (await app.handle(call, ANYBODY)).why is not None


async def test_a_guessed_command_shows_the_beginning_of_its_list(app: App) -> None:
    reply = await ask(app, "finished a course on sharks, now a plan or what")
    fields = next(each for each in reply.nodes if isinstance(each, Fields))
    assert len(fields.items) == 2


async def test_a_long_line_in_another_language_may_be_misread(app: App) -> None:
    note = "If I misread you, ask in English."
    long = await ask(app, "¿cuánto gana un ingeniero de ML en México?")
    assert note in str(long.nodes[0])
    assert note not in str((await ask(app, "salaire ml engineer")).nodes)


@pytest.mark.parametrize("name", ["which-to-choose", "maths-ml", "self-taught"])
async def test_a_question_that_is_nearly_a_wording_gets_the_answer_itself(
    app: App, name: str
) -> None:
    question = "please, " + app.content.faq[name].question.rstrip("?").lower()
    found = understand(question, app.name_registry, app.commands)
    assert found.answers[0] == app.content.faq[name]
    assert found.certainty is Certainty.ANSWER


@pytest.mark.parametrize("story", ["I was a nurse in Leeds. ", "so a friend told me that "])
@pytest.mark.parametrize("asks", ["Do I need a PhD for ML?", "Am I too old to switch?"])
async def test_a_question_of_any_length_is_read(app: App, story: str, asks: str) -> None:
    for line in (f"{story * 20}{asks}", f"{asks} {story * 20}", f"{story * 70}{asks}"):
        call = app.parse(line)
        assert len(call.args["question"]) <= 300
        reply = await app.handle_line(line, ANYBODY)
        assert "characters" not in str(reply)
        assert asks in call.args["question"]


@pytest.mark.parametrize("line", ["which path is best for me", "which one should I choose"])
async def test_the_choice_comes_with_the_quiz(app: App, line: str) -> None:
    reply = await ask(app, line)
    assert Call("quiz", {"name": "which-path"}) in [each.call for each in reply.buttons]


async def test_no_other_job_is_told_that_its_a_software_engineers(app: App) -> None:
    story = (
        "I'm an ICU nurse in Ohio, 38, two kids, and I honestly can't do nights anymore. I did "
        "CS50 and liked it a lot. Is it realistic to go for AI engineer from here?"
    )
    reply = await ask(app, story)
    assert "software engineer, you're" not in str(reply)
    assert "nurses" in str(reply)
    programmer = await ask(app, "I was a nurse and am a software developer now, can I go into AI?")
    assert "Can I switch from software engineering to AI engineering?" in str(programmer)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (
            "H1B or Blue Card for ML engineers",
            (
                "Our sources don't mention US visas, such as H-1B (H1B), L-1, TN, OPT, O-1 or "
                "green cards. They don't mention permits for Germany, Portugal or elsewhere in "
                "the EU, such as the Blue Card. The closest facts:"
            ),
        ),
        (
            "freelance on upwork as llm dev, what hourly rate to ask",
            (
                "Our sources don't mention Upwork, Fiverr, Toptal, Turing or other platforms and "
                "agencies for gigs. They only give annual pay, no hourly or day rate for freelance "
                "work, and not how much to charge. The closest fact:"
            ),
        ),
        (
            "can a lawyer become an AI engineer",
            (
                "Our sources only describe switching from software engineering or data science. "
                "What they say about getting in:"
            ),
        ),
    ],
)
async def test_two_things_that_arent_stated_are_told_if_both_are_near(
    app: App, question: str, says: str
) -> None:
    assert (await ask(app, question)).answer == says


async def test_sentences_on_other_sources_keep_their_subject(app: App) -> None:
    reply = await ask(app, "what does a junior or an apprentice cost in Switzerland")
    assert "Our articles don't give junior pay outside the US" in str(reply)
    assert "They don't give junior pay" not in str(reply)


async def test_a_place_that_no_sentence_is_about_is_cautioned(app: App) -> None:
    reply = await ask(app, "do I need a degree in the UK")
    assert app.content.faq["degree"].answer[0].says in str(reply.answer)
    assert "This isn't specific to the United Kingdom." in str(reply)


async def test_moderators_can_hide_each_sentence_on_what_isnt_stated(app: App) -> None:
    reply = await ask(app, "H1B or Blue Card for ML engineers")
    found = {each.label for each in find_statements(reply, app.content)}
    visa = [each for each in app.content.faq["visa"].unstated if "H-1B" in each or "Blue" in each]
    assert len(found & {*visa}) == 2


def test_what_leads_on_to_hidden_facts_is_left_out(app: App) -> None:
    entry = app.content.faq["soft-skills"].model_copy(update={"answer": ()})
    assert entry.parts[0] == entry.unstated[0]


async def test_african_americans_are_not_from_africa(app: App) -> None:
    reply = await ask(app, "pay for African American ML engineers")
    assert "Africa" not in str((reply.answer, reply.nodes))


@pytest.mark.parametrize("line", ["MLE vs MLOps", "research scientist versus research engineer"])
async def test_two_roles_with_versus_are_compared(app: App, line: str) -> None:
    assert app.parse(line).command == "compare"
    reply = await app.handle_line(line, ANYBODY)
    assert "Which of these did you mean?" not in str(reply)


async def test_no_plan_is_offered_for_a_role_without_one(app: App) -> None:
    understood = understand("how do I go from QA to data analyst", app.name_registry, app.commands)
    plans = (each for each in understood.answers if isinstance(each, Call))
    roles = {each.args.get("to") for each in plans if each.command == "roadmap"} - {None}
    assert roles <= {each.id for each in app.content.roles_with_plans()}


@pytest.mark.parametrize("line", ["tell me a joke im bored", "im so bored rn"])
async def test_small_talk_isnt_guessed(app: App, line: str) -> None:
    assert "Fine, thanks" not in str(await app.handle_line(line, ANYBODY))


@pytest.mark.parametrize("line", ["hi everyone, i'm new here", "hey folks just joined"])
async def test_somebody_who_says_hello_is_greeted(app: App, line: str) -> None:
    assert "I don't have an answer" not in str(await app.handle_line(line, ANYBODY))


@pytest.mark.parametrize(
    ("question", "entry", "says"),
    [
        ("which city is best", "cities", "which city is best for jobs"),
        ("is the word engineer regulated", "engineer-title", "regulated"),
    ],
)
async def test_a_sentence_that_is_asked_for_may_name_places(
    app: App, question: str, entry: str, says: str
) -> None:
    first = arrange(question, app.content.faq[entry], search_index(app.content))[0]
    assert says in str(first)


@pytest.mark.parametrize("question", ["what about wages", "netflix pay", "is it good in Peru"])
async def test_an_answer_without_facts_always_says_something(app: App, question: str) -> None:
    sentences = ("Our sources give no pay for New York.", "Our sources give no pay for nurses.")
    for unstated in (sentences[:1], sentences[1:], sentences):
        changed = {"unstated": unstated, "answer": (), "says": None, "instead": "Ask a recruiter."}
        entry = app.content.faq["cities"].model_copy(update=changed)
        (first,) = arrange(question, entry, search_index(app.content))
        assert str(first).endswith("Ask a recruiter.")
