-- name: list_all()
SELECT id FROM queues ORDER BY id

-- name: get(community)
SELECT queue FROM queue_communities WHERE community = :community

-- name: revision(community)
SELECT queues.id, queues.revision
FROM queue_communities JOIN queues ON queues.id = queue_communities.queue
WHERE queue_communities.community = :community

-- name: list_communities(queue)
SELECT community FROM queue_communities WHERE queue = :queue ORDER BY community

-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET tips = tips WHERE id = :queue

-- name: add(queue)!
INSERT INTO queues (id, tips, schedules) VALUES (:queue, 0, 0)
ON CONFLICT (id) DO NOTHING

-- name: add_community(community, queue)!
INSERT INTO queue_communities (community, queue) VALUES (:community, :queue)
ON CONFLICT (community) DO NOTHING

-- name: delete(queue)!
DELETE FROM queues WHERE id = :queue

-- name: delete_codes(community, now)!
DELETE FROM link_codes WHERE community = :community OR expires_at <= :now

-- name: add_code(code, community, made_by, expires_at)!
INSERT INTO link_codes (code, community, made_by, expires_at)
VALUES (:code, :community, :made_by, :expires_at)

-- name: use_code(code, community, now)
DELETE FROM link_codes
WHERE code = :code AND expires_at > :now AND community <> :community
RETURNING community

-- name: replace_duplicates(ours, theirs)!
-- A channel that has had one of two equal tips counts as having had the other, too.
UPDATE occurrences SET tip = twin.id
FROM (
    SELECT mine.id AS mine, min(other.number) AS number
    FROM tips AS mine JOIN tips AS other ON other.text = mine.text
    WHERE mine.queue = :ours AND other.queue = :theirs
        AND other.state IN ('queued', 'held', 'suggested')
    GROUP BY mine.id
) AS same
JOIN tips AS twin ON twin.queue = :theirs AND twin.number = same.number
WHERE occurrences.tip = same.mine

-- name: move_cards_to_duplicates(ours, theirs)!
UPDATE cards SET tip = twin.id
FROM (
    SELECT mine.id AS mine, min(other.number) AS number
    FROM tips AS mine JOIN tips AS other ON other.text = mine.text
    WHERE mine.queue = :ours AND other.queue = :theirs
        AND other.state IN ('queued', 'held', 'suggested')
    GROUP BY mine.id
) AS same
JOIN tips AS twin ON twin.queue = :theirs AND twin.number = same.number
WHERE cards.tip = same.mine

-- name: delete_duplicates(ours, theirs)!
DELETE FROM tips
WHERE queue = :ours AND text IN (
    SELECT text FROM tips
    WHERE queue = :theirs AND state IN ('queued', 'held', 'suggested')
)

-- name: move_tips(ours, theirs)!
-- Appends the tips in their order.
UPDATE tips SET queue = :theirs, number = moved.number, place = moved.place
FROM (
    SELECT
        mine.id,
        queues.tips + row_number() OVER (ORDER BY mine.place, mine.number) AS number,
        (SELECT coalesce(max(place), -1) FROM tips WHERE queue = :theirs)
            + row_number() OVER (ORDER BY mine.place, mine.number) AS place
    FROM tips AS mine JOIN queues ON queues.id = :theirs
    WHERE mine.queue = :ours
) AS moved
WHERE tips.id = moved.id

-- name: copy_tips(shared, queue)!
-- A new id consists of the id of the queue and the number of the tip, so it is unique.
INSERT INTO tips (
    id, queue, number, state, place, text, link, role, topic, cites, seen, origin,
    suggested_by, suggested_in, reason, added_at, decided_by
)
SELECT
    CAST(:queue AS text) || '.' || CAST(nth AS text), CAST(:queue AS text), nth, state, nth,
    text, link, role, topic, cites, seen, origin, suggested_by, suggested_in, reason, added_at,
    decided_by
FROM (
    SELECT tips.*, row_number() OVER (ORDER BY place, number) AS nth
    FROM tips WHERE queue = :shared
) AS ranked

