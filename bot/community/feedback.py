"""Members' questions and reports to the moderators: storing them, and reporting the outcome."""

from dataclasses import dataclass

from bot.app import CommandContext
from bot.call import Call
from bot.command import truncate
from bot.community.inbox import SentToday
from bot.community.own_answers.page import answer_parts
from bot.errors import Refusal
from bot.formatting import end_sentence
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.platform import DeliveryError
from bot.reply import Action, CommandLine, Node, Paragraph, Prose, Reply
from bot.tips.context import ModeratorContext, TipContext
from storage import CommunityAnswer, Feedback, FeedbackKind, FeedbackState

MAX_WAITING = 5  # of one member's questions and reports, with their name
_MAX_A_DAY = 10  # that one member may send, with or without their name
_QUOTE_LENGTH = 200  # characters of a question in the message about it
_NOTICE = "feedback waits"  # the record that moderators were told
_WORDS = {FeedbackKind.REPORT: "report"}
_BLOCKED = (
    "The moderators aren't taking questions or reports from you right now. Everything else works "
    "as before. If you think that's a mistake, ask one of them."
)
_TOO_MUCH = f"You've sent {_MAX_A_DAY} questions and reports within a day. You can send more later."
_FULL = (
    "Too many questions and reports are waiting for the moderators, so yours wasn't stored. Try "
    "again in a few days, or ask in a channel."
)
_MINE_WAIT = (
    f"{MAX_WAITING} of your questions and reports are waiting for the moderators. You can send "
    "more after that."
)


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """A question or report to store. *about* is the line of the answer that a report is about."""

    kind: FeedbackKind
    text: str
    suggestion: str | None = None
    link: str | None = None
    about: str | None = None
    fingerprint: str | None = None


def name_choices(registry: NameRegistry) -> NameIndex[bool]:
    """Return a NameIndex with the choice to send something with or without one's name."""
    del registry
    choices = (("yes", "With my name", True), ("no", "Without my name", False))
    return NameIndex("choice", (NamedValue(*each) for each in choices))


async def open_inbox(context: CommandContext) -> ModeratorContext:
    """Return the context of the member's community.

    Raise Refusal if the member isn't in a community, is blocked or has sent too much today.
    """
    moderator, member = await ModeratorContext.open(context, "moderators"), context.caller.id
    if await moderator.store.blocks.is_blocked(moderator.queue, member):
        raise Refusal(_BLOCKED)
    if context.app.inbox.sent_today(member).count >= _MAX_A_DAY:
        raise Refusal(_TOO_MUCH)
    return moderator


async def send_to_moderators(context: CommandContext, new: NewFeedback, *, named: bool) -> Reply:
    """Store *new* for the moderators, tell them in the background, and return the confirmation.

    What waits already isn't stored twice. Raise Refusal if the member can't send it now.
    """
    inbox, member = context.app.inbox, context.caller.id
    async with inbox.lock(member):
        moderator, sent = await open_inbox(context), inbox.sent_today(member)
        known = await _find_same(moderator, new) if named else None
        if known is not None:
            return _confirmation(known, f"The moderators already have your {_word(new.kind)}.")
        if not named and new.text in sent.unnamed:
            raise Refusal(f"You've already sent this {_word(new.kind)}. The moderators have it.")
        added = await _add(moderator, new, sent, named=named)
    inbox.start(announce(moderator.tips, added))
    return _confirmation(added)


async def _find_same(moderator: ModeratorContext, new: NewFeedback) -> Feedback | None:
    """Return the member's own feedback that waits and says the same as *new*, or None."""
    mine = await moderator.store.feedback.list_by_member(moderator.context.caller.id)
    wanted = (moderator.queue, FeedbackState.WAITING, new.kind, new.text, new.about)
    return next(
        (x for x in mine if (x.queue, x.state, x.kind, x.text, x.about) == wanted),
        None,
    )


async def _add(
    moderator: ModeratorContext, new: NewFeedback, sent: SentToday, *, named: bool
) -> Feedback:
    """Store *new* and return it; raise Refusal if there is no room."""
    member, box, queue = moderator.context.caller.id, moderator.store.feedback, moderator.queue
    added = await box.add(
        queue,
        new.kind,
        new.text,
        moderator.context.now,
        suggestion=new.suggestion,
        link=new.link,
        about=new.about,
        fingerprint=new.fingerprint,
        member=member if named else None,
        community=moderator.community,
        member_limit=MAX_WAITING if named else None,
    )
    if added is None:
        is_mine = named and await box.count_waiting_by(queue, member) >= MAX_WAITING
        raise Refusal(_MINE_WAIT if is_mine else _FULL)
    sent.count += 1
    if named:
        await moderator.record_audit("sent the moderators", f"{_word(new.kind)} {added.number}")
    else:
        sent.unnamed.add(new.text)
    return added


def _confirmation(feedback: Feedback, answer: str = "") -> Reply:
    """Return the reply that says what is stored, with a button that withdraws it."""
    word = _word(feedback.kind)
    thanks = f"Thank you. Your {word} is stored for the moderators."
    told: Prose = "It doesn't include your name, so I can't tell you what they decide."
    if feedback.member:
        says = "It includes your name, so I can tell you privately what they decide. To see and "
        told = (says, "delete it: ", CommandLine("privacy"))
    withdraw = Action("Withdraw", Call("withdraw-feedback", {"id": feedback.id}))
    return Reply(answer or thanks, (Paragraph(told),), buttons=(withdraw,))


