"""No object's repr contains a token, secret or password: it would be logged."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

import adapters
import bot
import content
import storage
from adapters import slack
from adapters.discord.doctor_checks import RestApi
from bot.ops.settings import Settings
from storage import Installation

_SECRET = re.compile(r"(^|_)(token|secret|password|passphrase|credential)s?(_|$)|_keys?$")
_PACKAGES = (adapters, bot, content, storage)


def classes() -> Iterator[type]:
    """Yield every class that the project defines."""
    for package in _PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." in module.name or module.name.endswith("__main__"):
                continue
            loaded = importlib.import_module(module.name)
            for each in vars(loaded).values():
                if inspect.isclass(each) and each.__module__ == module.name:
                    yield each


def shown(kind: type) -> Iterator[str]:
    """Yield the names of the fields that a class's repr shows unmasked."""
    if is_dataclass(kind):
        yield from (each.name for each in fields(kind) if each.repr)
    elif issubclass(kind, BaseModel):
        for name, each in kind.model_fields.items():
            if each.repr and "SecretStr" not in str(each.annotation):
                yield name


def test_no_field_that_holds_a_secret_is_in_a_repr() -> None:
    found = {
        f"{kind.__module__}.{kind.__qualname__}.{name}"
        for kind in classes()
        for name in shown(kind)
        if _SECRET.search(name)
    }
    assert found == set()


def test_the_search_sees_dataclasses_and_models() -> None:
    known = set(classes())
    assert {slack.SlackSettings, RestApi, Installation, Settings} <= known
    assert sum(map(is_dataclass, known)) > 50


@pytest.mark.parametrize(
    "holder",
    [
        slack.SlackSettings(
            "xoxb-hidden",
            app_token="xapp-hidden",  # noqa: S106
            endpoint=slack.EventsEndpoint("hidden"),
        ),
        RestApi("hidden", "https://discord.com/api/v10"),
        Installation("A1", "T1", "xoxb-hidden", "UBOT", ("chat:write",), datetime.now(UTC)),
        Settings(
            DISCORD_TOKEN=SecretStr("hidden"),
            SLACK_BOT_TOKEN=SecretStr("xoxb-hidden"),
            SLACK_APP_TOKEN=SecretStr("xapp-hidden"),
            DATABASE_URL=SecretStr("postgresql://me:hidden@host/db"),
        ),
        slack.OAuthPages("1.1", "hidden", cipher=None, authorize_url=""),  # type: ignore[arg-type]
    ],
    ids=lambda holder: type(holder).__module__,
)
def test_what_holds_a_token_does_not_print_it(holder: Any) -> None:
    assert "hidden" not in repr(holder)
    assert "hidden" not in str(holder)