-- name: replace_with_copies(shared, queue, schedules)!
-- The same ids as in copy_tips.
UPDATE occurrences SET tip = CAST(:queue AS text) || '.' || CAST(ranked.nth AS text)
FROM (
    SELECT id, row_number() OVER (ORDER BY place, number) AS nth
    FROM tips WHERE queue = :shared
) AS ranked
WHERE occurrences.tip = ranked.id
    AND occurrences.schedule IN (SELECT key FROM json_each(:schedules))

-- name: move_cards_to_copies(shared, queue, community)!
-- The same ids as in copy_tips.
UPDATE cards SET tip = CAST(:queue AS text) || '.' || CAST(ranked.nth AS text)
FROM (
    SELECT id, row_number() OVER (ORDER BY place, number) AS nth
    FROM tips WHERE queue = :shared
) AS ranked
WHERE cards.tip = ranked.id AND cards.community = :community

-- name: list_schedules(queue)
SELECT id FROM schedules WHERE queue = :queue

-- name: list_schedules_of_community(queue, community)
SELECT id FROM schedules WHERE queue = :queue AND community = :community

-- name: move_schedules(schedules, queue)!
UPDATE schedules SET queue = :queue, number = moved.number
FROM (
    SELECT
        mine.id,
        queues.schedules + row_number() OVER (ORDER BY mine.number) AS number
    FROM schedules AS mine JOIN queues ON queues.id = :queue
    WHERE mine.id IN (SELECT key FROM json_each(:schedules))
) AS moved
WHERE schedules.id = moved.id

-- name: add_to_counters(queue, tips, schedules)!
-- Counts all numbers ever used, because a number is never used again.
UPDATE queues SET tips = tips + :tips, schedules = schedules + :schedules WHERE id = :queue

-- name: merge_counters(ours, theirs)!
UPDATE queues
SET answers = queues.answers + other.answers, feedback = queues.feedback + other.feedback,
    revision = queues.revision + 1
FROM queues AS other
WHERE queues.id = :theirs AND other.id = :ours

-- name: copy_counters(shared, queue)!
-- The copied answers and the moved feedback keep their numbers.
UPDATE queues
SET answers = other.answers, feedback = other.feedback, revision = other.revision + 1
FROM queues AS other
WHERE queues.id = :queue AND other.id = :shared

-- name: move_communities(ours, theirs)!
UPDATE queue_communities SET queue = :theirs WHERE queue = :ours

-- name: move_community(community, queue)!
UPDATE queue_communities SET queue = :queue WHERE community = :community

-- name: move_audit(ours, theirs)!
UPDATE audit SET queue = :theirs WHERE queue = :ours

-- name: copy_audit(shared, queue)!
INSERT INTO audit (queue, at, who, action, about)
SELECT CAST(:queue AS text), at, who, action, about FROM audit WHERE queue = :shared ORDER BY id

-- name: copy_new_blocks(source, target)!
INSERT INTO blocks (queue, member, blocked_by, at)
SELECT CAST(:target AS text), member, blocked_by, at FROM blocks WHERE queue = :source
ON CONFLICT (queue, member) DO NOTHING

-- name: delete_blocks(queue)!
DELETE FROM blocks WHERE queue = :queue

-- name: delete_cards_of_community(community)!
DELETE FROM cards WHERE community = :community

-- name: delete_notices(queue)!
DELETE FROM notices WHERE queue = :queue

-- name: delete_audit(queue)!
DELETE FROM audit WHERE queue = :queue

-- name: delete_tips(queue)!
DELETE FROM tips WHERE queue = :queue

-- name: delete_schedules(queue)!
-- Cascades to their occurrences and receipts.
DELETE FROM schedules WHERE queue = :queue

-- name: delete_schedules_of_community(community)!
-- Cascades to their occurrences and receipts.
DELETE FROM schedules WHERE community = :community

-- name: delete_community(community)!
DELETE FROM queue_communities WHERE community = :community

-- name: delete_codes_of_community(community)!
DELETE FROM link_codes WHERE community = :community

-- name: erase(owner)!
DELETE FROM link_codes WHERE made_by = :owner
