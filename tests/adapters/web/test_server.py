"""The playground's server: the page's own requests, and the refusal of all others."""

import asyncio
import errno
import io
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from running_playground import Running, run_playground
from scripted_pane import ScriptedPane, message

from adapters.http import CannotListen
from adapters.web import serve
from adapters.web.server import STATIC

JSON = {"Content-Type": "application/json"}
FILE = {"id": "F1", "name": "../evil name.html", "url": "data:text/html;base64,PGI+"}
PICTURE = {"name": "chart.png", "url": "data:image/png;base64,iVBORw0KGgo="}


@pytest.fixture
def pane() -> ScriptedPane:
    return ScriptedPane("discord")


@pytest.fixture
async def served(pane: ScriptedPane) -> AsyncIterator[Running]:
    async with run_playground(lambda _app, _clock: [pane]) as running:
        yield running


async def state(served: Running, member: str = "member") -> Any:
    """Return the first state that a page gets."""
    async with served.session.get(f"{served.address}events?member={member}") as response:
        assert response.content_type == "text/event-stream"
        line = await response.content.readline()
        return json.loads(line.removeprefix(b"data: "))


async def test_the_page_and_all_its_files(served: Running) -> None:
    async with served.session.get(served.address) as page:
        assert page.status == 200
        policy = page.headers["Content-Security-Policy"]
        assert "<script>" not in await page.text()
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for file in STATIC.rglob("*.*"):
        async with served.session.get(
            f"{served.address}static/{file.relative_to(STATIC).as_posix()}"
        ) as response:
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_needs_nothing_from_elsewhere() -> None:
    for file in STATIC.rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert "innerHTML" not in text
        assert "eval(" not in text
        assert file.suffix != ".css" or "url(" not in text
        assert "@import" not in text


@pytest.mark.parametrize("path", ["", "wrong/", "wrong/events?member=member", "livez", "metrics"])
async def test_without_the_token_there_is_nothing(path: str, served: Running) -> None:
    async with served.session.get(f"{served.origin}/{path}") as response:
        assert response.status == 404
        assert "terminal" in await response.text()
        assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize(
    "name", ["../server.py", "..%2fserver.py", "%2e%2e/pane.py", "/etc/passwd", "none.js", "slack"]
)
async def test_only_files_of_the_page_are_served(name: str, served: Running) -> None:
    async with served.session.get(f"{served.address}static/{name}") as response:
        assert response.status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
async def test_a_rebound_name_is_refused(host: str, served: Running) -> None:
    async with served.session.get(served.address, headers={"Host": host}) as response:
        assert response.status in {400, 403}
        assert "Crossroads" not in await response.text()


@pytest.mark.parametrize("host", ["localhost", "[::1]"])
async def test_the_machines_own_names_are_allowed(host: str, served: Running) -> None:
    port = served.origin.rpartition(":")[2]
    async with served.session.get(served.address, headers={"Host": f"{host}:{port}"}) as response:
        assert response.status == 200


