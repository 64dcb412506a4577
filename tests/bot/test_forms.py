"""Forms: which fields they have, with which values they open, and on which platforms."""

from collections.abc import Mapping
from typing import Annotated

import pytest

from bot.app import App, CommandContext
from bot.call import Call, Caller
from bot.command import Arg, Command, Example, FormLayout, PickerType, command, declared_command
from bot.errors import Refusal
from bot.forms import FieldKind
from bot.language.argument_types import bases
from bot.reply import Outcome, Reply
from bot.tips.schedule_input import time_zones
from content import Content

SLACK, DISCORD = Caller("slack:T1/U1", community="slack:T1"), Caller("discord:1")
ON_DISCORD = frozenset({"discord"})


async def _prefill(context: CommandContext) -> Mapping[str, str]:
    del context
    return {"basis": "total", "zone": "europe berlin", "time": "09:00"}


@command(
    Example("plan", shows=()),
    form=FormLayout("Make a plan", "Plan it", ("basis", "zone", "time", "role"), _prefill),
)
async def plan(
    context: CommandContext,
    basis: Annotated[str, Arg("what counts", bases, label="Kind of pay")],
    zone: Annotated[str | None, Arg("where", time_zones)] = None,
    time: Annotated[str | None, Arg("when", picker=PickerType.TIME)] = None,
    role: Annotated[str | None, Arg("which role", platforms=ON_DISCORD)] = None,
) -> Reply:
    """Make a plan."""
    return Reply(f"{basis} {zone} {time} {role}")


@command(Example("shout", shows=()), platforms=ON_DISCORD)
async def shout(context: CommandContext, text: Annotated[str, Arg("what to shout")]) -> Reply:
    """Shout."""
    return Reply(text)


def _declared(*functions: object) -> dict[str, Command]:
    found = [each for each in map(declared_command, functions) if each is not None]
    return {each.name: each for each in found}


@pytest.fixture
def app(content: Content) -> App:
    return App(content, _declared(plan, shout))


async def test_the_text_of_a_tip_can_be_edited_but_not_cleared(keeping: App) -> None:
    who = Caller("slack:T1/U1", moderator=True, community="slack:T1")
    await keeping.handle(Call("tips-add", {"text": "Ask first.", "topic": "asking"}), who)
    form = await keeping.form_for(Call("tips-edit", {"tip": "1"}), who)
    assert form is not None
    required = {each.name: each.is_required for each in form.fields}
    assert required == {"text": True, "link": False, "role": False, "topic": False}


async def test_a_form_opens_with_ids_and_their_options(app: App) -> None:
    form = await app.form_for(Call("plan"), SLACK)
    assert form is not None
    assert (form.title, form.submit) == ("Make a plan", "Plan it")
    basis, zone, time = form.fields
    assert (basis.kind, basis.label, basis.is_required) == (FieldKind.CHOICE, "Kind of pay", True)
    assert basis.value in {each.id for each in basis.options}
    assert zone.kind is FieldKind.SEARCH
    assert (zone.value, zone.value in {each.id for each in zone.options}) == ("Europe/Berlin", True)
    assert (time.kind, time.value) == (FieldKind.TIME, "09:00")
    assert (zone.is_required, time.is_required) == (True, False)  # no zone is called "none"


async def test_a_field_is_left_out_where_its_argument_isnt_offered(app: App) -> None:
    names = {}
    for caller in (SLACK, DISCORD):
        form = await app.form_for(Call("plan"), caller)
        names[caller] = [] if form is None else [each.name for each in form.fields]
    assert names[DISCORD] == [*names[SLACK], "role"]


async def test_a_command_of_another_platform_is_refused_before_its_form_opens(app: App) -> None:
    assert await app.form_for(Call("shout"), DISCORD) is not None
    with pytest.raises(Refusal, match="shout only works on Discord"):
        await app.form_for(Call("shout"), SLACK)
    assert [each.name for each in app.visible_on("slack")] == ["plan"]


@pytest.mark.parametrize(
    ("call", "argument", "says"),
    [
        (Call("shout", {"text": "hey"}), "", "shout only works on Discord."),
        (Call("plan", {"basis": "total", "role": "x"}), "role", "“role” in plan only works on"),
        (Call("plan", {"basis": "nonsense"}), "basis", "nonsense"),
        (Call("plan", {"basis": "total", "zone": "Atlantis"}), "zone", "Atlantis"),
    ],
)
async def test_a_refusal_names_the_argument_that_it_is_about(
    app: App, call: Call, argument: str, says: str
) -> None:
    reply = await app.handle(call, SLACK)
    assert (reply.outcome, reply.argument) == (Outcome.REFUSED, argument)
    assert says in str(reply.answer)


async def test_a_platform_that_offers_it_runs_it(app: App) -> None:
    reply = await app.handle(Call("plan", {"basis": "total", "role": "x"}), DISCORD)
    assert reply.outcome is Outcome.DONE
