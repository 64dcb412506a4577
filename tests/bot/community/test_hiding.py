"""Hiding of shipped statements: gone wherever a reply says them, in one community only."""

from collections.abc import AsyncIterator

import pytest
from community_editor import NOW, REASON, CommunityEditor
from random_replies import strings_in

from bot.app import App
from bot.call import Call, Caller
from bot.community.hiding import Hiding
from bot.community.statements import (
    ShippedStatement,
    find_statements,
    shipped_statements,
    statements_of,
)
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Column,
    Emphasis,
    Fields,
    Heading,
    Image,
    Item,
    Outcome,
    Paragraph,
    Prose,
    Reply,
    Sources,
    Table,
)
from content import Content
from storage import HiddenStatement, Store

HOME, ELSEWHERE = "discord:1", "discord:2"
ADA, BOB = Caller("discord:7", community=HOME), Caller("discord:9", community=ELSEWHERE)
MODERATOR = Caller("discord:8", moderator=True, community=HOME)
LINES = (
    "ask do I need a PhD for ML?",
    "compare",
    "compare ai-engineer ml-engineer aspect:maths",
    "compare ai-engineer ml-engineer page:all",
    "roadmap from:software-engineer to:ai-engineer",
    "roadmap from:data-scientist",
    "interview ml",
    "tools ml",
    "salary ml senior",
    "salary ai other:ml-engineer",
    "salary ml mid",
    "sources",
    "why",
)


@pytest.fixture
async def home(url: str, content: Content) -> AsyncIterator[App]:
    made = App(content, clock=lambda: NOW, open_store=lambda: Store.open(url))
    yield made
    await made.close()


@pytest.fixture
def editor(home: App) -> CommunityEditor:
    return CommunityEditor(home, HOME)


def text_of(reply: Reply) -> str:
    return "\n".join(strings_in(reply))


def row(statement: ShippedStatement) -> HiddenStatement:
    return HiddenStatement("1", "q", statement.entry, statement.text, REASON, None, NOW)


def hiding(content: Content, *statements: ShippedStatement) -> Hiding:
    return Hiding(map(row, statements), content)


@pytest.mark.parametrize("line", LINES)
async def test_each_statement_of_a_reply_can_be_hidden(
    app: App, content: Content, line: str
) -> None:
    reply = await app.handle_line(line, ADA)
    for statement in find_statements(reply, content):
        left = hiding(content, statement).apply(reply)
        assert not [each for each in find_statements(left, content) if each == statement]
        for wording in statement.wordings:
            if len(wording) >= 40:
                assert wording.casefold() not in text_of(left).casefold()
    everything = hiding(content, *find_statements(reply, content)).apply(reply)
    assert not find_statements(everything, content)


@pytest.mark.parametrize(
    "line",
    [
        "ask do I need a PhD for ML?",
        "compare",
        "roadmap from:software-engineer to:ai-engineer",
        "interview ml",
        "tools ml view:details",
        "salary ml senior",
    ],
)
async def test_it_is_gone_in_the_community_and_nowhere_else(
    home: App, editor: CommunityEditor, content: Content, line: str
) -> None:
    whole = await home.handle_line(line, ADA)
    statement = find_statements(whole, content)[0]
    hidden = await editor.hide(statement)
    await editor.forget()
    left = await home.handle_line(line, ADA)
    assert statement not in find_statements(left, content)
    assert left.outcome is Outcome.DONE
    for other in (BOB, Caller(ADA.id)):
        assert statement in find_statements(await home.handle_line(line, other), content)
    clicked = await home.handle(home.parse(line), ADA)
    assert statement not in find_statements(clicked, content)
    await editor.show(hidden)
    await editor.forget()
    assert (await home.handle_line(line, ADA)).nodes == whole.nodes


