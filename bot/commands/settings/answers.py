"""The settings for answers that a whole channel sees: in which channels, to mentions, how many."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.settings import PANEL, settings_command
from bot.community.inbox import ASKER_DAYS
from bot.community.public_answers import (
    CHANNELS,
    DEFAULT_LIMIT,
    LIMIT,
    MENTIONS,
    AnswerSettings,
    Limit,
    MentionAnswers,
)
from bot.community.questions import KEEP_QUESTIONS, PEOPLE
from bot.errors import Refusal
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.reply import Action, Channel, Fields, Inline, Prose, Reply
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import channels as channel_names
from bot.tips.schedule_input import yes_or_no
from bot.tips.validation import find_channel

_ALL = "all"
_MAX_CHANNELS = 25  # as many as Discord's picker can return
_MAX_CHANNEL_TEXT = 1_000  # characters
_COMMAND = "settings-answers"
_KEPT = (
    f"kept without a name once {PEOPLE} people have asked the same question. Until then, I store "
    f"who asked, for up to {ASKER_DAYS} days"
)
_NOT_KEPT = "only counted, unless a member sends one to you"
_READERS = {
    MentionAnswers.PUBLIC: "everybody, in a thread",
    MentionAnswers.PRIVATE: "only the person who asks",
}


def _mention_answers(registry: NameRegistry) -> NameIndex[MentionAnswers]:
    """Return a NameIndex with the two ways of answering mentions."""
    del registry
    return NameIndex("way to answer", (NamedValue(each, each, each) for each in MentionAnswers))


def _limits(registry: NameRegistry) -> NameIndex[Limit]:
    """Return a NameIndex with the limits, such as "3 answers in 1 minute"."""
    del registry
    return NameIndex("limit", (NamedValue(each.value, str(each), each) for each in Limit))


def _channel_lists(registry: NameRegistry) -> NameIndex[tuple[str, ...]]:
    """Return a NameIndex that parses several channels, or "all", which is an empty tuple."""
    one = channel_names(registry)

    def parse(text: str) -> NamedValue[tuple[str, ...]] | None:
        words = text.replace(",", " ").replace('"', " ").split()
        if [each.casefold() for each in words] == [_ALL]:
            return NamedValue(_ALL, "all channels", ())
        found = tuple(each.value for word in words if (each := one.lookup(word)))
        is_whole = bool(found) and len(found) == len(words)
        return NamedValue(" ".join(found), " ".join(found), found) if is_whole else None

    return ParsedNames("list of channels", parse, "#general #jobs, or all", (_ALL,))


@settings_command(
    Example("settings answers", shows=("public in all channels", "5 answers in 30 seconds")),
    Example("settings answers private", shows=("only the person who asks",)),
)
async def settings_answers(
    context: CommandContext,
    mentions: Annotated[
        MentionAnswers | None, Arg("who sees answers to mentions", _mention_answers)
    ] = None,
    limit: Annotated[
        Limit | None, Arg("how many public answers each person gets in a channel", _limits)
    ] = None,
    keep_questions: Annotated[
        bool | None, Arg("yes: keep unanswered questions that five people asked", yes_or_no)
    ] = None,
) -> Reply:
    """Choose where everyone can see answers, and whether unanswered questions are kept.

    By default, the bot answers a mention in any channel in a thread that everyone can read, and
    members can share answers in any channel. Where answers can't be public, only the person who
    asks sees them. A question without an answer is kept only if the member sends it to you. With
    keep-questions, it's also kept, without a name, once five people have asked it; `privacy` says
    so.
    """
    moderator = await ModeratorContext.open(context)
    if mentions is not None:
        await _store(moderator, MENTIONS, mentions, MentionAnswers.PUBLIC)
        await moderator.record_audit("chose who sees answers to mentions:", _READERS[mentions])
    if limit is not None:
        await _store(moderator, LIMIT, limit, DEFAULT_LIMIT)
        await moderator.record_audit("limited public answers to", str(limit))
    if keep_questions is not None:
        await _keep_questions(moderator, is_on=keep_questions)
    return await _show(moderator)


async def _keep_questions(moderator: ModeratorContext, *, is_on: bool) -> None:
    """Switch the keeping of questions on or off; off deletes who asked until now."""
    await _store(moderator, KEEP_QUESTIONS, "yes" if is_on else "", "")
    if not is_on:
        await moderator.store.question_counts.forget_all_askers(moderator.queue)
    what = "to keep" if is_on else "not to keep"
    await moderator.record_audit(f"chose {what}", f"unanswered questions that {PEOPLE} people ask")


async def _chosen_channels(context: CommandContext) -> Mapping[str, str]:
    """Return the value with which the form for channels opens."""
    moderator = await ModeratorContext.open(context)
    return {"channels": " ".join(sorted((await _load(moderator)).channels))}


@settings_command(
    hidden=True,
    form=FormLayout("Public answers", "Save channels", ("channels",), _chosen_channels),
)
async def settings_answer_channels(
    context: CommandContext,
    channels: Annotated[
        tuple[str, ...],
        Arg(
            "the channels where everyone can see answers",
            _channel_lists,
            max_length=_MAX_CHANNEL_TEXT,
            picker=PickerType.CHANNELS,
        ),
    ],
) -> Reply:
    """Choose the channels in which answers may be public: #general #jobs, or all."""
    moderator = await ModeratorContext.open(context)
    if len(channels) > _MAX_CHANNELS:
        raise Refusal(f"Choose up to {_MAX_CHANNELS} channels, or all. Nothing was changed.")
    chosen = [await _find_own_channel(moderator, each) for each in dict.fromkeys(channels)]
    stored = " ".join(sorted(chosen))
    await _store(moderator, CHANNELS, stored, "")
    await moderator.record_audit("chose where answers may be public:", stored or "all channels")
    return await _show(moderator)


