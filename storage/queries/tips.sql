-- name: next_numbers(queue, many)
-- Locks the queue until the transaction ends. Returns the highest of the new numbers.
UPDATE queues SET tips = tips + :many WHERE id = :queue RETURNING tips

-- name: last_place(queue)
SELECT coalesce(max(place), -1) FROM tips WHERE queue = :queue

-- name: add(id, queue, number, state, place, text, link, role, topic, cites, seen, origin, suggested_by, suggested_in, added_at)!
INSERT INTO tips (
    id, queue, number, state, place, text, link, role, topic, cites, seen, origin,
    suggested_by, suggested_in, added_at
)
VALUES (
    :id, :queue, :number, :state, :place, :text, :link, :role, :topic, :cites, :seen, :origin,
    :suggested_by, :suggested_in, :added_at
)

-- name: origins(queue)
SELECT DISTINCT origin FROM tips WHERE queue = :queue AND origin IS NOT NULL

-- name: list_added(queue, after)
SELECT * FROM tips WHERE queue = :queue AND number > :after ORDER BY number

-- name: list_for_queue(queue)
SELECT * FROM tips WHERE queue = :queue ORDER BY place, number

-- name: list_in_states(queue, states)
SELECT * FROM tips
WHERE queue = :queue AND state IN (SELECT key FROM json_each(:states))
ORDER BY place, number

-- name: get(queue, number)
SELECT * FROM tips WHERE queue = :queue AND number = CAST(:number AS bigint)

-- name: get_by_id(id)
SELECT * FROM tips WHERE id = :id

-- name: list_by_owner(owner)
SELECT * FROM tips WHERE suggested_by = :owner ORDER BY added_at, number

-- name: edit(queue, number, text, link, role, topic, cites, seen)
UPDATE tips
SET text = :text, link = :link, role = :role, topic = :topic, cites = :cites, seen = :seen
WHERE queue = :queue AND number = CAST(:number AS bigint)
    AND state NOT IN ('removed', 'denied')
RETURNING *

-- name: position(queue, place, number)
SELECT count(*) FROM tips
WHERE queue = :queue AND state = 'queued' AND (
    place < CAST(:place AS bigint)
    OR (place = CAST(:place AS bigint) AND number <= CAST(:number AS bigint))
)

-- name: decide(queue, number, state, states, reason, decided_by, seen)
UPDATE tips
SET state = :state, reason = :reason, decided_by = :decided_by, seen = coalesce(:seen, seen)
WHERE queue = :queue AND number = CAST(:number AS bigint)
    AND state IN (SELECT key FROM json_each(:states))
RETURNING *

-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET tips = tips WHERE id = :queue

-- name: move(queue, number, place)!
-- Renumbers the tips between the old and the new place. Changes nothing if the tip is not queued.
UPDATE tips SET place = moved.place
FROM (
    SELECT
        id,
        CASE
            WHEN number = CAST(:number AS bigint) THEN CAST(:place AS integer)
            WHEN nth >= CAST(:place AS integer) THEN nth + 1
            ELSE nth
        END AS place
    FROM (
        SELECT
            id,
            number,
            row_number() OVER (
                PARTITION BY number = CAST(:number AS bigint) ORDER BY place, number
            ) - 1 AS nth
        FROM tips
        WHERE queue = :queue AND state = 'queued'
    ) AS ranked
) AS moved
WHERE tips.id = moved.id AND EXISTS (
    SELECT 1 FROM tips AS chosen
    WHERE chosen.queue = :queue AND chosen.number = CAST(:number AS bigint)
        AND chosen.state = 'queued'
)

-- name: erase_undecided(owner)!
DELETE FROM tips WHERE suggested_by = :owner AND state IN ('suggested', 'denied')

-- name: erase_names(owner)!
UPDATE tips SET suggested_by = NULL, suggested_in = NULL WHERE suggested_by = :owner

-- name: erase_deciders(owner)!
UPDATE tips SET decided_by = NULL WHERE decided_by = :owner
