-- name: get(schedule, due_at)
-- One query reads an occurrence and its receipts, so that both are in the same state.
SELECT occurrences.*, step, receipts.state AS step_state, tries, says, at
FROM occurrences LEFT JOIN receipts
    ON receipts.schedule = occurrences.schedule AND receipts.due_at = occurrences.due_at
WHERE occurrences.schedule = :schedule AND occurrences.due_at = :due_at

-- name: list_due()
SELECT occurrences.*, step, receipts.state AS step_state, tries, says, at
FROM occurrences LEFT JOIN receipts
    ON receipts.schedule = occurrences.schedule AND receipts.due_at = occurrences.due_at
WHERE occurrences.state = 'due'
ORDER BY occurrences.due_at, occurrences.schedule

-- name: list_for_queue(queue, states, latest)
SELECT found.*, step, receipts.state AS step_state, tries, says, at
FROM (
    SELECT * FROM occurrences
    WHERE schedule IN (SELECT id FROM schedules WHERE queue = :queue)
        AND state IN (SELECT key FROM json_each(:states))
    ORDER BY due_at DESC, schedule
    LIMIT :latest
) AS found LEFT JOIN receipts
    ON receipts.schedule = found.schedule AND receipts.due_at = found.due_at
ORDER BY found.due_at DESC, found.schedule

-- name: list_posted_tips(queue, channel)
SELECT tip FROM occurrences
WHERE schedule IN (SELECT id FROM schedules WHERE queue = :queue)
    AND channel = :channel AND message IS NOT NULL AND tip IS NOT NULL
ORDER BY posted_at, due_at

-- name: find_previous_pin(schedule, due_at, channel)
SELECT message
FROM occurrences JOIN receipts
    ON receipts.schedule = occurrences.schedule AND receipts.due_at = occurrences.due_at
WHERE occurrences.schedule = :schedule AND occurrences.due_at < :due_at AND channel = :channel
    AND message IS NOT NULL AND step = 'pin' AND receipts.state = 'done'
ORDER BY occurrences.due_at DESC
LIMIT 1

-- name: claim(schedule, due_at, owner, now, until, latest)!
-- Ignores a lease that ends after the latest possible time, because a wrong clock has set it.
UPDATE occurrences SET owner = :owner, leased_until = :until
WHERE schedule = :schedule AND due_at = :due_at AND state = 'due'
    AND (owner IS NULL OR owner = :owner OR leased_until <= :now OR leased_until > :latest)
    AND (retry_at IS NULL OR retry_at <= :now)

-- name: hold(schedule, due_at, owner)!
-- Locks the row until the transaction ends.
UPDATE occurrences SET owner = owner
WHERE schedule = :schedule AND due_at = :due_at AND owner = :owner AND state = 'due'

-- name: set_tip(schedule, due_at, owner, tip)!
UPDATE occurrences SET tip = :tip
WHERE schedule = :schedule AND due_at = :due_at AND owner = :owner AND state = 'due'

-- name: record_post(schedule, due_at, owner, message, posted_at)!
UPDATE occurrences SET message = :message, posted_at = :posted_at, retry_at = NULL
WHERE schedule = :schedule AND due_at = :due_at AND owner = :owner AND state = 'due'

-- name: release(schedule, due_at, owner, retry_at)!
UPDATE occurrences SET retry_at = :retry_at, owner = NULL, leased_until = NULL
WHERE schedule = :schedule AND due_at = :due_at AND owner = :owner AND state = 'due'

-- name: finish(schedule, due_at, owner, state)!
UPDATE occurrences SET state = :state, retry_at = NULL, owner = NULL, leased_until = NULL
WHERE schedule = :schedule AND due_at = :due_at AND owner = :owner AND state = 'due'

-- name: record_step(schedule, due_at, step, state, at, says)!
-- Counts attempts. While the state stays TRYING, the time of the first attempt is kept.
INSERT INTO receipts (schedule, due_at, step, state, tries, says, at)
VALUES (:schedule, :due_at, :step, :state, 1, :says, :at)
ON CONFLICT (schedule, due_at, step) DO UPDATE
SET state = excluded.state,
    says = excluded.says,
    tries = receipts.tries
        + CASE WHEN excluded.state IN ('trying', 'waiting') THEN 1 ELSE 0 END,
    at = CASE
        WHEN receipts.state = 'trying' AND excluded.state = 'trying' THEN receipts.at
        ELSE excluded.at
    END

-- name: decide(schedule, due_at, state, states, at, message)!
UPDATE occurrences
SET state = :state, since = :at, retry_at = NULL, owner = NULL, leased_until = NULL,
    message = coalesce(CAST(:message AS text), message),
    posted_at = CASE WHEN CAST(:message AS text) IS NULL THEN posted_at ELSE due_at END
WHERE schedule = :schedule AND due_at = :due_at
    AND state IN (SELECT key FROM json_each(:states))

-- name: delete_uncertain_receipts(schedule, due_at)!
DELETE FROM receipts
WHERE schedule = :schedule AND due_at = :due_at AND state NOT IN ('waiting', 'done', 'failed')

-- name: lock_schedule(schedule)!
-- Locks the row until the transaction ends.
UPDATE schedules SET number = number WHERE id = :schedule

-- name: count_since(schedule, due_at)
SELECT count(*) FROM occurrences
WHERE schedule = :schedule AND (state = 'due' OR posted_at >= :due_at)

-- name: plan(schedule, due_at, channel, state, tip)!
-- An existing occurrence changes only if a moderator set its state.
INSERT INTO occurrences (schedule, due_at, channel, state, since, tip)
SELECT id, :due_at, :channel, :state, :due_at, :tip FROM schedules WHERE id = :schedule
ON CONFLICT (schedule, due_at) DO UPDATE SET state = excluded.state, tip = excluded.tip
WHERE occurrences.state IN ('planned', 'skipped') AND excluded.state IN ('planned', 'skipped')