async def _find_own_channel(moderator: ModeratorContext, channel: str) -> str:
    """Return the id of a channel of the moderator's own community; raise Refusal for others."""
    found = await find_channel(moderator, channel)
    if found.community != moderator.community:
        raise Refusal(f"#{found.name} isn't a channel here. Nothing was changed.")
    return found.id


async def _load(moderator: ModeratorContext) -> AnswerSettings:
    return AnswerSettings.of(await _preferences(moderator))


async def _preferences(moderator: ModeratorContext) -> Mapping[str, str]:
    return await moderator.store.preferences.get_all(moderator.community)


async def _store(moderator: ModeratorContext, name: str, value: str, default: str) -> None:
    """Store a preference; the default is stored as none, so that it may change later."""
    stored = value.value if isinstance(value, StrEnum) else value
    preferences = moderator.store.preferences
    await preferences.set(moderator.community, name, None if value == default else stored)


async def _show(moderator: ModeratorContext) -> Reply:
    """Return the settings, with buttons that change them."""
    preferences = await _preferences(moderator)
    settings, keeps = AnswerSettings.of(preferences), KEEP_QUESTIONS in preferences
    is_public = settings.mentions is MentionAnswers.PUBLIC
    other = MentionAnswers.PRIVATE if is_public else MentionAnswers.PUBLIC
    facts: tuple[tuple[str, Prose], ...] = (
        ("Who sees answers to mentions", _READERS[settings.mentions]),
        ("Limit", f"{settings.limit} for each person in a channel"),
        ("Unanswered questions", _KEPT if keeps else _NOT_KEPT),
    )
    buttons = [Action("Choose channels", Call("settings-answer-channels"))]
    if settings.channels:
        every = Call("settings-answer-channels", {"channels": _ALL})
        buttons.append(Action("Allow all channels", every))
    toggle = Call(_COMMAND, {"mentions": other})
    buttons.append(Action(f"Answer mentions {other}ly", toggle))
    kept = f"questions that {PEOPLE} people ask"
    label = f"Stop keeping {kept}" if keeps else f"Keep {kept}"
    keeping = Action(label, Call(_COMMAND, {"keep-questions": "no" if keeps else "yes"}))
    limits = (each for each in Limit if each is not settings.limit)
    return Reply(
        _describe_channels(settings),
        (Fields(facts),),
        buttons=tuple(buttons),
        more=(
            keeping,
            *(Action(f"Limit: {each}", Call(_COMMAND, {"limit": each.value})) for each in limits),
        ),
        return_to=PANEL,
    )


def _describe_channels(settings: AnswerSettings) -> Prose:
    if not settings.channels:
        return "Answers can be public in all channels."
    words: list[Inline] = ["Answers can only be public in "]
    for number, each in enumerate(sorted(settings.channels)):
        words += [", ", Channel(each)] if number else [Channel(each)]
    return (*words, ".")
