-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET answers = answers WHERE id = :queue

-- name: count(queue)
SELECT count(*) FROM community_answers WHERE queue = :queue

-- name: next_numbers(queue, many)
-- Returns the highest of the new numbers.
UPDATE queues SET answers = answers + :many, revision = revision + 1 WHERE id = :queue
RETURNING answers

-- name: increase_revision(queue)!
UPDATE queues SET revision = revision + 1 WHERE id = :queue

-- name: add(id, queue, number, question, wordings, text, link, role, review_on, entry, created_by, at)!
INSERT INTO community_answers (
    id, queue, number, question, wordings, text, link, role, review_on, review_told, entry,
    created_by, created_at, updated_at
)
VALUES (
    :id, :queue, :number, :question, :wordings, :text, :link, :role, :review_on, FALSE, :entry,
    :created_by, :at, :at
)

-- name: list_added(queue, after)
SELECT * FROM community_answers WHERE queue = :queue AND number > :after ORDER BY number

-- name: edit(queue, number, question, wordings, text, link, role, review_on, review_told, entry, edited_by, updated_at)
UPDATE community_answers
SET question = :question, wordings = :wordings, text = :text, link = :link, role = :role,
    review_on = :review_on, review_told = :review_told, entry = :entry, edited_by = :edited_by,
    updated_at = :updated_at
WHERE queue = :queue AND number = CAST(:number AS bigint)
RETURNING *

-- name: remove(queue, number)
DELETE FROM community_answers WHERE queue = :queue AND number = CAST(:number AS bigint)
RETURNING *

-- name: get(queue, number)
SELECT * FROM community_answers WHERE queue = :queue AND number = CAST(:number AS bigint)

-- name: list_page(queue, after)
SELECT * FROM community_answers WHERE queue = :queue AND number > :after
ORDER BY number LIMIT 100

-- name: list_by_owner(owner)
SELECT * FROM community_answers WHERE created_by = :owner OR edited_by = :owner
ORDER BY created_at, number

-- name: list_due(today)
SELECT * FROM community_answers WHERE review_on <= :today AND NOT review_told
ORDER BY queue, number

-- name: mark_told(id, told)!
UPDATE community_answers SET review_told = :told WHERE id = :id AND review_told <> :told

-- name: delete_duplicates(ours, theirs)!
DELETE FROM community_answers
WHERE queue = :ours AND EXISTS (
    SELECT 1 FROM community_answers AS other
    WHERE other.queue = :theirs AND other.question = community_answers.question
        AND other.wordings = community_answers.wordings AND other.text = community_answers.text
        AND other.link IS NOT DISTINCT FROM community_answers.link
        AND other.role IS NOT DISTINCT FROM community_answers.role
        AND other.entry IS NOT DISTINCT FROM community_answers.entry
)

-- name: move(ours, theirs)!
UPDATE community_answers
SET queue = :theirs, number = number + (SELECT answers FROM queues WHERE id = :theirs)
WHERE queue = :ours

-- name: copy(shared, queue)!
-- A new id consists of the id of the queue and the number of the answer, so it is unique.
INSERT INTO community_answers (
    id, queue, number, question, wordings, text, link, role, review_on, review_told, entry,
    created_by, created_at, edited_by, updated_at
)
SELECT
    CAST(:queue AS text) || '.' || CAST(number AS text), CAST(:queue AS text), number, question,
    wordings, text, link, role, review_on, review_told, entry, created_by, created_at, edited_by,
    updated_at
FROM community_answers WHERE queue = :shared

-- name: delete(queue)!
DELETE FROM community_answers WHERE queue = :queue

-- name: erase_authors(owner)!
UPDATE community_answers SET created_by = NULL WHERE created_by = :owner

-- name: erase_editors(owner)!
UPDATE community_answers SET edited_by = NULL WHERE edited_by = :owner