async def test_a_question_of_which_everything_is_hidden_says_so(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    entry = content.faq["phd"]
    for statement in statements_of(content, "faq/phd"):
        await editor.hide(statement)
    reply = await home.handle(Call("ask", {"question": entry.question}), ADA)
    assert reply.answer == f"The moderators have hidden this answer here: {REASON}"
    assert not [node for node in reply.nodes if isinstance(node, Sources)]
    assert reply.outcome is Outcome.DONE


async def test_the_next_statements_take_the_place_of_a_hidden_one(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    entry = content.faq["phd"]
    ask = Call("ask", {"question": entry.question})
    await editor.hide(statements_of(content, "faq/phd")[0])
    reply = await home.handle(ask, ADA)
    assert entry.answer[1].says in str(reply.answer)
    assert entry.answer[0].says not in text_of(reply)
    whole = await home.handle(Call("ask", {**ask.args, "page": "all"}), ADA)
    assert entry.answer[0].says not in text_of(whole)
    assert entry.answer[-1].says in text_of(whole)


async def test_it_is_hidden_beside_an_own_answer_too_but_not_in_it(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    entry, said = content.faq["phd"], statements_of(content, "faq/phd")[0]
    await editor.hide(said)
    await editor.answer(entry.question, f"We don't think so: {said.text}")
    reply = await home.handle(Call("ask", {"question": entry.question}), ADA)
    assert said.text in str(reply.answer)
    assert said.text not in "".join(map(str, reply.nodes))
    assert entry.answer[1].says[:100] in "".join(map(str, reply.nodes))


async def test_moderators_own_commands_show_what_is_hidden(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    """An audit log or a list of hidden statements must show them."""
    said = statements_of(content, "faq/phd")[0]
    await editor.hide(said)
    store = await home.store()
    await store.audit.add(await editor.queue(), NOW, MODERATOR.id, "hidden", said.text)
    assert said.text in text_of(await home.handle_line("settings audit", MODERATOR))


async def test_a_quiz_result_leaves_it_out(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    line = "quiz which-path answers:" + ",".join("1" * 14)
    before = await home.handle_line(line, ADA)
    for statement in find_statements(before, content):
        await editor.hide(statement)
    await editor.forget()
    after = await home.handle_line(line, ADA)
    assert not find_statements(after, content)
    assert after.answer == before.answer


async def test_a_statement_that_has_changed_hides_nothing(
    home: App, editor: CommunityEditor, content: Content
) -> None:
    before = await home.handle_line("compare", ADA)
    for old in ("faq/phd", "faq/gone", "x", ""):
        await editor.hide(ShippedStatement(old, "It was otherwise.", ("It was otherwise.",)))
    await editor.forget()
    assert (await home.handle_line("compare", ADA)) == before


SAID = "AI engineers deliver a working product or feature"


@pytest.fixture
def statement(content: Content) -> ShippedStatement:
    return next(each for each in shipped_statements(content) if each.text.startswith(SAID))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{says}", None),
        ("{says} (van Riel)", None),
        (("{says} ", Emphasis("(van Riel)")), None),
        (("Work: ", "{says}"), None),
        ("⚠ {says} (van Riel)", None),
        ("{says} Other fact.", "Other fact."),
        ("First. {says} Other fact.", "First. Other fact."),
        (("First. ", "{says}", Emphasis(" (van Riel)"), " Last."), "First. Last."),
        ("AI: that; ML: {says}", "AI: that; ML: (hidden here)"),
        ("{says} {says}", None),
        ("{says} And {says}", "And (hidden here)"),
    ],
)
def test_a_line_keeps_what_else_it_says(
    content: Content, statement: ShippedStatement, before: Prose, after: str | None
) -> None:
    def fill(part: object) -> object:
        return part.format(says=statement.text) if isinstance(part, str) else part

    prose = fill(before) if isinstance(before, str) else tuple(map(fill, before))
    reply = Reply("Answer.", (Bullets((prose, "Kept.")),))  # type: ignore[arg-type]
    left = hiding(content, statement).apply(reply)
    (bullets,) = left.nodes
    texts = [" ".join("".join(strings_in(each)).split()) for each in bullets.items]  # type: ignore[union-attr]
    assert texts == [*([after] if after else []), "Kept."]


def test_every_kind_of_node_is_filtered(content: Content, statement: ShippedStatement) -> None:
    says, action = statement.text, Action("Do it", Call("help"))
    reply = Reply(
        "Answer.",
        (
            Heading("Kept"),
            Paragraph(says),
            Bullets((says,)),
            Fields((("Work", says), ("Else", "kept"))),
            Table(
                (Column("a"), Column("b"), Column("c")),
                (("x", says, "kept"), ("gone", says, says), ("y", "1", "2")),
            ),
            Item((Bold("It: "), says), action),
            Actions((Action(says, Call("help")), action)),
            Image("chart.png", b"", f"A picture: {says}"),
            Image("other.png", b"", "Another picture"),
            Sources(("van Riel",)),
        ),
        buttons=(Action(says, Call("help")), action),
    )
    left = hiding(content, statement).apply(reply)
    assert says not in text_of(left)
    assert [type(node) for node in left.nodes] == [
        Heading, Fields, Table, Actions, Image, Sources,
    ]  # fmt: skip
    fields, table = left.nodes[1:3]
    assert isinstance(fields, Fields)
    assert fields.items == (("Else", "kept"),)
    assert isinstance(table, Table)
    assert table.rows == (("x", "–", "kept"), ("y", "1", "2"))
    assert left.buttons == (action,)


def test_a_reply_without_hidden_statements_is_the_same(
    content: Content, statement: ShippedStatement
) -> None:
    for reply in (Reply("Answer."), Reply("It's a product.", (Paragraph("AI engineers"),))):
        assert hiding(content, statement).apply(reply) is reply
    assert Hiding().apply(Reply(statement.text)).answer == statement.text


def test_an_answer_of_which_only_a_table_is_left_says_that_a_part_is_hidden(
    content: Content, statement: ShippedStatement
) -> None:
    table = Table((Column("a"), Column("b")), (("x", "1"),))
    left = hiding(content, statement).apply(Reply(statement.text, (table,)))
    assert left.answer == f"The moderators have hidden part of this answer: {REASON}"
    assert left.nodes == (table,)
    emptied = hiding(content, statement).apply(Reply("Plan.", (Bullets((statement.text,)),)))
    assert emptied.answer == "Plan."
    assert emptied.nodes == (Paragraph(str(left.answer)),)


def test_a_short_wording_is_no_part_of_another_sentence(content: Content) -> None:
    short = next(
        each for each in shipped_statements(content) if each.wordings[-1] == "Software engineering"
    )
    other = Reply(f"Software engineering and product matter more ({short.source}).")
    assert hiding(content, short).apply(other) is other
    inline = Reply("Background.", (Paragraph(f"AI software engineering ({short.source})"),))
    assert "oftware" not in text_of(hiding(content, short).apply(inline))


def test_pay_is_hidden_only_beside_its_source(content: Content) -> None:
    (figure,) = statements_of(content, "pay/kore1-ml-senior")
    rows = (("Senior", f"{figure.text} (KORE1)"), ("Senior", f"{figure.text} (Traecta)"))
    reply = Reply("Pay.", (Table((Column("Level"), Column("Pay")), rows),))
    (table,) = hiding(content, figure).apply(reply).nodes
    assert isinstance(table, Table)
    assert table.rows[-1] == rows[1]
    assert figure.text not in str(table.rows[:-1])
