"""Commands to block members from suggesting tips, and to lift a block."""

import re
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, PickerType
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.reply import Action, ActionStyle, Inline, Item, Paragraph, Reply, Time
from bot.tips.cards import name_person
from bot.tips.context import ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.schedule_input import yes_or_no

_PERSON = re.compile(r"[a-z]+:(?:[A-Za-z0-9]{1,30}/)?[A-Za-z0-9]{1,40}")
_GROUP = re.compile(r"discord:role/\d+|slack:\w+/S\w+")
_MAX_LISTED = 20  # blocked members in the list
_LIST = Action("Show blocked members", Call("tips-unblock"))
_REVIEW = Action("Review suggestions", Call("tips-review"))


def _people(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that parses the ids of members, with spaces between them."""
    del registry

    def parse(text: str) -> NamedValue[str] | None:
        ids = text.split()
        is_valid = ids and all(_PERSON.fullmatch(x) or _GROUP.fullmatch(x) for x in ids)
        return NamedValue(text, text, text) if is_valid else None

    return ParsedNames("member", parse, "@ada")


_PEOPLE = Arg("the members", _people, picker=PickerType.PEOPLE, label="Members")
_SURE = Arg("yes: block them", yes_or_no)


@tips_command(Example("tips block", shows=("Nobody is blocked",)))
async def tips_block(
    context: CommandContext,
    people: Annotated[str | None, _PEOPLE] = None,
    sure: Annotated[bool, _SURE] = False,
) -> Reply:
    """Block members from suggesting tips, or see who is blocked."""
    moderator = await ModeratorContext.open(context)
    if people is None:
        return await _list_blocked(moderator)
    members = _split(people)
    if context.caller.id in members:
        raise Refusal("You can't block yourself. Pick another member.", _LIST)
    names = _join_names(moderator, members)
    if not sure:
        return _confirm(people, names)
    for member in members:
        store = moderator.store
        if await store.blocks.add(moderator.queue, member, context.caller.id, context.now):
            await moderator.record_audit("blocked suggestions", member)
    undo = Action("Unblock", Call("tips-unblock", {"people": people}))
    return confirmation(("Suggestions from ", *names, " are blocked."), undo, _REVIEW)


def _confirm(people: str, names: tuple[Inline, ...]) -> Reply:
    text = "If they suggest a tip, they get a polite refusal. Their earlier suggestions stay."
    block = Call("tips-block", {"people": people, "sure": "yes"})
    return Reply(
        ("Block suggestions from ", *names, "?"),
        (Paragraph(text),),
        buttons=(
            Action("Block suggestions", block, ActionStyle.DANGER),
            Action("Don't block", Call("tips-review")),
        ),
    )


@tips_command(Example("tips unblock", shows=("Nobody is blocked",)))
async def tips_unblock(
    context: CommandContext, people: Annotated[str | None, _PEOPLE] = None
) -> Reply:
    """Unblock members so that they can suggest tips again, or see who is blocked."""
    moderator = await ModeratorContext.open(context)
    if people is None:
        return await _list_blocked(moderator)
    members = _split(people)
    lifted = [
        each for each in members if await moderator.store.blocks.remove(moderator.queue, each)
    ]
    for member in lifted:
        await moderator.record_audit("unblocked suggestions", member)
    names = _join_names(moderator, members)
    if not lifted:
        verb = "isn't" if len(members) == 1 else "aren't"
        return Reply((*names, f" {verb} blocked."), buttons=(_LIST,))
    return confirmation((*names, " can suggest tips again."), _LIST)


async def _list_blocked(moderator: ModeratorContext) -> Reply:
    """Return the blocked members, each with a button to unblock them."""
    blocks = await moderator.store.blocks.list_for_queue(moderator.queue)
    if not blocks:
        text = "Block a member with the menu below their suggestion."
        return Reply("Nobody is blocked from suggesting tips.", (Paragraph(text),))
    nodes = tuple(
        Item(
            (name_person(each.member, moderator.community, "member"), ", since ", Time(each.at)),
            Action("Unblock", Call("tips-unblock", {"people": each.member})),
        )
        for each in blocks[:_MAX_LISTED]
    )
    rest = len(blocks) - _MAX_LISTED
    more = (Paragraph(f"And {rest} more."),) if rest > 0 else ()
    answer = f"{pluralize(len(blocks), 'member')} can't suggest tips."
    return Reply(answer, (*nodes, *more), return_to=Call("tips-unblock"))


def _split(people: str) -> tuple[str, ...]:
    """Return the ids in *people*; raise Refusal if one is a role's or a group's."""
    members = tuple(dict.fromkeys(people.split()))
    if any(_GROUP.fullmatch(each) for each in members):
        raise Refusal("Only members can be blocked, not roles or groups. Pick a member.", _LIST)
    return members


def _join_names(moderator: ModeratorContext, members: tuple[str, ...]) -> tuple[Inline, ...]:
    names: list[Inline] = []
    for each in members:
        name = name_person(each, moderator.community, "member")
        names += [", ", name] if names else [name]
    return tuple(names)
