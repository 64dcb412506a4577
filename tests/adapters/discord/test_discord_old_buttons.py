"""Buttons of the previous release, which stay in channels, do what they did."""

import re
from collections.abc import AsyncIterator

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start

from bot.app import App

MANAGE_GUILD = 1 << 5
LED_ON = (
    "r|salary|role=ai-engineer|other=ml-engineer",
    "r|tools|role=ai-engineer",
    "r|roadmap|to=ai-engineer",
    "r|compare|role=ai-engineer|other=ml-engineer|aspect=differences",
    "p2|compare",
    "p1|compare",
    "p4|compare",
    "p2.1|compare",
    "r|compare|role=ai-engineer|other=ml-engineer",
    "r|salary|role=ai-engineer|level=senior",
    "r2|salary|role=ml-engineer",
    "r|salary|role=ml-engineer|level=senior|view=trend",
    "r|salary|view=trend",
    "r|salary|level=mid",
    "r|salary|role=ml-engineer|country=gb",
    "r|salary|role=ai-engineer|level=senior|country=us|amount=180k",
    "r|tools|category=languages",
    "r|roadmap|from=software-engineer|to=ai-engineer",
    "r|interview|role=ai-engineer",
    "r|faq|question=Do I need a university degree or a master's?",
    # "Should my startup of twelve people hire an AI engineer or an ML engineer first, …", packed
    "r~彲訐蔈縐弴捪昁桀剑聃炖偅焲抬榮竗弤悉解剱薺偵瓽祧僭攩號秹災蛡榋弫夈慮昽彩孄蚳的厗壖句眢嗹爾賒謦诅桇宪倄唣冃稲椝媣縓紞爜",
    "r|faq|page=2",
    "r|community",
    "r|community|name=which-path",
    "r|privacy",
    "r|privacy|deed=export",
    "r|quiz",
    "r|quiz|name=hire",
    "r|results",
    "r|sources",
    "r|sources|id=kore1",
    "r|help",
    "r|help|command=salary",
)
SHARED = (
    "s|compare",
    "s|compare|role=ai-engineer|other=ml-engineer|aspect=pay",
    "s|salary|role=ml-engineer|level=senior",
    "s|tools|tool=langchain",
    "s|roadmap|from=software-engineer|to=ai-engineer",
    "s|interview|role=ai-engineer",
    "s|faq|question=do I need a PhD for ML?",
    "s|sources|id=samadov",
)
FOR_MODERATORS = (
    ("r|tips", "The next tip comes"),
    ("r|tips|page=2", "page 2"),
    ("r|tips|state=queued|page=1", "52 tips queued"),
    ("r|tips-schedules", "Mondays"),
    ("r|tips-calendar", ""),
    ("r|tips-posts", ""),
    ("r|tips-audit|page=1", "actions are logged"),
    ("r|tips-tell", "Notices go to"),
    ("r|tips-now|schedule=1", "Post this now"),
    ("r|tips-skip|schedule=1", ""),
    ("r|tips-swap|schedule=1|tip=2", ""),
    ("r|tips-notify|schedule=1|role=none", ""),
    ("r|tips-change|schedule=1|time=10:00", "10:00"),
    ("r|tips-pause|schedule=1", "Paused: "),
    ("r|tips-resume|schedule=1", "Resumed: "),
    ("r|tips-link", "tips share"),
    ("r|tips-unlink", ""),
    ("r|tips-stop|schedule=1", "for good?"),
    ("r|badges", ""),
    ("r|doctor", ""),
)
"""Buttons of commands that were renamed, in an order in which each can be used, and the answer."""
UNDONE = re.compile("don't know this button|Incident|no command|no option")


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def test_buttons_and_menus_lead_on(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("help")).answer()
    for code in LED_ON:
        clicked = await (await discord.send_component(answer, code)).answer()
        chosen = await (await discord.send_component(answer, "select2", [code])).answer()
        assert clicked is chosen is answer
        assert not UNDONE.search(answer.text), code


async def test_moderators_buttons_lead_on(discord: LoopbackDiscord) -> None:
    by: Invoker = {"permissions": MANAGE_GUILD}
    await (await discord.slash("tips starter", **by)).answer()
    when = {"day": "Monday", "time": "9:00", "zone": "UTC"}
    given = {"channel": str(discord.guild.channel.id), **when}
    await press_start(
        discord, await (await discord.slash("schedule new", given, **by)).answer(), **by
    )
    shown = await (await discord.slash("help", **by)).answer()
    for code, says in FOR_MODERATORS:
        answer = await (await discord.send_component(shown, code, **by)).answer()
        assert not UNDONE.search(answer.text), code
        assert says in answer.text, code


async def test_a_form_of_a_renamed_command_is_opened_and_taken(discord: LoopbackDiscord) -> None:
    shown = await (await discord.slash("help")).answer()
    by: Invoker = {"permissions": MANAGE_GUILD}
    opened = await discord.send_component(shown, "r|tip-suggest", **by)
    form = await opened.modal()
    assert form["custom_id"] == "m|suggest"
    form["custom_id"] = "m|tip-suggest"
    done = await discord.submit_modal(opened, {"text": "Read the posting twice."}, **by)
    assert not UNDONE.search((await done.answer()).text)


async def test_share_buttons_post(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("help")).answer()
    for code in SHARED:
        another = User(f"member {code}")  # because one member may share only a few at once
        shared = await (await discord.send_component(answer, code, user=another)).answer()
        assert not shared.ephemeral, code
        assert not UNDONE.search(shared.text), code
    assert len(discord.messages()) == len(SHARED)


async def test_a_quiz_goes_on(discord: LoopbackDiscord) -> None:
    question = await (await discord.slash("quiz", {"name": "hire"})).answer()
    take, item, pick = re.findall(r"=([^|]+)", question.buttons[0]["custom_id"].split("||")[0])
    old = f"r|quiz-answer|take={take}|item={item}|pick={pick}"
    assert "1 of 10" in (await (await discord.send_component(question, old)).answer()).text


async def test_a_form_is_opened_and_taken(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("help")).answer()
    opened = await discord.send_component(answer, "r|suggest")
    form = await opened.modal()
    form["custom_id"] = "m|suggest"
    filled = await discord.submit_modal(opened, {"text": "Read the posting twice."})
    assert "Thank you" in (await filled.answer()).text
