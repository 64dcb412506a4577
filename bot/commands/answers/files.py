"""Commands to export and import community answers as the YAML of an overlay."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated

from bot.app import CommandContext
from bot.attachment import MAX_BYTES, unreadable_refusal
from bot.call import Call
from bot.command import Arg, Example, FormLayout
from bot.commands.answers import answers_command
from bot.commands.answers.listing import list_answers
from bot.community.deciding import LIST_ACTION
from bot.community.own_answers.files import AnswerImport, export_answers, parse_answers
from bot.community.own_answers.page import shorten
from bot.community.undo import publish
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.understanding import understand
from bot.reply import Action, ActionStyle, Bullets, CodeBlock, Node, Paragraph, Reply
from bot.tips.context import ModeratorContext
from content import UnreadableFileError, read_text

_PENDING = "answers-import"  # the preference that stores a file until it is confirmed
_MAX_PROBLEMS, _SHOWN = 20, 5
_DIGEST_LENGTH = 12
_FILE = Arg("a YAML file, as you export it", max_length=MAX_BYTES, accepts_file=True, label="File")
_EMPTY = "There are no community answers to export."


@answers_command(Example("answers export", shows=("question: Where do we meet?", "says:")))
async def answers_export(context: CommandContext) -> Reply:
    """Export all answers as YAML, to import them elsewhere or to use as content files.

    An admin can put the file in the content folder of another instance, or contribute it.
    """
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.answers.list_for_queue(moderator.queue)
    if not found:
        raise Refusal(_EMPTY, LIST_ACTION)
    await moderator.record_audit("exported", pluralize(len(found), "answer"))
    app = context.app

    def find_like(question: str) -> list[str]:
        return [each.id for each in understand(question, app.name_registry, app.commands).entries]

    text = await asyncio.to_thread(export_answers, found, context.content, find_like)
    count = pluralize(len(found), "community answer")
    return Reply(f"{count}, as a content file:", (CodeBlock(text, "yaml"),))


@answers_command(
    Example(
        "answers import [{question: Is there a dress code?, says: No.}]", shows=("1 new answer",)
    ),
    form=FormLayout("Import answers", "Check", ("text",)),
)
async def answers_import(context: CommandContext, text: Annotated[str, _FILE]) -> Reply:
    """Import answers from YAML; you see what was found before anything is added.

    The fields are question, also, says, link, role and review. In the terminal, type a file's name.
    """
    moderator = await ModeratorContext.open(context)
    text = _read_local_file(context, text) or text
    found = await _parse(moderator, text)
    if found.problems or not found.answers:
        nodes: list[Node] = []
        if found.problems:
            nodes.append(Bullets(found.problems[:_MAX_PROBLEMS]))
            nodes.append(Paragraph("Nothing was added. Fix the file, then import it again."))
        again = Action("Import another file", Call("answers-import"))
        return Reply(_summarize(found), tuple(nodes), buttons=(again, LIST_ACTION))
    await moderator.store.preferences.set(moderator.community, _PENDING, text)
    call = Call("answers-import-now", {"file": _digest(text)})
    add = Action(f"Add {pluralize(len(found.answers), 'answer')}", call, ActionStyle.PRIMARY)
    shown = tuple(shorten(each.question) for each in found.answers[:_SHOWN])
    return Reply(_summarize(found), (Bullets(shown),), buttons=(add, LIST_ACTION))


@answers_command(hidden=True)
async def answers_import_now(
    context: CommandContext, file: Annotated[str, Arg("which checked file", max_length=16)]
) -> Reply:
    """Add the answers of the file that was checked last."""
    moderator = await ModeratorContext.open(context)
    store = moderator.store
    text = (await store.preferences.get_all(moderator.community)).get(_PENDING)
    if text is None or _digest(text) != file:
        message = (
            "That file was already imported, or you checked another one after it. Nothing was "
            "added."
        )
        raise Refusal(message, LIST_ACTION)
    found = await _parse(moderator, text)
    if found.problems:  # the content has changed since the check
        raise Refusal(found.problems[0], LIST_ACTION)
    answers = store.answers
    added = await answers.add_all(moderator.queue, found.answers, context.caller.id, context.now)
    if not added:
        limit = f"The limit is {pluralize(answers.MAX_PER_QUEUE, 'answer')}. Nothing was added."
        raise Refusal(f"With the answers you have, that's too many. {limit}", LIST_ACTION)
    await store.preferences.set(moderator.community, _PENDING, None)
    publish(moderator)
    count = pluralize(len(added), "answer")
    await moderator.record_audit("imported", count)
    return await list_answers(context, 1, f"Imported: {count}.")


async def _parse(moderator: ModeratorContext, text: str) -> AnswerImport:
    existing = await moderator.store.answers.list_for_queue(moderator.queue)
    return await asyncio.to_thread(parse_answers, text, moderator.context.content, existing)


def _summarize(found: AnswerImport) -> str:
    parts = [pluralize(len(found.answers), "new answer")]
    parts += [f"{found.duplicates} already here"] if found.duplicates else []
    parts += [pluralize(len(found.problems), "problem")] if found.problems else []
    return f"{', '.join(parts)}."


def _read_local_file(context: CommandContext, name: str) -> str | None:
    """Return the text of the local file *name*, or None outside the terminal or without one.

    Raise Refusal if the file can't be read.
    """
    is_file_name = name.casefold().endswith((".yaml", ".yml"))
    if context.caller.id != "terminal:local" or not is_file_name:
        return None
    try:
        return read_text(Path(name).expanduser(), MAX_BYTES)
    except RuntimeError as error:  # "~ada" in *name*, and there is no user ada
        raise Refusal(f"“{name}” can't be imported: {error}") from error
    except UnreadableFileError as error:
        raise unreadable_refusal(name, error) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