@pytest.mark.parametrize("path", ["act", "clock", "reset"])
async def test_other_pages_can_change_nothing(
    path: str, served: Running, pane: ScriptedPane
) -> None:
    body = json.dumps({"pane": "discord", "member": "member", "type": "message", "days": 1})
    before = served.playground.now()
    for headers, status in (
        ({**JSON, "Origin": "http://evil.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        (JSON, 403),
        ({"Content-Type": "text/plain", "Origin": served.origin}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded", "Origin": served.origin}, 415),
    ):
        async with served.session.post(
            served.address + path, data=body, headers=headers
        ) as response:
            assert response.status == status
    assert pane.actions == []
    assert (served.playground.now() - before).total_seconds() < 60


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"act"', "[" * 100_000, '{"pane": "discord"}', '{"pane": []}']
)
async def test_broken_actions_get_a_message(body: str, served: Running, pane: ScriptedPane) -> None:
    headers = {**JSON, "Origin": served.origin}
    async with served.session.post(f"{served.address}act", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"].endswith(".")
    assert pane.actions == []


async def test_too_large_an_action_is_refused(served: Running, pane: ScriptedPane) -> None:
    headers = {**JSON, "Origin": served.origin}
    async with served.session.post(
        f"{served.address}act", data=io.BytesIO(b" " * (17 * 1024 * 1024)), headers=headers
    ) as response:
        assert response.status == 413
        assert "12 MB" in (await response.json())["error"]
    assert pane.actions == []


async def test_half_a_surrogate_pair_stops_no_page(served: Running, pane: ScriptedPane) -> None:
    pane.show(message(1, text="half \ud800"))
    for _ in range(2):
        shown = (await state(served))["panes"]["discord"]["channels"][0]["messages"]
        assert [each["text"] for each in shown] == ["half \ud800"]


async def test_an_address_without_the_last_slash_leads_to_the_page(served: Running) -> None:
    address = f"{served.address.removesuffix('/')}?pane=slack"
    async with served.session.get(address) as response:
        assert response.status == 200
        assert str(response.url) == f"{served.address}?pane=slack"


async def test_an_action_reaches_the_pane_and_its_answer_the_page(
    served: Running, pane: ScriptedPane
) -> None:
    pane.answers["autocomplete"] = {"choices": [{"name": "A", "value": "a"}]}
    assert await served.act("discord", "member", type="autocomplete") == {
        "choices": [{"name": "A", "value": "a"}]
    }
    assert await served.act("discord", "moderator", type="message", text="x") is None
    assert pane.actions == [
        ("member", {"type": "autocomplete"}),
        ("moderator", {"type": "message", "text": "x"}),
    ]


async def test_a_bug_in_a_pane_is_said_and_stops_nothing(
    served: Running, pane: ScriptedPane, capsys: pytest.CaptureFixture[str]
) -> None:
    pane.answers["message"] = LookupError("secret")
    status, answer = await served.post(
        "act", {"pane": "discord", "member": "member", "type": "message"}
    )
    assert (status, "secret" in answer["error"]) == (500, False)
    assert await served.act("discord", "member", type="read") is None


@pytest.mark.parametrize("days", [0, -1, 367, 1.5, "7", None, True])
async def test_absurd_moves_of_the_clock_are_refused(days: Any, served: Running) -> None:
    status, answer = await served.post("clock", {"days": days})
    assert (status, answer["error"]) == (400, "Move the clock forward by 1 to 366 days.")


async def test_a_page_gets_each_change_once(served: Running, pane: ScriptedPane) -> None:
    async with served.session.get(f"{served.address}events?member=member") as response:

        async def event() -> Any:
            while not (line := await response.content.readline()).startswith(b"data: "):
                assert line in {b"\n", b": still here\n"}
            return json.loads(line.removeprefix(b"data: "))

        assert (await event())["panes"]["discord"]["channels"][0]["messages"] == []
        for number in range(20):
            pane.show(message(number, text=str(number)))
        shown = (await event())["panes"]["discord"]["channels"][0]["messages"]
        assert [each["text"] for each in shown] == ["19"]


async def test_members_that_do_not_exist_see_nothing(served: Running) -> None:
    async with served.session.get(f"{served.address}events?member=admin") as response:
        assert response.status == 400


async def test_files_get_addresses_and_run_nothing(served: Running, pane: ScriptedPane) -> None:
    pane.show(
        message(1, text="x", files=[FILE, PICTURE, {"name": "x", "url": "https://e.example"}])
    )
    channel = (await state(served))["panes"]["discord"]["channels"][0]
    files = channel["messages"][0]["files"]
    assert files[2]["url"] == "https://e.example"
    async with served.session.get(served.address + files[0]["url"]) as response:
        assert await response.read() == b"<b>"
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
    async with served.session.get(served.address + files[1]["url"]) as response:
        assert response.content_type == "image/png"
    async with served.session.get(f"{served.address}files/none/x") as response:
        assert response.status == 404


async def test_pages_are_let_go_at_the_end(pane: ScriptedPane) -> None:
    async with asyncio.timeout(10):
        async with ClientSession() as session:
            async with run_playground(lambda _app, _clock: [pane]) as running:
                response = await session.get(f"{running.address}events?member=member")
                assert (await response.content.readline()).startswith(b"data: ")
            response.close()


async def test_it_listens_on_loopback_only_and_says_if_it_cannot(served: Running) -> None:
    port = int(served.origin.rpartition(":")[2])
    with pytest.raises(CannotListen, match=f"^{os.strerror(errno.EADDRINUSE)}$"):
        async with serve(served.playground, "127.0.0.1", port, asyncio.Event()):
            pass
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.2", port)


async def test_the_printed_address_can_be_opened_on_this_machine(pane: ScriptedPane) -> None:
    every = "0.0.0.0"  # noqa: S104  # for a moment, and with a token
    async with run_playground(lambda _app, _clock: [pane], host=every) as running:
        assert running.origin.startswith("http://127.0.0.1:")
        async with running.session.get(running.address) as response:
            assert response.status == 200


async def test_another_address_allows_numbers_but_no_names(pane: ScriptedPane) -> None:
    async with run_playground(lambda _app, _clock: [pane], host="127.0.0.2") as running:
        port = running.origin.rpartition(":")[2]
        for host, status in (("127.0.0.2", 200), ("10.1.2.3", 200), ("evil.example", 403)):
            async with running.session.get(
                running.address, headers={"Host": f"{host}:{port}"}
            ) as response:
                assert response.status == status
