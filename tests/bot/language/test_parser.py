import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.call import Call
from bot.errors import Refusal
from bot.language.tokens import MAX_LINE_LENGTH

AI, ML = "ai-engineer", "ml-engineer"
UNDERSTOOD = {
    "salary ml senior": Call("salary", {"role": ML, "level": "senior"}),
    "salary senior ml": Call("salary", {"role": ML, "level": "senior"}),
    "/salary role:ml-engineer level:senior": Call("salary", {"role": ML, "level": "senior"}),
    "/salary role:ML Engineer level:senior": Call("salary", {"role": ML, "level": "senior"}),
    "salary level=senior role=mle": Call("salary", {"role": ML, "level": "senior"}),
    "SALARY MLE SR": Call("salary", {"role": ML, "level": "senior"}),
    "salary for an llm engineer with 4 years": Call("salary", {"role": AI, "level": "mid"}),
    "salary ml 10+ yrs": Call("salary", {"role": ML, "level": "senior"}),
    "salary ml 1 year of experience": Call("salary", {"role": ML, "level": "junior"}),
    "salary applied ai entry": Call("salary", {"role": AI, "level": "junior"}),
    "salary ml uk": Call("salary", {"role": ML, "country": "gb"}),
    "salary ml in the United Kingdom": Call("salary", {"role": ML, "country": "gb"}),
    "salary ai total comp": Call("salary", {"role": AI, "basis": "total"}),
    "salary ai ml": Call("salary", {"role": AI, "other": ML}),
    "pay ai": Call("salary", {"role": AI}),
    "compare ai ml": Call("compare", {"role": AI, "other": ML}),
    'compare "AI Engineer" vs "ML Engineer"': Call("compare", {"role": AI, "other": ML}),
    "compare AI Engineer versus Machine Learning Engineer": Call(
        "compare", {"role": AI, "other": ML}
    ),
    "compare ml, ai on pay": Call("compare", {"role": ML, "other": AI, "aspect": "pay"}),
    "Crossroads compare ml ai": Call("compare", {"role": ML, "other": AI}),
    "/crossroads compare ml ai": Call("compare", {"role": ML, "other": AI}),
    "roadmap from data scientist to ml": Call("roadmap", {"from": "data-scientist", "to": ML}),
    "roadmap swe ai": Call("roadmap", {"from": "software-engineer", "to": AI}),
    "roadmap to ai from scratch": Call("roadmap", {"to": AI, "from": "beginner"}),
    "faq do I need a PhD?": Call("ask", {"question": "do I need a PhD?"}),
    'faq question:"is ML dying" page:2': Call("ask", {"question": "is ML dying", "page": "2"}),
    "faq is https://example.com/a right?": Call(
        "ask", {"question": "is https://example.com/a right?"}
    ),
    "is it worth it to learn ML": Call("ask", {"question": "is it worth it to learn ML"}),
    "ml senior": Call("salary", {"role": ML, "level": "senior"}),
    "ML engineer Germany": Call("salary", {"role": ML, "country": "de"}),
    "ai engineer skills": Call("compare", {"role": AI, "aspect": "skills"}),
    "ai engineer or ml engineer": Call("ask", {"question": "ai engineer or ml engineer"}),
    "what can you do": Call("help"),
    "don't you think ML pays?": Call("ask", {"question": "don't you think ML pays?"}),
    "anthropic vs deepmind salary": Call("ask", {"question": "anthropic vs deepmind salary"}),
    "switching from data analyst": Call("ask", {"question": "switching from data analyst"}),
    "They let me pick: the GPU team or the app team": Call(
        "ask", {"question": "They let me pick: the GPU team or the app team"}
    ),
    "netflix mle": Call("ask", {"question": "netflix mle"}),
    "which path has more remote": Call("ask", {"question": "which path has more remote"}),
    "canada or australia for ml engineers": Call(
        "salary", {"role": ML, "country": "ca"}, ("australia",)
    ),
    "R or Python for ML": Call("ask", {"question": "R or Python for ML"}),
    "pytorch or tensorflow for ml": Call("ask", {"question": "pytorch or tensorflow for ml"}),
    "?": Call("help"),
    "hi": Call("small-talk", {"topic": "hello"}),
    "help salary": Call("help", {"command": "salary"}),
}


@pytest.mark.parametrize("line", UNDERSTOOD)
def test_a_line_is_parsed(app: App, line: str) -> None:
    assert app.parse(line) == UNDERSTOOD[line]


CORRECTED = {
    "salary ml senor": Call("salary", {"role": ML, "level": "senior"}),
    "salary machine lerning mid": Call("salary", {"role": ML, "level": "mid"}),
    "sallary ml": Call("salary", {"role": ML}),
    "compre ai ml": Call("compare", {"role": AI, "other": ML}),
    "compre ai enginer ml": Call("compare", {"role": AI, "other": ML}),
    "lang chain": Call("tools", {"tool": "langchain"}),
    "ml salry": Call("salary", {"role": ML}),
    "ai tols": Call("tools", {"role": AI}),
    "my dta": Call("privacy"),
    "ai rodmap": Call("roadmap", {"to": AI}),
    "pytorch": Call("tools", {"tool": "pytorch"}),
    "ml engineer or data scientist": Call("compare", {"role": ML, "other": "data-scientist"}),
    "delete everything": Call("privacy", {"action": "delete"}),
    "data engineer senior": Call("salary", {"role": "data-engineer", "level": "senior"}),
    "salary mlops enginers": Call("salary", {"role": "mlops-engineer"}),
    "salary level senor ml": Call("salary", {"level": "senior", "role": ML}),
    "roadmap from software enginer to ml": Call("roadmap", {"from": "software-engineer", "to": ML}),
    "roadmap to ml enginer from data scientst": Call(
        "roadmap", {"to": ML, "from": "data-scientist"}
    ),
    "salary ml level:senio": Call("salary", {"role": ML, "level": "senior"}),
}


