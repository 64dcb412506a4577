"""What every test can ask for."""

from datetime import UTC, datetime

import pytest

from bot.app import App
from content import Content, load

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected answers anew")


@pytest.fixture(scope="session")
def content() -> Content:
    return load()


@pytest.fixture(scope="session")
def app(content: Content) -> App:
    return App(content, clock=lambda: TODAY)
