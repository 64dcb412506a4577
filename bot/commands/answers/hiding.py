"""Commands to hide shipped statements from this community, and to show them again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, truncate
from bot.commands.answers import answers_command
from bot.commands.answers.arguments import ITEM, Numbers
from bot.commands.answers.queue import show_queue
from bot.community.deciding import QUEUE_ACTION, decide, find_items, still_waiting, tell_members
from bot.community.own_answers.page import shorten
from bot.community.statements import (
    ShippedStatement,
    find_statement,
    find_statements,
    shipped_statements,
    statement_key,
    statements_of,
)
from bot.community.undo import StatementChange, remember_change
from bot.community.waiting import reported_call
from bot.errors import Refusal
from bot.formatting import end_sentence, pluralize
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.reply import Action, ActionStyle, Emphasis, Item, Paragraph, Prose, Reply
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import numbers
from storage import FeedbackState, HiddenStatement

HIDDEN_ACTION = Action("Show hidden statements", Call("answers-hidden"))
_PAGE_SIZE = 8
_LABEL_LENGTH, _TEXT_LENGTH = 90, 110


def _statements(registry: NameRegistry) -> NameIndex[ShippedStatement]:
    """Return a NameIndex that parses the key of a shipped statement, such as "faq/phd-1a2b3c"."""
    by_key = {statement_key(each): each for each in shipped_statements(registry.content)}

    def parse(text: str) -> NamedValue[ShippedStatement] | None:
        found = by_key.get(text)
        return _name_statement(found) if found else None

    return ParsedNames("statement", parse, "one of the suggestions, or choose it below the answer")


def _name_statement(statement: ShippedStatement) -> NamedValue[ShippedStatement]:
    label = shorten(statement.label, _LABEL_LENGTH)
    return NamedValue(statement_key(statement), label, statement, (statement.label,))


async def _suggest_statements(
    context: CommandContext, typed: str
) -> Iterable[NamedValue[ShippedStatement]]:
    """Return all shipped statements as suggestions; typed words from them choose some."""
    del typed
    return [_name_statement(each) for each in shipped_statements(context.content)]


async def _suggest_hidden(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return the hidden statements as suggestions."""
    del typed
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.hidden.list_for_queue(moderator.queue)
    return [NamedValue(each.id, shorten(each.text, _LABEL_LENGTH), each.id) for each in found]


async def _suggest_hidden_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of hidden statements, labeled with its first one."""
    del typed
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.hidden.list_for_queue(moderator.queue)
    return _name_pages([each.text for each in found])


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the statements in the answer to the line."""
    del typed
    line = context.call.args.get("line")
    moderator = await ModeratorContext.open(context)
    found = await _find_shown(moderator, context.app.parse(line)) if line else ()
    return _name_pages([each.label for each in found])


def _name_pages(texts: Sequence[str]) -> list[NamedValue[int]]:
    firsts = enumerate(texts[::_PAGE_SIZE], 1)
    return [
        NamedValue(str(page), f"{page} · {shorten(first, _LABEL_LENGTH)}", page)
        for page, first in firsts
    ]


_STATEMENT = Arg(
    "the statement; type some of its words",
    _statements,
    autocomplete=_suggest_statements,
    max_length=100,
)
_LINE = Arg(
    "a question or command whose answer includes the statement", label="Question or command"
)
_ENTRY = Arg("a content entry, such as faq/phd", max_length=80)
_PAGE = Arg("which page of the statements", numbers, autocomplete=_suggest_pages)
_HIDDEN_PAGE = Arg("which page of the list", numbers, autocomplete=_suggest_hidden_pages)
_REASON = Arg(
    "the reason; members see it where nothing else is left", max_length=200, label="Reason"
)
_HIDDEN = Arg("which statement", autocomplete=_suggest_hidden, max_length=24)


