"""Lines in members' own words that ask for a command, with its arguments, or are small talk."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.call import Call, Caller
from bot.language import asides
from bot.language.asides import describe_aside, is_mentioned, is_subject
from bot.language.name_index import normalize
from bot.language.requests import build_call, load_requests
from bot.language.stories import fit_question, pick_question
from bot.language.understanding import understand
from bot.language.word_lists import read_sections
from bot.reply import Outcome, Paragraph, to_json

CALLER = Caller("test:1")
PAY = {
    "am I underpaid at 150k as a mid AI engineer": "role:ai-engineer level:mid amount:150k",
    "150k mid ai engineer, underpaid?": "role:ai-engineer level:mid amount:150k",
    "is 180k good for a senior ml engineer in the US?": (
        "role:ml-engineer level:senior country:us amount:180k"
    ),
    "I make £80k in London as an MLE, is that fair": (
        "role:ml-engineer country:London amount:£80k"
    ),
    "is $200,000 too low for a senior AI engineer?": (
        "role:ai-engineer level:senior amount:$200,000"
    ),
    "am i paid enough? 120k, ai engineer, 4 years": "role:ai-engineer level:mid amount:120k",
    "got an offer of 140k as junior ml engineer, good?": (
        "role:ml-engineer level:junior amount:140k"
    ),
    "does 95k sound right for a data scientist in germany": (
        "role:data-scientist country:de amount:95k"
    ),
    "whats a senoir ml enginer make": "role:ml-engineer level:senior",
    "whats an ml enginer make in germany": "role:ml-engineer country:de",
    "ml enginer salary": "role:ml-engineer",
    "what do MLEs earn in nyc": 'role:ml-engineer country:"New York"',
    "ml engineer salary in New York City": 'role:ml-engineer country:"New York"',
    "what do MLEs earn in Washington D.C.?": "role:ml-engineer country:Washington",
    "AM I UNDERPAID AT 150K AS A MID AI ENGINEER": "role:ai-engineer level:mid amount:150k",
    "IS 120K OK FOR A MID ML ENGINEER IN GERMANY": (
        "role:ml-engineer level:mid country:de amount:120k"
    ),
    "WHAT DO ML ENGINEERS EARN IN THE US?": "role:ml-engineer country:us",
    "ML SALARY IN US": "role:ml-engineer country:us",
    "how much do they make in London": "country:London",
    "how much do people make in Toronto?": "country:Toronto",
    "salary ml berlin": "role:ml-engineer country:Berlin",
    "salary of ML engineers in Paris": "role:ml-engineer country:Paris",
    "what do AI engineers earn in San Francisco?": ('role:ai-engineer country:"San Francisco"'),
    "ml engineer pay bangalore": "role:ml-engineer country:Bangalore",
    "salary ml 🇩🇪": "role:ml-engineer country:de",
    "ai engineer salary 🇬🇧": "role:ai-engineer country:gb",
    "salary ml in Scotland": "role:ml-engineer country:Scotland",
    "ml engineer salary in 2024": "role:ml-engineer view:trend",
    "salary data engineer 2023": "role:data-engineer view:trend",
    "how much does a staff AI engineer make": "role:ai-engineer level:staff",
    "how much do engineers earn": "",
    "am i underpaid as a senior ml engineer": "role:ml-engineer level:senior",
    "am i underpaid?": "",
    "salary ai es": "role:ai-engineer country:es",
    "salary ml fr": "role:ml-engineer country:fr",
}
NOTED = {
    "salary remote": ("salary", "remote work"),
    "how much does a remote ml engineer make": ("salary role:ml-engineer", "remote work"),
    "how much do ai engineers make in Brazil": ("salary role:ai-engineer", "Brazil"),
    "salary ml 🇧🇷": ("salary role:ml-engineer", "Brazil"),
    "salary ml in Tokyo": ("salary role:ml-engineer", "Japan"),
    "ml engineer salary in 2015": ("salary role:ml-engineer", "2015"),
    "tools for ml engineers in 2015": ("tools role:ml-engineer", "2015"),
    "compare ai ml in Germany": ("compare role:ai-engineer other:ml-engineer", "Germany"),
    "roadmap to ml germany": ("roadmap to:ml-engineer", "Germany"),
    "what do ml engineers earn in Munich, Bavaria": (
        "salary role:ml-engineer country:Munich",
        "Bavaria",
    ),
    "ml engineer interview questions in london": ("interview role:ml-engineer", "London"),
    "tools ml 🇫🇷": ("tools role:ml-engineer", "France"),
    "interview ai remote": ("interview role:ai-engineer", "remote work"),
    "tools ml $": ("tools role:ml-engineer", "$"),
}
CAUTIONED = {
    "how much do they make in London": "⚠ I have no figures for London, only for whole countries.",
    "salary ml berlin": "⚠ I have no figures for Berlin, only for whole countries.",
    "salary ml Scotland": "⚠ I have no figures for Scotland, only for whole countries.",
    "salary ml germany stuttgart": "⚠ I have no figures for Stuttgart, only for whole countries.",
    "salary ml toronto vancouver": (
        "⚠ I have no figures for Toronto or Vancouver, only for whole countries."
    ),
    "salary ml colorado": "⚠ I have no figures for Colorado, only for whole countries.",
    "salary ml germany uk": ("⚠ For the United Kingdom, ask again: I show one country at a time."),
    "salary ml Salt Lake City": "⚠ I have no figures for Salt Lake City, only for whole countries.",
    "tools ml germany": "⚠ This isn't specific to Germany.",
    "tools ml UK": "⚠ This isn't specific to the United Kingdom.",
    "salary ml remote 2015": "⚠ This isn't specific to remote work or 2015.",
    "salary ml google": "⚠ This isn't specific to Google.",
    "interview ml robotics": "⚠ This isn't specific to robotics.",
    "salary ai 2100 euro": "⚠ I read “2100 euro” as EUR 25,200 a year.",
}
MISSING = {
    "salary ml São Paulo": "I have no figures for Sao Paulo (Brazil).",
    "salary ml tokyo": "I have no figures for Tokyo (Japan).",
    "salary ml brazil": "I have no figures for Brazil.",
    "salary ml St. Petersburg": "I have no figures for Saint Petersburg (Russia).",
    "ml engineer salary in the EU": "I have no figures for the EU.",
    "what do ml engineers make in latin america": "I have no figures for Latin America.",
    "ai engineer pay eastern europe": "I have no figures for Eastern Europe.",
    "salary ml UAE": "I have no figures for the United Arab Emirates.",
    "salary ai milan 38k": "I have no figures for Milan (Italy), so I can't say where 38k stands.",
}
OTHER = {
    "start the quiz": "quiz",
    "I want to take the quiz": "quiz",
    "quiz me": "quiz",
    "continue the quiz": "quiz",
    "show my results": "results",
    "my quiz results": "results",
    "what can you do": "help",
    "what can I ask you?": "help",
    "how does this work?": "help",
    "help me": "help",
    "hi": "small-talk topic:hello",
    "hello there": "small-talk topic:hello",
    "good morning": "small-talk topic:hello",
    "hey bot": "small-talk topic:hello",
    "good morning everybody": "small-talk topic:hello",
    "thanks": "small-talk topic:thanks",
    "Thank you!": "small-talk topic:thanks",
    "thx a lot": "small-talk topic:thanks",
    "cheers mate": "small-talk topic:thanks",
    "good bot": "small-talk topic:praise",
    "nice, that helps": "small-talk topic:praise",
    "bad bot": "small-talk topic:complaint",
    "that's wrong": "small-talk topic:complaint",
    "who are you?": "small-talk topic:about",
    "which model are you?": "small-talk topic:about",
    "I want to die": "small-talk topic:distress",
    "no thanks": "small-talk topic:stop",
    "I hate this bot": "small-talk topic:complaint",
    "200 rejections as an ML engineer, I want to give up on life": "small-talk topic:distress",
    "no ML job, I don't want to live anymore": "small-talk topic:distress",
    "since the layoff I think about self harm every day": "small-talk topic:distress",
    "how long until a job? I'm suicidal": "small-talk topic:distress",
    "are you a bot": "small-talk topic:about",
    "are you human??": "small-talk topic:about",
    "who made you": "small-talk topic:about",
    "how are you today": "small-talk topic:greeting",
    "ok": "small-talk topic:ready",
    "I have a question": "small-talk topic:ready",
    "lol": "small-talk topic:ready",
    "haha nice": "small-talk topic:praise",
    "lol ok cool": "small-talk topic:praise",
    "got it, thanks": "small-talk topic:thanks",
    "ok i see thank you": "small-talk topic:thanks",
    "suicide lol": "small-talk topic:distress",
    "useless lol": "small-talk topic:complaint",
    "stop ok": "small-talk topic:stop",
    "quick question, guys": "small-talk topic:ready",
    "bye": "small-talk topic:goodbye",
    "good night everyone": "small-talk topic:goodbye",
    "see you later": "small-talk topic:goodbye",
    "stop": "small-talk topic:stop",
    "cancel": "small-talk topic:stop",
    "I want to stop": "small-talk topic:stop",
    "exit": "small-talk topic:stop",
}
UNNAMED = (  # questions in which a company or a currency needs no note
    "They told us all to upskill by Friday and gave us a Udemy login, nothing else",
    "who gets the bigger paycheck in USD",
    "who gets the bigger paycheck in dollars",
)
QUESTIONS = (  # not commands, whatever their first word looks like
    "explain the difference like im five",
    "total noob, never programmed, how to become ai engineer",
    "Data scientist here, whats easier for me, AIE or MLE",
    "interview questions didnt match the job at all, red flag?",
    "they interviewed me on backprop but the job is building chatbots wtf",
    "best gpu",
    "best gpu for local llama",
    "best city to live for tech",
    "which path is best for me",
    "which one should I choose",
    "why do AI engineers earn more than ML engineers",
    "compare the visa rules of these two jobs for me",
    "what do llm engineers do vs ai engineers",
    "burnout",
    "visa?",
)


STORIES = {  # what a long question asks for, if it asks for pay
    "My buddy is an ML engineer in Denver and gets 40k more than me. Why?": (
        "role:ml-engineer country:Denver"
    ),
    "I did a bootcamp for 7k euro. What does a junior ML engineer get?": (
        "role:ml-engineer level:junior"
    ),
    'The 24 year olds make 95k, and I am "junior" at 40. Is that ok for an ML engineer?': (
        "role:ml-engineer level:junior amount:95k"
    ),
    "fresher, 9 lpa as an ML engineer": 'role:ml-engineer level:junior country:in amount:"9 lpa"',
    "No idea at all, 100? 120? They want an ML engineer.": "role:ml-engineer",
    "Senior data scientist, 3 years in ML, what do I get as an ML engineer?": (
        "role:data-scientist level:senior other:ml-engineer"
    ),
    "AI engineer on 4.1 LPA. Is that ok for an AI engineer?": (
        'role:ai-engineer country:in amount:"4.1 LPA"'
    ),
    "which pays an ML engineer more in like 5 years": "role:ml-engineer",
    "My rent is 2k a month and I earn 70k as an ML engineer": "role:ml-engineer amount:70k",
    "1,200 usd/day as an ML engineer": "role:ml-engineer",
    "there are 700k jobs, what does an ML engineer get": "role:ml-engineer",
    "7k net a month as an ML engineer": 'role:ml-engineer amount:"7k a month"',
    "95k EUR as an ML engineer, is that ok": 'role:ml-engineer amount:"95k EUR"',
    "is 120k lower than average for an ML engineer": "role:ml-engineer amount:120k",
    "I make 120k more or less as an ML engineer": "role:ml-engineer amount:120k",
    "I finished a course. 60k as an ML engineer, ok?": "role:ml-engineer amount:60k",
    "is $2,500 a week ok for an ML engineer": 'role:ml-engineer amount:"$2,500 a week"',
    "is $300 a day ok for an ML engineer": "role:ml-engineer",
    "550/day as an ML engineer, and 65k in my job": "role:ml-engineer amount:65k",
    "fresher with 50k as an ML engineer in Germany": (
        "role:ml-engineer level:junior country:de amount:50k"
    ),
    "after grad school, 6 years as an ML engineer": "role:ml-engineer level:senior",
    "ML engineer, inside IR35, what do they get": "role:ml-engineer country:gb",
}


def find_call(app: App, line: str) -> Call:
    """Return the call that *line* leads to, also through the command for questions."""
    call = app.parse(line)
    if app.commands[call.command].answers_questions:
        return understand(call.args["question"], app.name_registry, app.commands).call or call
    return call


def says(app: App, line: str) -> str:
    return str(to_json(asyncio.run(app.handle_line(line, CALLER))))


@pytest.mark.parametrize("line", PAY)
def test_a_question_about_pay_is_looked_up(app: App, line: str) -> None:
    call = find_call(app, line)
    assert Call(call.command, call.args).to_line() == f"salary {PAY[line]}".strip()


@pytest.mark.parametrize("line", OTHER)
def test_a_line_gets_the_obvious_reply(app: App, line: str) -> None:
    assert find_call(app, line).to_line() == OTHER[line]


@pytest.mark.parametrize("line", NOTED)
def test_what_a_command_cant_use_is_mentioned(app: App, line: str) -> None:
    call = find_call(app, line)
    expected, mentioned = NOTED[line]
    assert Call(call.command, call.args).to_line() == expected
    assert call.ignored
    assert mentioned in says(app, line)


@pytest.mark.parametrize("line", CAUTIONED)
def test_the_caution_comes_before_the_facts(app: App, line: str) -> None:
    reply = asyncio.run(app.handle_line(line, CALLER))
    assert reply.outcome is Outcome.DONE
    assert reply.nodes[0] == Paragraph(CAUTIONED[line])


@pytest.mark.parametrize("line", STORIES)
def test_numbers_in_a_story_are_read_as_what_they_are(app: App, line: str) -> None:
    call = build_call(load_requests()["salary"], line, app.name_registry, app.commands)
    assert Call(call.command, call.args).to_line() == f"salary {STORIES[line]}"


@pytest.mark.parametrize(
    ("story", "mentioned"),
    [
        ("I work at Google, and we love robotics. What does an ML engineer earn?", ()),
        ("what does an ml engineer in latin america earn, and is 60k ok?", ("LATAM",)),
        ("My internal transfer is an intern's dream. What does an ML engineer earn?", ()),
        ("what does an ML engineer earn at Google. Thanks", ("Google",)),
    ],
)
def test_only_what_is_asked_for_is_mentioned(
    app: App, story: str, mentioned: tuple[str, ...]
) -> None:
    call = build_call(load_requests()["salary"], story, app.name_registry, app.commands)
    assert call.ignored == mentioned


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("I'm new here. Where do I start? I know Python.", "Where do I start?"),
        ("What do they earn in St. Petersburg", "What do they earn in St. Petersburg"),
        ("Google vs. Meta pay", "Google vs. Meta pay"),
        ("Hi there. Is a Ph.D. worth it?", "Is a Ph.D. worth it?"),
        ("Hi there. What do they earn in the U.K. now?", "What do they earn in the U.K. now?"),
        ("Hi. Is it worth joining, e.g. as an MLE?", "Is it worth joining, e.g. as an MLE?"),
        ("pay at Google. Thanks", "pay at Google. Thanks"),
        (f"{'I had a job. ' * 5}Now I want another one.", "Now I want another one."),
    ],
)
def test_the_question_is_picked_from_a_story(text: str, question: str) -> None:
    assert pick_question(text) == question


def test_a_long_question_loses_its_middle() -> None:
    text = f"{'I had a job. ' * 30}Should I stay? {'It was fine. ' * 30}"
    fitted = fit_question(text, 120)
    assert len(fitted) <= 120
    assert fitted.startswith("I had a job.")
    assert fitted.endswith(" … Should I stay?")
    assert fit_question("short", 120) == "short"
    first = fit_question(f"Should I stay? {'I had a job. ' * 30}Now I have none.", 120)
    assert first.startswith("Should I stay?")
    assert first.endswith("Now I have none.")
    assert len(fit_question("x" * 500, 120)) <= 120


@pytest.mark.parametrize("line", UNNAMED)
def test_no_note_on_what_is_mentioned_or_doesnt_matter(app: App, line: str) -> None:
    assert "isn't specific to" not in says(app, line)


@pytest.mark.parametrize(
    "phrase", ["companies", "Companies", "mit", "excel", "insurance", "any intel", "Easter", "x"]
)
def test_an_ordinary_word_is_no_subject(phrase: str) -> None:
    assert not is_subject(phrase)


def test_no_subject_is_listed_twice() -> None:
    path = Path(asides.__file__).with_name("subjects.txt")
    lines = [line.partition("|")[0] for _, lines in read_sections(path) for line in lines]
    names = [normalize(each) for line in filter(None, lines) for each in line.split(",")]
    assert sorted(names) == sorted({*names})


def test_a_place_without_figures_keeps_the_amount_for_another(app: App) -> None:
    both = says(app, "salary ml brazil germany 100k")
    assert "I have no figures for Brazil. " in both
    assert "€100K is at about" in both
    alone = says(app, "salary ml brazil 3500 usd a month")
    assert "so I can't say where 3500 usd a month stands. " in alone
    assert "I read" not in alone


def test_a_second_amount_is_mentioned(app: App) -> None:
    line = "offer A is 150k and offer B is 170k, both as an ml engineer in the US, is A better?"
    call = build_call(load_requests()["salary"], line, app.name_registry, app.commands)
    assert (call.args["amount"], call.ignored) == ("150k", ("170k",))
    reply = asyncio.run(app.run(call, CALLER))
    assert "For 170k, ask again: I compare one amount at a time." in str(reply.nodes[0])


def test_an_assumed_country_is_named(app: App) -> None:
    assert "You didn't name a country, so these reports are from the UK." in says(
        app, "salary ml £80k"
    )


@pytest.mark.parametrize("line", MISSING)
def test_an_answer_begins_with_the_place_that_has_no_figures(app: App, line: str) -> None:
    answer = asyncio.run(app.handle_line(line, CALLER)).answer
    assert isinstance(answer, tuple)
    assert answer[0] == f"{MISSING[line]} "
    assert "in the US" in str(answer[1])


@pytest.mark.parametrize(
    "line",
    [
        "is HR career suicide",
        "RAG is a hill I want to die on",
        "did I hurt myself by leaving FAANG for a startup?",
        "how do I build a self-harm classifier for content moderation?",
        "I want to give up on life sciences and become an ML engineer",
        "I don't want to live, eat and breathe code. Is AI engineering for me?",
        "I want to diet on a junior salary",
    ],
)
def test_a_figure_of_speech_is_no_danger(app: App, line: str) -> None:
    assert "distress" not in find_call(app, line).to_line()


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_question_is_not_taken_for_a_command(app: App, line: str) -> None:
    assert app.parse(line) == Call("ask", {"question": line})


def test_an_interviewer_gets_tasks(app: App) -> None:
    asked = Call("interview", {"role": "ml-engineer", "side": "tasks"})
    assert find_call(app, "interview ml hiring") == asked


def test_help_names_the_command_that_isnt_there(app: App) -> None:
    reply = asyncio.run(app.handle_line("help nonsense", CALLER))
    assert str(reply.answer) == "There's no command “nonsense”. Pick one:"
    assert [each.call for each in reply.actions()] == [Call("help")]


ASIDES = ("Brazil", "tokyo", "2015", "remote", "🇧🇷", "EUR", "New Zealand", "$", "in Peru", "wfh")
LINES = (
    "salary ml", "tools ml", "ml engineer salary", "what do ai engineers earn", "compare ai ml",
    "which tools do ml engineers use", "roadmap to ai", "do I need a PhD", "is ML dying",
)  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(LINES), st.lists(st.sampled_from(ASIDES), min_size=1, max_size=2))
def test_every_aside_is_used_or_mentioned(app: App, line: str, asides: list[str]) -> None:
    reply = str(to_json(asyncio.run(app.handle_line(" ".join([line, *asides]), CALLER))))
    for aside in asides:
        name = describe_aside(aside.removeprefix("in ")) or ""
        is_remote = name == "remote work" and "remote" in reply
        assert is_remote or name.partition(" (")[0] in reply


@given(st.sampled_from(LINES), st.text("abcdefghij", min_size=9, max_size=12).map(str.capitalize))
def test_an_unknown_place_is_not_dropped(app: App, line: str, place: str) -> None:
    assert place in says(app, f"{line} in {place}")


def test_an_amount_that_is_no_pay_isnt_looked_up(app: App) -> None:
    reply = asyncio.run(app.handle_line("is 300 euros for a used gpu a fair price", CALLER))
    assert "too low" not in str(to_json(reply))
    refusal = asyncio.run(app.handle_line("salary ml 300 euros", CALLER))
    assert "too low for a year's pay" in str(to_json(refusal))


async def test_small_talk_that_begins_like_a_follow_up_is_none(app: App) -> None:
    assert await app.interpret("ok thanks", CALLER, "here") == Call(
        "small-talk", {"topic": "thanks"}
    )


def test_a_currency_is_mentioned_by_its_sign_or_code() -> None:
    assert is_mentioned("USD", "It's $160K.")
    assert is_mentioned("euros", "It's €60K.")
    assert is_mentioned("EUR", "It's 60,000 EUR.")
    assert not is_mentioned("euro", "European employers pay $60K.")
    assert not is_mentioned("USD", "It's £60K.")