@pytest.mark.parametrize("line", CORRECTED)
def test_a_typo_is_refused_with_the_corrected_call(app: App, line: str) -> None:
    with pytest.raises(Refusal) as refused:
        app.parse(line)
    assert CORRECTED[line] in [option.call for option in refused.value.actions]


def test_a_channel_is_named_by_its_id_without_the_options_name(app: App) -> None:
    said = {"channel": "discord:123", "day": "Monday", "time": "09:00", "zone": "UTC"}
    assert app.parse("schedule new discord:123 monday 9:00 UTC") == Call("schedule-new", said)
    with pytest.raises(Refusal, match="zonne"):
        app.parse("schedule new discord:123 monday 9:00 zonne:UTC")
    with pytest.raises(Refusal, match="zonne"):
        app.parse("schedule new monday 9:00 zonne:UTC")


REFUSED = {
    "": "nothing to answer",
    "   ": "nothing to answer",
    "crossroads": "nothing to answer",
    "salary wizard": "“wizard”",
    "salary civil engineer": "understand “civil” in salary. Type “help salary” to see its options.",
    "salary prompt engineer": "I don't understand “prompt” in salary.",
    "salary ml level:god": "junior, mid, senior, staff",
    "salary ml colour:red": "no option “colour”",
    "salary level:": "I don't know the level",
    "salary ml L5": "“L5”",
    "salary ai it": "“it”",
    "roadmap from data analyst to ml": "I don't know the background “data analyst”",
    "salary ml ai ml": "“ml”",
    "x" * (MAX_LINE_LENGTH + 1): "the limit is 2,000",
    "salary \x1b[31mml": "control characters",
    "salary \u202eml": "control characters",
    "salary \udcff": "control characters",
    "{0.__class__}": "I don't understand “{0.__class__}”",
    "مرحبا": "I only understand English.",
    "🎉": "I don't understand “🎉”",
    "%s%n": "I don't understand “%s%n”",
}


@pytest.mark.parametrize("line", ["salary wizard", "tools wizard", "compare wizard"])
def test_no_refusal_lists_every_name_that_a_command_takes(app: App, line: str) -> None:
    with pytest.raises(Refusal) as refused:
        app.parse(line)
    assert refused.value.message.endswith("to see its options.")


@pytest.mark.parametrize("line", REFUSED)
def test_wrong_input_is_refused(app: App, line: str) -> None:
    with pytest.raises(Refusal) as refused:
        app.parse(line)
    assert REFUSED[line] in refused.value.message
    assert len(refused.value.message) < 500


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(app: App, line: str) -> None:
    try:
        calls = [app.parse(line)]
    except Refusal as refusal:
        calls = [option.call for option in refusal.actions]
    assert all(call.command in app.commands for call in calls)


@given(st.data())
def test_a_call_written_as_a_line_is_read_back_as_itself(app: App, data: st.DataObject) -> None:
    command = data.draw(st.sampled_from(list(app.commands.values())))
    args: dict[str, str] = {}
    for name, arg in command.args.items():
        names = app.name_registry.index_for(arg.names).entries if arg.names is not None else ()
        if names:
            chosen = data.draw(st.none() | st.sampled_from(names))
            args |= {name: chosen.id} if chosen else {}
    call = Call(command.name, args)
    assert app.parse(call.to_line()) == call
    assert app.parse(app.shortest_line(call)) == call


def test_every_name_that_can_be_typed_is_found(app: App) -> None:
    for command in app.commands.values():
        for arg in command.args.values():
            if arg.names is not None:
                for name in app.name_registry.index_for(arg.names).entries:
                    for spelling in (name.id, name.label, *name.aliases):
                        found = app.name_registry.index_for(arg.names).lookup(spelling.upper())
                        assert found is not None, spelling


def test_an_ordinary_word_before_others_is_no_typo_of_a_command(app: App) -> None:
    with pytest.raises(Refusal, match="I don't understand “play music”"):
        app.parse("play music")


@pytest.mark.parametrize(
    "line", ["\ufeffsalary ml", "sal\u200bary ml\u200f", "sala\u00adry ml\u2060"]
)
def test_characters_that_nobody_sees_are_left_out(app: App, line: str) -> None:
    assert app.parse(line) == app.parse("salary ml")


def test_typos_of_a_command_and_of_its_arguments_are_asked_about_once(app: App) -> None:
    with pytest.raises(Refusal) as refused:
        app.parse("salery ai enginer germany")
    assert refused.value.message == "Did you mean “salary ai-engineer de”?"


@pytest.mark.parametrize(
    "line",
    ["pay gap spain vs romania for mle", "what is the gap between spain and romania for mle pay"],
)
def test_a_gap_between_countries_is_none_between_roles(app: App, line: str) -> None:
    call = app.parse(line)
    assert call.args == {"role": "ml-engineer", "country": "es"}
    assert [each.casefold() for each in call.ignored] == ["romania"]


def test_a_gap_between_roles_stays_one(app: App) -> None:
    assert app.parse("pay gap ai vs ml").args["view"] == "gap"


@pytest.mark.parametrize(
    ("line", "country"), [("american mle pay", "us"), ("pay of an Indian AI engineer", "in")]
)
def test_people_of_a_country_name_it(app: App, line: str, country: str) -> None:
    assert app.parse(line).args["country"] == country
