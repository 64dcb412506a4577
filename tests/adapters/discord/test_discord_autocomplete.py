"""Discord's suggestions while somebody types an option: real items, labeled with their content."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from databases.taught import add_answers
from databases.taught import send as send_question
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import Json
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.world import PIN_MESSAGES
from quiz_member import finish_quiz

from bot.app import App
from bot.call import Caller

MANAGE_GUILD = 1 << 5
NOTHING_TO_LIST = {  # free text, and codes that must stay secret
    ("quiz", "answers"),
    ("tips add", "topic"),
    ("tips add", "link"),
    ("tips add", "cites"),
    ("tips edit", "topic"),
    ("tips edit", "link"),
    ("tips edit", "cites"),
    ("suggest", "link"),
    ("tips share", "code"),
    ("tips deny", "reason"),
    ("answers add", "link"),
    ("answers edit", "link"),
    ("answers answer", "link"),
    ("answers decline", "reason"),
    ("answers hide", "line"),
    ("answers hide", "entry"),
}
GIVEN = {("answers hide", "page"): {"line": "salary ml senior"}}  # other options
FILE = 11


@dataclass(slots=True)
class Server:
    """A server with at least one item of each kind."""

    discord: LoopbackDiscord

    async def moderate(self, command: str, **options: str) -> str:
        played = await self.discord.slash(command, options, permissions=MANAGE_GUILD)
        shown = await press_start(self.discord, await played.answer(), permissions=MANAGE_GUILD)
        return shown.text

    async def offered(
        self, command: str, option: str, typed: str = "", rights: int = MANAGE_GUILD, **given: str
    ) -> list[str]:
        """Return the labels of the choices for an option."""
        return [each["name"] for each in await self._choices(command, option, typed, rights, given)]

    async def has_choices(self, command: str, option: str) -> bool:
        given = GIVEN.get((command, option), {})
        return bool(await self._choices(command, option, "", MANAGE_GUILD, given))

    async def values(self, command: str, option: str, typed: str = "") -> list[str]:
        choices = await self._choices(command, option, typed, MANAGE_GUILD, {})
        return [str(each["value"]) for each in choices]

    async def _choices(
        self, command: str, option: str, typed: str, rights: int, given: dict[str, str]
    ) -> list[Json]:
        options = {**given, option: typed}
        played = await self.discord.autocomplete(command, options, option, permissions=rights)
        return await played.choices()


@pytest.fixture
async def server(keeping: App) -> AsyncIterator[Server]:
    async with LoopbackDiscord() as discord, serve_discord(keeping, discord):
        discord.guild.bot_permissions |= PIN_MESSAGES
        tips = str(discord.guild.add_channel("tips").id)
        made = Server(discord)
        await made.moderate("tips-starter")
        me = Caller(f"discord:{discord.user.id}", community=f"discord:{discord.guild.id}")
        await keeping.handle_line("suggest Read the posting twice: the title lies.", me)
        when = {"channel": tips, "time": "09:00", "zone": "Europe/Berlin"}
        await made.moderate("schedule-new", day="Monday", **when)
        await made.moderate("schedule-new", day="Friday", **when)
        await made.moderate("schedule-pause", schedule="2")
        await finish_quiz(keeping, "which-path", who=me)
        await teach(keeping, str(me.community))
        yield made
        assert not discord.missed


async def teach(app: App, community: str) -> None:
    """Store an own answer, a question to the moderators and a hidden statement."""
    store = await app.store()
    queue, _ = await add_answers(store, "Where do we meet?", community=community)
    await send_question(store, community=community, member=None)
    text, now = app.content.faq["phd"].answer[0].says, datetime.now(UTC)
    assert await store.hidden.hide(queue, "faq/phd", text, "Too strict", by="discord:7", at=now)


def completed(discord: LoopbackDiscord) -> Iterator[tuple[str, str]]:
    for name, command in discord.usable_commands():
        for option in command.get("options", ()):
            if option.get("autocomplete"):
                yield name, option["name"]


async def test_no_option_that_has_something_to_list_offers_nothing(server: Server) -> None:
    names = list(completed(server.discord))
    assert len(names) > 30
    empty = [each for each in names if not await server.has_choices(*each)]
    assert empty == []
    bare = {
        (name, option["name"])
        for name, command in server.discord.usable_commands()
        for option in command.get("options", ())
        if option["type"] == 3 and not (option.get("autocomplete") or option.get("choices"))
    }
    assert bare == NOTHING_TO_LIST


async def test_tips_are_offered_by_what_they_say_and_where_they_stand(server: Server) -> None:
    first, *_ = await server.offered("tips-approve", "tip")
    assert first == "53 · Read the posting twice: the title lies. (suggested)"
    assert await server.values("tips-approve", "tip") == ["53"]
    assert (await server.offered("tips-preview", "tip"))[0] == first  # undecided tips come first
    assert (await server.values("tips-preview", "tip", "title lies"))[0] == "53"
    assert (await server.values("tips-preview", "tip", "53"))[0] == "53"
    assert len(await server.offered("tips-edit", "tip")) == 25
    queued = await server.offered("schedule-swap", "tip", schedule="1")
    assert queued[0].startswith("1 · ")
    assert not any("(suggested)" in each for each in queued)


async def test_schedules_are_offered_by_day_time_and_channel(server: Server) -> None:
    assert await server.offered("schedule-pause", "schedule") == ["1 · Mondays at 09:00 in #tips"]
    assert await server.offered("schedule-resume", "schedule") == [
        "2 · Fridays at 09:00 in #tips (paused)"
    ]
    assert await server.values("schedule-stop", "schedule", "fri") == ["2"]
    asked = server.discord.counters["channel_get"]
    await server.offered("schedule-stop", "schedule")
    assert server.discord.counters["channel_get"] == asked  # channel names are cached for a while


async def test_a_schedule_is_offered_while_discord_does_not_say_what_its_channel_is_called(
    server: Server,
) -> None:
    server.discord.faults.fail("channel_get", times=None)
    assert await server.offered("schedule-pause", "schedule") == ["1 · Mondays at 09:00"]
    server.discord.faults.clear()
    assert await server.offered("schedule-pause", "schedule") == ["1 · Mondays at 09:00 in #tips"]


async def test_times_weeks_pages_and_questions_are_offered_by_what_they_mean(
    server: Server,
) -> None:
    assert "09:00" in await server.offered("schedule-new", "time")
    assert (await server.offered("schedule-new", "time", "9:45"))[0] == "09:45"
    assert (await server.offered("schedule-new", "weeks"))[:2] == ["every week", "every 2 weeks"]
    assert "24 hours" in await server.offered("schedule-new", "hours")
    assert "UTC" in await server.offered("schedule-new", "zone")
    assert (await server.offered("tips-queue", "page"))[1].startswith("2 · ")
    assert (await server.offered("ask", "page"))[0].startswith("1 · ")
    assert any("PhD" in each for each in await server.offered("ask", "question", "phd"))
    assert "Which path" in (await server.offered("results", "take"))[0]


async def test_what_is_offered_can_be_sent(server: Server) -> None:
    for command, option in (("ask", "question"), ("ask", "page"), ("results", "take")):
        value = (await server.values(command, option))[0]
        assert "not" not in (await server.moderate(command, **{option: value}))[:3]
    value = (await server.values("tips-preview", "tip"))[0]
    assert "Read the posting twice" in await server.moderate("tips-preview", tip=value)


async def test_who_may_not_moderate_is_offered_nothing_of_the_moderators(server: Server) -> None:
    for command, option in completed(server.discord):
        if command.startswith(("tips", "schedule", "answers", "settings")):
            with pytest.raises(LookupError, match="not offered to members"):
                await server.offered(command, option, rights=0)


async def test_nobody_is_offered_the_results_of_another(server: Server) -> None:
    played = await server.discord.autocomplete("results", {"take": ""}, user=User("eve"))
    assert await played.choices() == []


async def test_an_amount_is_free_text_that_echoes_what_was_understood(server: Server) -> None:
    assert (await server.offered("salary", "amount", "150k"))[0] == "150k → USD 150,000 a year"
    assert (await server.offered("salary", "amount", "95000", country="uk"))[0] == (
        "95000 → GBP 95,000 a year"
    )
    assert await server.offered("salary", "amount", "£95k") == ["£95k → GBP 95,000 a year"]
    assert (await server.offered("salary", "amount", "17"))[0] == "17k → USD 17,000 a year"
    assert "150k EUR → EUR 150,000 a year" in await server.offered("salary", "amount", "150k")
    for typed in ("abc", "♞", "9" * 300, "-150k", "500,000,000,000"):
        assert await server.offered("salary", "amount", typed) == []
    said = await server.moderate("salary", role="ai-engineer", amount="163,500")
    assert "$163,500" in said


async def test_no_option_has_mere_examples_for_choices(keeping: App, server: Server) -> None:
    for name, command in server.discord.usable_commands():
        for option in command.get("options", ()):
            if option["type"] == FILE:
                continue
            arg = keeping.commands[name.replace(" ", "-")].args[option["name"]]
            ids = {each["value"] for each in option.get("choices", ())}
            names = keeping.name_registry.index_for(arg.names) if ids and arg.names else None
            for typed in ("163,500", "9:45", "17", "#tips", "Europe/Berlin", "4 years"):
                found = names.lookup(typed) if names else None
                assert found is None or found.id in ids, (name, option["name"])
