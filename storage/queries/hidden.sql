-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET revision = revision WHERE id = :queue

-- name: find(queue, entry, text)
SELECT id FROM hidden_statements WHERE queue = :queue AND entry = :entry AND text = :text

-- name: increase_revision(queue)!
UPDATE queues SET revision = revision + 1 WHERE id = :queue

-- name: add(id, queue, entry, text, reason, hidden_by, at)
INSERT INTO hidden_statements (id, queue, entry, text, reason, hidden_by, at, change_told)
VALUES (:id, :queue, :entry, :text, :reason, :hidden_by, :at, FALSE)
RETURNING *

-- name: remove(queue, id)
DELETE FROM hidden_statements WHERE queue = :queue AND id = :id RETURNING *

-- name: list_for_queue(queue)
SELECT * FROM hidden_statements WHERE queue = :queue ORDER BY at, id

-- name: list_all()
SELECT * FROM hidden_statements ORDER BY queue, at, id

-- name: list_by_owner(owner)
SELECT * FROM hidden_statements WHERE hidden_by = :owner ORDER BY at, id

-- name: mark_told(id, told)!
UPDATE hidden_statements SET change_told = :told WHERE id = :id AND change_told <> :told

-- name: delete_duplicates(ours, theirs)!
DELETE FROM hidden_statements
WHERE queue = :ours AND EXISTS (
    SELECT 1 FROM hidden_statements AS other
    WHERE other.queue = :theirs AND other.entry = hidden_statements.entry
        AND other.text = hidden_statements.text
)

-- name: move(ours, theirs)!
UPDATE hidden_statements SET queue = :theirs WHERE queue = :ours

-- name: copy(shared, queue)!
-- A new id consists of the id of the queue and a number, so it is unique.
INSERT INTO hidden_statements (id, queue, entry, text, reason, hidden_by, at, change_told)
SELECT
    CAST(:queue AS text) || '.' || CAST(row_number() OVER (ORDER BY at, id) AS text),
    CAST(:queue AS text), entry, text, reason, hidden_by, at, change_told
FROM hidden_statements WHERE queue = :shared

-- name: delete(queue)!
DELETE FROM hidden_statements WHERE queue = :queue

-- name: erase(owner)!
UPDATE hidden_statements SET hidden_by = NULL WHERE hidden_by = :owner
