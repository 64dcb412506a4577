"""What a community has taught the bot, for tests of the store."""

from databases.tip_rows import HOME, LEASE, NOON
from storage import CommunityAnswer, Feedback, FeedbackKind, NewAnswer, Store

MEMBER, MODERATOR = "discord:5", "discord:7"


async def add_answers(
    store: Store, *questions: str, community: str = HOME
) -> tuple[str, list[CommunityAnswer]]:
    """Add an answer to each question; return the queue and the answers."""
    queue = await store.queues.get_or_create(community)
    adding = [
        await store.answers.add(queue, NewAnswer(each, (), f"About {each}."), MODERATOR, NOON)
        for each in questions
    ]
    assert all(adding)
    return queue, [each for each in adding if each]


async def send(
    store: Store,
    text: str = "How do I get a badge?",
    community: str = HOME,
    member: str | None = MEMBER,
) -> Feedback:
    """Send a question to the moderators; return it as stored."""
    queue = await store.queues.get_or_create(community)
    sent = await store.feedback.add(
        queue, FeedbackKind.QUESTION, text, NOON, member=member, community=community
    )
    assert sent
    return sent


async def join(store: Store, community: str, host: str = HOME) -> None:
    """Merge the queue of *community* into that of *host*."""
    code = await store.queues.create_join_code(host, MODERATOR, NOON, NOON + LEASE)
    assert await store.queues.join(code, community, NOON) == host
