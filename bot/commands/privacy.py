"""What is stored about somebody: theirs to see, to take away and to erase."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Audience, Example, command
from bot.names import Known, Name, Names
from bot.reply import Bullets, Choice, Choices, Heading, Paragraph, Reply, Snippet
from bot.wording import counted
from storage import Personal, Take

_WHAT = (
    "Your id on this platform, your answers to quizzes, tips that you suggested, what you did as a "
    "moderator (an id, a deed and a number), and timestamps. No name, no message, nothing else."
)
_WHERE = (
    "In this bot's own database, on the machine of whoever runs it. Results stay until you delete "
    "them; a quiz left unfinished goes after {days}."
)
_TOTALS = (
    "Nobody else sees them: what you share is the outcome alone, and only when you say so. Totals "
    "of a community are of five people or more."
)
_DEEDS = {
    "export": ("download", "show", "data"),
    "delete": ("erase", "remove", "forget"),
    "delete-yes": (),
}


def _deeds(known: Known) -> Names[str]:
    del known  # the same for every content
    return Names("deed", (Name(deed, deed, deed, also) for deed, also in _DEEDS.items()))


@command(
    Example("privacy", shows=("90 days", "timestamps")),
    Example("privacy export", shows=("takes",)),
    Example("privacy delete", shows=("can't be undone",)),
    aliases=("gdpr", "my-data", "data"),
    cues=("delete", "erase", "store", "stored", "privacy", "gdpr"),
    audience=Audience.ALONE,
    in_place=True,
)
async def privacy(
    ask: Ask,
    deed: Annotated[str | None, Arg("export or delete what is stored about you", _deeds)] = None,
) -> Reply:
    """See, export or delete what is stored about you.

    Stored are your id on the platform, your answers to quizzes and when you gave them, tips that
    you suggested, and what you did as a moderator: no name, no message. Deleting asks once and then
    erases everything at once; a tip that moderators have taken over stays, without your id.
    """
    if deed == "export":
        return await _export(ask)
    if deed == "delete":
        return _confirm()
    if deed == "delete-yes":
        erased = await (await ask.store()).erase(ask.who.id)
        quizzes = counted(erased, "quiz attempt")
        return Reply((Paragraph(f"Done. All your data is erased, {quizzes} included."),))
    return _overview(ask.app.keep_days)


@cache
def _overview(days: int) -> Reply:
    """Say what is stored, the same to everybody: what is one object is drawn just once."""
    return Reply(
        (
            Heading("What is stored about you"),
            Bullets((_WHAT, _WHERE.format(days=counted(days, "day")), _TOTALS)),
            Choices(
                (
                    Choice("privacy export", Call("privacy", {"deed": "export"})),
                    Choice("privacy delete", Call("privacy", {"deed": "delete"})),
                )
            ),
        )
    )


async def _export(ask: Ask) -> Reply:
    store = await ask.store()
    takes = await store.export(ask.who.id)
    kept = await store.persons.personal(ask.who.id)
    text = await asyncio.to_thread(_written, ask.who.id, takes, kept)  # can be years of results
    return Reply((Heading("Everything stored about you"), Snippet(text, "json")))


def _written(owner: str, takes: Sequence[Take], kept: Personal) -> str:
    data = {"id": owner, "takes": [_plain(take) for take in takes], **_of_tips(kept)}
    return json.dumps(data, indent=2, ensure_ascii=False)


def _of_tips(kept: Personal) -> dict[str, Any]:
    """Give all that is stored of weekly tips."""
    return {
        "suggested_tips": [
            {
                "number": tip.number,
                "community": tip.suggested_in,
                "state": tip.state,
                "text": tip.text,
                "link": tip.link,
                "reason": tip.reason,
                "added": tip.added_at.isoformat(),
            }
            for tip in kept.suggestions
        ],
        "schedules": [
            {"number": each.number, "channel": each.plan.channel, "made": each.made_at.isoformat()}
            for each in kept.schedules
        ],
        "deeds": [
            {"at": each.at.isoformat(), "deed": each.deed, "about": each.about}
            for each in kept.deeds
        ],
    }


def _plain(take: Take) -> dict[str, Any]:
    """Give all that is stored of a take."""
    return {
        "id": take.id,
        "quiz": take.quiz,
        "version": take.version,
        "community": take.community,
        "started": take.started_at.isoformat(),
        "finished": take.finished_at.isoformat() if take.finished_at else None,
        "last_touched": take.touched_at.isoformat(),
        "position": take.position,
        "counts_double": take.doubled,
        "answers": [
            {"item": each.item, "option": each.option, "answered": each.answered_at.isoformat()}
            for each in take.given
        ],
    }


def _confirm() -> Reply:
    says = (
        "Delete all your answers and results? This can't be undone. Export them first if you like."
    )
    return Reply(
        (
            Paragraph(says),
            Choices(
                (
                    Choice("yes, delete everything", Call("privacy", {"deed": "delete-yes"})),
                    Choice("export first", Call("privacy", {"deed": "export"})),
                    Choice("no, keep it", Call("privacy")),
                )
            ),
        )
    )
