"""A community with tips and answers, for the examples of the moderators' commands."""

from datetime import timedelta
from pathlib import Path

from databases.manual_changes import change_by_hand
from fake_platform import FakePlatform

from bot.app import App
from bot.call import Caller
from bot.reply import Outcome
from storage import FeedbackKind, NewTip

_LINES = (
    "tips-add Ask for the team's last three launches before you join.",
    "tips-add Put one finished thing in front of your degree.",
    "schedule-start channel:test:11 monday 9:00 Europe/Berlin pin:yes",
)
_EMPTY = ("tips-add", "tips-starter", "tips-import")
_MEMBER, _CODE = "test:9", "ABCDEFGHJK"


async def start_tips(app: App, who: Caller, path: Path, name: str) -> None:
    """Prepare, as *who*, the tips that the example called *name* needs."""
    now = app._clock()  # noqa: SLF001 - the same moments
    square = FakePlatform(path, app._clock)  # noqa: SLF001 - likewise
    app.platforms["test"] = square
    for channel in ("test:11", "test:ai-careers"):
        square.opened(channel, who.id)
    if name.startswith("answers"):
        await start_answers(app, who)
    if name.rpartition("-")[0] in _EMPTY:
        return
    for line in _LINES:
        assert (await app.handle_line(line, who)).outcome is Outcome.DONE, line
    store = await app.store()
    queue = await store.queues.get_or_create(who.id)
    await store.tips.add(queue, [NewTip("Name the work first.")], now, (_MEMBER, who.id))
    if name.startswith("tips-share"):  # use the code in the golden file instead of a new one
        await store.queues.create_join_code("test:other", _MEMBER, now, now + timedelta(hours=1))
        await change_by_hand(store, f"UPDATE link_codes SET code = '{_CODE}'")  # noqa: S608


async def start_answers(app: App, who: Caller) -> None:
    """Store an answer, a question and a report that wait, and a hidden statement."""
    now = app._clock()  # noqa: SLF001 - the same moments
    line = 'answers add "Where do we meet?" text:"In the voice channel, at 17:00."'
    assert (await app.handle_line(line, who)).outcome is Outcome.DONE
    store = await app.store()
    queue = await store.queues.get_or_create(who.id)
    for kind, text, about in (
        (FeedbackKind.QUESTION, "Is there a dress code?", None),
        (FeedbackKind.REPORT, "That's too low.", "salary ml senior"),
    ):
        await store.feedback.add(
            queue, kind, text, now, about=about, member=_MEMBER, community=who.id
        )
    hidden = ("pay/kore1-ml-junior", "$115K–$145K", "Too low here")
    await store.hidden.hide(queue, *hidden, by=who.id, at=now)
    await change_by_hand(store, f"UPDATE hidden_statements SET id = '{_CODE}'")  # noqa: S608
