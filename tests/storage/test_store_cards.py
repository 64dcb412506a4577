"""Moderation cards and blocks: they follow tips and queues, and are erased with them."""

from databases.tip_rows import AWAY, HOME, LEASE, NOON, fill_queue

from storage import Card, NewTip, Store, TipState

WHO, MODERATOR = "discord:5", "discord:7"


async def suggest(store: Store, text: str, community: str = HOME) -> tuple[str, Card]:
    """Add a suggestion of WHO, and a card about it; return the queue and the card."""
    queue = await store.queues.get_or_create(community)
    [tip] = await store.tips.add(queue, [NewTip(text)], NOON, (WHO, community))
    card = Card(f"{community}/room", f"{community}/{text}", tip.id, community)
    await store.cards.add(card)
    return queue, card


async def test_a_card_is_stored_once_and_only_with_its_tip(store: Store) -> None:
    _, card = await suggest(store, "a")
    await store.cards.add(card)
    await store.cards.add(Card("c", "m", "no such tip", HOME))
    assert await store.cards.list_for_tip(card.tip) == (card,)
    assert await store.cards.list_for_tip("no such tip") == ()
    assert await store.cards.list_by_suggester(WHO) == (card,)
    await store.cards.remove(card)
    assert await store.cards.list_for_tip(card.tip) == ()


async def test_only_cards_of_waiting_tips_are_undecided(store: Store) -> None:
    queue, first = await suggest(store, "a")
    _, second = await suggest(store, "b")
    assert await store.cards.list_undecided(queue) == (first, second)
    await store.tips.decide(
        queue, 1, TipState.QUEUED, current_states=[TipState.SUGGESTED], decided_by=MODERATOR
    )
    assert await store.cards.list_undecided(queue) == (second,)


async def test_erasing_a_person_erases_cards_and_decisions_but_no_block(store: Store) -> None:
    queue, card = await suggest(store, "a")
    await fill_queue(store, "b")
    states = [TipState.QUEUED]
    await store.tips.decide(queue, 2, TipState.REMOVED, current_states=states, decided_by=WHO)
    assert await store.blocks.add(queue, WHO, MODERATOR, NOON)
    assert await store.blocks.add(queue, "discord:6", WHO, NOON)
    await store.audit.add(queue, NOON, MODERATOR, "blocked suggestions", WHO)
    await store.erase(WHO)
    assert await store.cards.list_for_tip(card.tip) == ()
    [left] = await store.tips.list_for_queue(queue)
    assert left.decided_by is None
    assert {each.member: each.blocked_by for each in await store.blocks.list_for_queue(queue)} == {
        WHO: MODERATOR,
        "discord:6": None,
    }
    [entry] = await store.audit.list_for_queue(queue, 5)
    assert entry.details == "a member"


async def test_a_block_is_made_and_lifted_once(store: Store) -> None:
    queue, _ = await suggest(store, "a")
    assert await store.blocks.add(queue, WHO, MODERATOR, NOON)
    assert not await store.blocks.add(queue, WHO, MODERATOR, NOON)
    assert await store.blocks.is_blocked(queue, WHO)
    assert not await store.blocks.is_blocked(await store.queues.get_or_create(AWAY), WHO)
    assert [each.queue for each in await store.blocks.list_by_member(WHO)] == [queue]
    assert await store.blocks.remove(queue, WHO)
    assert not await store.blocks.remove(queue, WHO)
    assert not await store.blocks.is_blocked(queue, WHO)


async def test_blocks_and_cards_follow_a_queue_that_is_shared_and_parted(store: Store) -> None:
    mine, kept = await suggest(store, "same")
    theirs, moved = await suggest(store, "same", AWAY)
    _, other = await suggest(store, "other", AWAY)
    await store.blocks.add(mine, WHO, MODERATOR, NOON)
    await store.blocks.add(theirs, WHO, MODERATOR, NOON)
    await store.blocks.add(theirs, "slack:T2/U3", MODERATOR, NOON)
    code = await store.queues.create_join_code(HOME, MODERATOR, NOON, NOON + LEASE)
    assert await store.queues.join(code, AWAY, NOON) == HOME
    both = {each.message for each in await store.cards.list_for_tip(kept.tip)}
    assert both == {kept.message, moved.message}  # the duplicate tip is gone, its card isn't
    assert [each.tip for each in await store.cards.list_undecided(mine)].count(other.tip) == 1
    assert {each.member for each in await store.blocks.list_for_queue(mine)} == {WHO, "slack:T2/U3"}
    assert await store.queues.leave(AWAY)
    away = await store.queues.get_or_create(AWAY)
    cards = await store.cards.list_undecided(away)
    assert {each.message for each in cards} == {moved.message, other.message}
    assert {each.message for each in await store.cards.list_undecided(mine)} == {kept.message}
    assert len(await store.blocks.list_for_queue(away)) == 2


async def test_erasing_a_community_erases_its_cards_and_its_queues_blocks(store: Store) -> None:
    queue, card = await suggest(store, "a")
    await store.blocks.add(queue, WHO, MODERATOR, NOON)
    code = await store.queues.create_join_code(HOME, MODERATOR, NOON, NOON + LEASE)
    await store.queues.join(code, AWAY, NOON)
    theirs = Card("slack:T2/C1", "slack:T2/1.2", card.tip, AWAY)
    await store.cards.add(theirs)
    await store.erase_community(HOME)
    assert await store.cards.list_for_tip(card.tip) == (theirs,)
    assert await store.blocks.is_blocked(queue, WHO)
    await store.erase_community(AWAY)
    assert await store.cards.list_for_tip(card.tip) == ()
    assert await store.blocks.list_by_member(WHO) == ()


async def test_the_place_of_a_tip_counts_queued_tips_only(store: Store) -> None:
    queue, _ = await fill_queue(store, "a", "b", "c")
    await store.tips.move(queue, 3, 1)
    await store.tips.decide(queue, 1, TipState.REMOVED, current_states=[TipState.QUEUED])
    placed = {each.text: each for each in await store.tips.list_for_queue(queue, TipState.QUEUED)}
    assert await store.tips.position(placed["c"]) == 1
    assert await store.tips.position(placed["b"]) == 2