@answers_command(
    Example('answers hide line:"salary ml senior"', shows=("KORE1: $180K–$240K", "Hide")),
)
async def answers_hide(
    context: CommandContext,
    line: Annotated[str | None, _LINE] = None,
    statement: Annotated[ShippedStatement | None, _STATEMENT] = None,
    item: Annotated[Numbers | None, ITEM] = None,
    entry: Annotated[str | None, _ENTRY] = None,
    page: Annotated[int, _PAGE] = 1,
) -> Reply:
    """Hide a statement from the sources in this community, with a reason.

    Choose the statement from the answer to a question or command, or type some of its words.
    """
    moderator = await ModeratorContext.open(context)
    if statement is not None:
        return _confirm(statement, {"item": ",".join(map(str, item))} if item else {})
    if item:
        items = await find_items(moderator, item)
        found = await _find_shown(moderator, reported_call(items[0], context.app))
        return _list_statements(found, {"item": context.call.args["item"]}, page)
    if entry is not None:
        return _list_statements(statements_of(context.content, entry), {"entry": entry}, page)
    if line is None:
        raise Refusal(
            "Which answer has the statement? Type a question or a command after “answers hide”.",
            HIDDEN_ACTION,
            argument="line",
        )
    found = await _find_shown(moderator, context.app.parse(line))
    return _list_statements(found, {"line": line}, page)


async def _find_shown(
    moderator: ModeratorContext, call: Call | None
) -> tuple[ShippedStatement, ...]:
    """Return the shipped statements in the answer to *call*.

    *call* comes from a member, so it's only run if that changes nothing.
    """
    app, caller = moderator.context.app, moderator.context.caller
    command = app.commands.get(call.command) if call else None
    if call is None or command is None or not command.is_shareable:
        raise Refusal("I can't show that answer again.", QUEUE_ACTION)
    return find_statements(await app.run(call, caller), app.content)


