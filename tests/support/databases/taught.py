"""Own answers, questions and hidden statements for tests of the store."""

# ruff: noqa: S608 - the SQL is made of the tests' own words

from databases.manual_changes import change_by_hand
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


async def fill_answers(store: Store, queue: str, count: int) -> None:
    """Store the answers 1 to *count* in an empty queue, all at once."""
    columns = {"question": "'q ' || n", "wordings": "''", "text": "'a'", "review_told": "FALSE"}
    columns |= {"created_at": f"'{NOON}'", "updated_at": f"'{NOON}'"}
    await _fill(store, queue, count, ("community_answers", "answers"), columns)


async def fill_feedback(store: Store, queue: str, count: int) -> None:
    """Store the unnamed questions 1 to *count* in an empty queue, all at once."""
    columns = {"kind": "'question'", "text": "'q'", "at": f"'{NOON}'", "state": "'waiting'"}
    await _fill(store, queue, count, ("feedback", "feedback"), columns)


async def _fill(
    store: Store, queue: str, count: int, where: tuple[str, str], columns: dict[str, str]
) -> None:
    """Insert numbered rows; *where* is the table, and the column with the queue's last number."""
    table, counter = where
    columns = {"id": f"'{queue}-' || n", "queue": f"'{queue}'", "number": "n", **columns}
    numbers = f"SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}"
    insert = f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE numbers (n) AS"
    select = f"SELECT {', '.join(columns.values())} FROM numbers"
    await change_by_hand(store, f"{insert} ({numbers}) {select}")
    change = f"UPDATE queues SET {counter} = {count} WHERE id = '{queue}'"
    assert await change_by_hand(store, change) == 1


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
