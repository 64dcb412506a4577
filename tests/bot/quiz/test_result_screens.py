"""Every result fits on the first screen, and each page behind it is one page on Discord."""

import random

import pytest
from quiz_member import ME
from screens.inputs import LIMITS, first_screens

from adapters.discord.rendering.render import render
from bot.app import App
from bot.presentation import Presentation
from content import Content, Quiz

ATTEMPTS = 40
SHARES_SKIPPED = (0, 0.3, 0.9)


def random_lines(quiz: Quiz) -> list[str]:
    """Return lines that answer *quiz* at random; in some, most questions are skipped."""
    chance = random.Random(quiz.id)  # noqa: S311  # a sample
    lines = []
    for number in range(ATTEMPTS):
        skipped = SHARES_SKIPPED[number % len(SHARES_SKIPPED)]
        picks = (
            "-" if chance.random() < skipped else str(chance.randint(1, len(item.options)))
            for item in quiz.items
        )
        lines.append(f"quiz {quiz.id} answers:{','.join(picks)}")
    return lines


@pytest.mark.parametrize("quiz", ["which-path", "hire"])
async def test_a_result_fits_on_the_first_screen(app: App, content: Content, quiz: str) -> None:
    for line in random_lines(content.quiz[quiz]):
        reply = await app.handle_line(line, ME)
        screens = first_screens(app, line, reply)
        excess = {name: LIMITS[name].excess(screen) for name, screen in screens.items()}
        assert not any(excess.values()), (line, excess)


@pytest.mark.parametrize("quiz", ["which-path", "hire"])
async def test_a_page_behind_a_result_is_not_split(app: App, content: Content, quiz: str) -> None:
    for line in random_lines(content.quiz[quiz])[:10]:
        result = await app.handle_line(line, ME)
        for action in result.actions():
            if action.call.command == "quiz-explain":
                page = await app.handle(action.call, ME)
                shown = Presentation(call=action.call, origin=app.parse(line))
                assert len(render(page, shown).messages) == 1, action.call.to_line()
