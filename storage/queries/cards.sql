-- name: add(channel, message, tip, community, direct)!
-- Adds nothing if the tip was deleted meanwhile.
INSERT INTO cards (channel, message, tip, community, direct)
SELECT
    CAST(:channel AS text), CAST(:message AS text), id, CAST(:community AS text),
    CAST(:direct AS boolean)
FROM tips WHERE id = :tip
ON CONFLICT (channel, message) DO NOTHING

-- name: find_tip(channel, message)
SELECT tip FROM cards WHERE channel = :channel AND message = :message

-- name: list_for_tip(tip)
SELECT * FROM cards WHERE tip = :tip ORDER BY channel, message

-- name: list_by_suggester(owner)
SELECT cards.* FROM cards JOIN tips ON tips.id = cards.tip
WHERE tips.suggested_by = :owner ORDER BY channel, message

-- name: list_undecided(queue)
SELECT cards.* FROM cards JOIN tips ON tips.id = cards.tip
WHERE tips.queue = :queue AND tips.state IN ('suggested', 'held') ORDER BY channel, message

-- name: remove(channel, message)!
DELETE FROM cards WHERE channel = :channel AND message = :message
