-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET feedback = feedback WHERE id = :queue

-- name: next_number(queue)
UPDATE queues SET feedback = feedback + 1 WHERE id = :queue RETURNING feedback

-- name: add(id, queue, number, kind, text, suggestion, link, about, fingerprint, member, community, at)
INSERT INTO feedback (
    id, queue, number, kind, text, suggestion, link, about, fingerprint, member, community, at,
    state
)
VALUES (
    :id, :queue, :number, :kind, :text, :suggestion, :link, :about, :fingerprint, :member,
    :community, :at, 'waiting'
)
RETURNING *

-- name: list_page(queue, after)
SELECT * FROM feedback WHERE queue = :queue AND number > :after ORDER BY number LIMIT 100

-- name: list_page_in_states(queue, states, after)
SELECT * FROM feedback
WHERE queue = :queue AND state IN (SELECT key FROM json_each(:states)) AND number > :after
ORDER BY number LIMIT 100

-- name: get(queue, number)
SELECT * FROM feedback WHERE queue = :queue AND number = CAST(:number AS bigint)

-- name: list_by_member(member)
SELECT * FROM feedback WHERE member = :member ORDER BY at, number

-- name: count_waiting(queue)
SELECT count(*) FROM feedback WHERE queue = :queue AND state = 'waiting'

-- name: count_waiting_by(queue, member)
SELECT count(*) FROM feedback
WHERE queue = :queue AND state = 'waiting' AND member = :member

-- name: decide(queue, number, state, reason, answer, decided_by, decided_at)
UPDATE feedback
SET state = :state, reason = :reason, answer = :answer, decided_by = :decided_by,
    decided_at = :decided_at
WHERE queue = :queue AND number = CAST(:number AS bigint) AND state = 'waiting'
RETURNING *

-- name: reopen(queue, number, state)
UPDATE feedback
SET state = 'waiting', reason = NULL, answer = NULL, decided_by = NULL, decided_at = NULL
WHERE queue = :queue AND number = CAST(:number AS bigint) AND state = :state
RETURNING *

-- name: find_question(queue, fingerprint)
SELECT 1 FROM feedback
WHERE queue = :queue AND fingerprint = :fingerprint AND kind = 'question'
LIMIT 1

-- name: withdraw(id, member)
DELETE FROM feedback
WHERE id = :id AND state = 'waiting' AND (member IS NULL OR member = :member)
RETURNING *

-- name: move(ours, theirs)!
UPDATE feedback
SET queue = :theirs,
    number = number + (SELECT queues.feedback FROM queues WHERE id = :theirs),
    answer = answer + (SELECT queues.answers FROM queues WHERE id = :theirs)
WHERE queue = :ours

-- name: move_from_community(shared, queue, community)!
UPDATE feedback SET queue = :queue WHERE queue = :shared AND community = :community

-- name: delete(queue)!
DELETE FROM feedback WHERE queue = :queue

-- name: erase_undecided(owner)!
DELETE FROM feedback WHERE member = :owner AND state IN ('waiting', 'declined')

-- name: erase_names(owner)!
UPDATE feedback SET member = NULL WHERE member = :owner

-- name: erase_deciders(owner)!
UPDATE feedback SET decided_by = NULL WHERE decided_by = :owner

-- name: erase_community(community)!
DELETE FROM feedback WHERE community = :community
