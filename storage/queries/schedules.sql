-- name: next_number(queue)
-- Locks the queue until the transaction ends.
UPDATE queues SET schedules = schedules + 1 WHERE id = :queue RETURNING schedules

-- name: add(id, queue, number, community, channel, weekday, minute, zone, weeks, first, shuffled, again, thread, pin, mention, missed, hours, state, next_due, made_by, made_at)
INSERT INTO schedules (
    id, queue, number, community, channel, weekday, minute, zone, weeks, first, shuffled, again,
    thread, pin, mention, missed, hours, state, next_due, made_by, made_at
)
VALUES (
    :id, :queue, :number, :community, :channel, :weekday, :minute, :zone, :weeks, :first,
    :shuffled, :again, :thread, :pin, :mention, :missed, :hours, :state, :next_due, :made_by,
    :made_at
)
RETURNING *

-- name: count_same(queue, channel, weekday, minute, zone)
SELECT count(*) FROM schedules
WHERE queue = :queue AND channel = :channel AND weekday = :weekday AND minute = :minute
    AND zone = :zone AND state <> 'removed'

-- name: list_for_queue(queue)
SELECT * FROM schedules WHERE queue = :queue AND state <> 'removed' ORDER BY number

-- name: get(queue, number)
SELECT * FROM schedules
WHERE queue = :queue AND number = CAST(:number AS bigint) AND state <> 'removed'

-- name: get_by_id(id)
SELECT * FROM schedules WHERE id = :id

-- name: list_active()
SELECT * FROM schedules WHERE state = 'active' ORDER BY next_due, id

-- name: list_by_owner(owner)
SELECT * FROM schedules WHERE made_by = :owner ORDER BY made_at, number

-- name: set_plan(id, community, channel, weekday, minute, zone, weeks, first, shuffled, again, thread, pin, mention, missed, hours)!
UPDATE schedules
SET community = :community, channel = :channel, weekday = :weekday, minute = :minute,
    zone = :zone, weeks = :weeks, first = :first, shuffled = :shuffled, again = :again,
    thread = :thread, pin = :pin, mention = :mention, missed = :missed, hours = :hours
WHERE id = :id

-- name: set_state(id, state, why)!
UPDATE schedules SET state = :state, why = :why WHERE id = :id

-- name: set_next_due(id, next_due)!
UPDATE schedules SET next_due = :next_due WHERE id = :id

-- name: advance(id, due, next_due)!
UPDATE schedules SET next_due = :next_due
WHERE id = :id AND next_due = :due AND state = 'active'

-- name: add_occurrence(schedule, due_at, channel, state)!
-- An existing occurrence changes only if it is planned.
INSERT INTO occurrences (schedule, due_at, channel, state, since)
VALUES (:schedule, :due_at, :channel, :state, :due_at)
ON CONFLICT (schedule, due_at)
DO UPDATE SET state = excluded.state, channel = excluded.channel
WHERE occurrences.state = 'planned'

-- name: erase(owner)!
UPDATE schedules SET made_by = NULL WHERE made_by = :owner