def _word(kind: FeedbackKind) -> str:
    return _WORDS.get(kind, "question")


async def withdraw(context: CommandContext, feedback_id: str) -> Feedback | None:
    """Delete what waits for the moderators under an id, and return it.

    Return None if nothing with this id waits. What has a name is only deleted by its author; of the
    rest, only its author knows the id.
    """
    store, caller = await context.store(), context.caller
    gone = await store.feedback.withdraw(feedback_id, caller.id)
    if gone is None:
        return None
    app = context.app
    app.inbox.sent_today(caller.id).unnamed.discard(gone.text)
    tips = TipContext(context.content, app.platforms, store, lambda: context.now, app.metrics)
    if gone.member:
        subject = f"{_word(gone.kind)} {gone.number}"
        await tips.record_audit(gone.queue, "withdrew", subject, caller.id)
    await settle_notice(tips, gone.queue)
    return gone


async def announce(context: TipContext, feedback: Feedback) -> None:
    """Notify the moderators that *feedback* is waiting, only once until nothing is waiting.

    The notice has neither the text nor a name, so that withdrawing and deleting leave nothing.
    """
    queue, audit = feedback.queue, context.store.audit
    if await context.store.feedback.count_waiting(queue) <= 1:
        await audit.delete_notice(queue, _NOTICE)
    if not await audit.add_notice(queue, _NOTICE, context.clock()):
        return
    notice, subject = _waiting_notice(feedback), f"feedback {feedback.id}"
    told = context.notify_communities(queue, lambda _: notice, subject, panel="answers queue")
    if not [each async for each in told]:  # the next one tries again
        await audit.delete_notice(queue, _NOTICE)


async def settle_notice(context: TipContext, queue: str) -> None:
    """Allow the next feedback to send a notice, if nothing in *queue* is waiting anymore."""
    if not await context.store.feedback.count_waiting(queue):
        await context.store.audit.delete_notice(queue, _NOTICE)


def _waiting_notice(feedback: Feedback) -> Reply:
    show = Action("Show what's waiting", Call("answers-queue"))
    if feedback.kind is FeedbackKind.REPORT:
        return Reply("A member reported that an answer is wrong or incomplete.", buttons=(show,))
    answer = Action("Answer", Call("answers-answer", {"item": str(feedback.number)}))
    text = "I got a question that I can't answer."
    return Reply(text, buttons=(answer, show))


async def tell_outcome(
    context: CommandContext, feedback: Feedback, answer: CommunityAnswer | None
) -> bool:
    """Send the author of *feedback* a message about the moderators' decision.

    *answer* is the answer that they wrote or chose, if they did. Return False if the author can't
    be told, and True if they were or if it has no name.
    """
    member = feedback.member
    if member is None:
        return True
    platform = context.app.platforms.get(member.partition(":")[0])
    if platform is None:
        return False
    try:
        await platform.send_direct_message(member, _outcome(context, feedback, answer))
    except (DeliveryError, Refusal):
        return False
    return True


def _outcome(context: CommandContext, feedback: Feedback, answer: CommunityAnswer | None) -> Reply:
    """Return the message to the author: the decision, what it is about, and what they can do."""
    is_report = feedback.kind is FeedbackKind.REPORT
    nodes: list[Node] = [Paragraph(f"“{truncate(feedback.text, _QUOTE_LENGTH)}”")]
    buttons: tuple[Action, ...] = ()
    says: Prose
    match feedback.state:
        case FeedbackState.HIDDEN:
            says = "Thank you for your report. The moderators have hidden what you reported."
        case FeedbackState.DECLINED if is_report:
            says = "Thank you for your report. The moderators left the answer as it is."
        case FeedbackState.DECLINED:
            says = "Thank you for your question. The moderators won't add an answer to it."
        case _ if is_report:
            says = "Thank you for your report. The moderators' answer is now:"
        case _:
            says = "The moderators have answered your question:"
    if feedback.reason:
        nodes.append(Paragraph(f"Their reason: {end_sentence(feedback.reason)}"))
    if feedback.state is FeedbackState.DECLINED:
        nodes.append(Paragraph(_ADVICE_ON_REPORT if is_report else _ADVICE_ON_QUESTION))
    entry = context.content.faq.get(answer.entry) if answer and answer.entry else None
    if entry is not None:
        nodes.append(Paragraph(entry.question))
        buttons = (Action("Show the answer", Call("ask", {"question": entry.question})),)
    elif answer is not None:
        first, more = answer_parts(answer)
        nodes += [Paragraph(first), *more]
    return Reply(says, tuple(nodes), buttons=buttons)


_ADVICE_ON_QUESTION = (
    "You can ask it in a channel, where other members may know. I may also find an answer if you "
    "word it differently."
)
_ADVICE_ON_REPORT = (
    "If you know a page that shows it, report the answer again with the link. That helps them most."
)
