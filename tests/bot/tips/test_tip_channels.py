"""Channels by name in the schedule commands, and refusals of unclear names."""

from pathlib import Path

import pytest
from moderator_session import HOME, ModeratorSession, moderator_session, words

from bot.app import App


@pytest.fixture
async def talk(keeping: App, tmp_path: Path) -> ModeratorSession:
    return moderator_session(keeping, tmp_path)


async def test_a_channel_is_found_by_its_name(talk: ModeratorSession) -> None:
    talk.platform.opened("test:tips", HOME)
    talk.platform.opened("test:staff", HOME)
    said = await talk.say("schedule start channel:#Tips monday 9:00 Europe/Berlin")
    assert "test:tips" in said
    assert "test:staff" in await talk.say("settings notifications channel:#staff")
    assert "test:tips" in await talk.say("schedule edit 1 channel:#tips 10:00")
    await talk.say("schedule start #staff monday 9:00 UTC #2")
    assert "every 2 weeks" in await talk.say("schedule show 2")


async def test_an_unknown_or_ambiguous_channel_name_is_refused_with_choices(
    talk: ModeratorSession,
) -> None:
    for channel in ("test:tips/1", "test:tips/2", "test:announcements"):
        talk.platform.opened(channel, HOME)
    line = "schedule start monday 9:00 Europe/Berlin channel:#"
    assert "2 channels are called #tips. Which one?" in await talk.refused(f"{line}tips")
    choices = await talk.choices(f"{line}tips")
    done = await talk.press(choices["2: #tips on Test"])
    assert "test:tips/2" in words(done)
    assert "I don't see a channel called #anouncements" in await talk.refused(f"{line}anouncements")
    slip = await talk.press((await talk.choices(f"{line}anouncements"))["#announcements"])
    assert "test:announcements" in words(slip)
    assert "I don't see a channel called #♞" in await talk.refused(f"{line}♞")
    assert "Write it like #tips" in await talk.refused(f"{line}2024")
    talk.platform.fail("channels", "later")
    assert "I don't see a channel" in await talk.refused(f"{line}announcements")