def _list_statements(
    found: tuple[ShippedStatement, ...], args: Mapping[str, str], page: int
) -> Reply:
    """Return the statements *found* with a button beside each that hides it.

    *args* are the arguments that found them.
    """
    if not found:
        message = "That answer has no statements that you can hide."
        raise Refusal(message, QUEUE_ACTION, HIDDEN_ACTION)
    pages = -(-len(found) // _PAGE_SIZE)
    at = min(page, pages)
    shown = found[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
    kept = {name: value for name, value in args.items() if name == "item"}
    turns = (("Previous page", at - 1), ("Next page", at + 1))
    return Reply(
        f"Which statement is wrong? The answer has {pluralize(len(found), 'statement')}.",
        tuple(Item(truncate(each.label, _TEXT_LENGTH), _hide_action(each, kept)) for each in shown),
        buttons=(
            *(
                Action(label, Call("answers-hide", {**args, "page": str(to)}))
                for label, to in turns
                if 1 <= to <= pages
            ),
            QUEUE_ACTION,
            HIDDEN_ACTION,
        ),
    )


def _hide_action(
    statement: ShippedStatement, args: Mapping[str, str], label: str = "Hide"
) -> Action:
    call = Call("answers-hide-now", {"statement": statement_key(statement), **args})
    return Action(label, call, ActionStyle.DANGER)


def _confirm(statement: ShippedStatement, args: Mapping[str, str]) -> Reply:
    """Return the whole statement with a button that asks for the reason to hide it."""
    return Reply(
        "Hide this statement here?",
        (Paragraph(statement.label),),
        buttons=(_hide_action(statement, args, "Hide it"), HIDDEN_ACTION),
    )


@answers_command(hidden=True, form=FormLayout("Hide a statement", "Hide", ("reason",)))
async def answers_hide_now(
    context: CommandContext,
    statement: Annotated[ShippedStatement, _STATEMENT],
    reason: Annotated[str, _REASON],
    item: Annotated[Numbers | None, ITEM] = None,
) -> Reply:
    """Hide a shipped statement, and tell the members who reported it."""
    moderator = await ModeratorContext.open(context)
    hidden = await moderator.store.hidden.hide(
        moderator.queue,
        statement.entry,
        statement.text,
        reason,
        by=context.caller.id,
        at=context.now,
    )
    items = still_waiting(await find_items(moderator, item)) if item else ()
    if hidden is None and not items:
        raise Refusal("That statement is already hidden.", HIDDEN_ACTION)
    decided = await decide(moderator, items, FeedbackState.HIDDEN, reason=reason)
    change = None
    if hidden is not None:
        change = StatementChange(statement.entry, statement.text, reason, is_hidden=True)
        about = f"{statement.entry}: {statement.text} (because: {reason})"
        await moderator.record_audit("hid", about)
    undo = await remember_change(moderator, items=decided, statement=change)
    untold = await tell_members(moderator, decided)
    done = end_sentence(f"Hidden here: “{truncate(statement.label, _TEXT_LENGTH)}”") + untold
    if item:
        return await show_queue(moderator, 1, done, undo)
    return Reply(done, (Paragraph(f"Reason: {reason}"),), buttons=(undo, HIDDEN_ACTION))


@answers_command(Example("answers hidden", shows=("hidden", "Show again")))
async def answers_hidden(
    context: CommandContext,
    page: Annotated[int, _HIDDEN_PAGE] = 1,
) -> Reply:
    """See the statements that are hidden in this community, and show them again."""
    return await _list_hidden(await ModeratorContext.open(context), page)


async def _list_hidden(moderator: ModeratorContext, page: int = 1, question: str = "") -> Reply:
    found = await moderator.store.hidden.list_for_queue(moderator.queue)
    if not found:
        text = "No statements are hidden here. To hide one, type “answers hide” and a question."
        return Reply(text, buttons=(QUEUE_ACTION,))
    pages = -(-len(found) // _PAGE_SIZE)
    at = min(page, pages)
    turns = (("Previous page", at - 1), ("Next page", at + 1))
    verb = "is" if len(found) == 1 else "are"
    return Reply(
        question or f"{pluralize(len(found), 'statement')} {verb} hidden here.",
        tuple(
            _hidden_item(moderator, each) for each in found[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
        ),
        buttons=(
            *(
                Action(label, Call("answers-hidden", {"page": str(to)}))
                for label, to in turns
                if 1 <= to <= pages
            ),
            QUEUE_ACTION,
        ),
        return_to=Call("answers-hidden", {"page": str(at)}),
    )


def _hidden_item(moderator: ModeratorContext, hidden: HiddenStatement) -> Item:
    changed = find_statement(moderator.context.content, hidden.entry, hidden.text) is None
    about = f"({hidden.reason}{'; the source text has changed since' if changed else ''})"
    prose: Prose = (f"{truncate(hidden.text, _TEXT_LENGTH)} ", Emphasis(about))
    return Item(prose, Action("Show again", Call("answers-unhide", {"statement": hidden.id})))


@answers_command(Example("answers unhide", shows=("Which statement", "Show again")))
async def answers_unhide(
    context: CommandContext, statement: Annotated[str | None, _HIDDEN] = None
) -> Reply:
    """Show a hidden statement again."""
    moderator = await ModeratorContext.open(context)
    if statement is None:
        return await _list_hidden(moderator, 1, "Which statement do you want to show again?")
    shown = await moderator.store.hidden.show(moderator.queue, statement)
    if shown is None:
        raise Refusal("That statement isn't hidden, or it's already shown again.", HIDDEN_ACTION)
    await moderator.record_audit("showed again", f"{shown.entry}: {shown.text}")
    change = StatementChange(shown.entry, shown.text, shown.reason, is_hidden=False)
    undo = await remember_change(moderator, statement=change)
    done = end_sentence(f"Shown again: “{truncate(shown.text, _TEXT_LENGTH)}”")
    return Reply(done, buttons=(undo, HIDDEN_ACTION))
