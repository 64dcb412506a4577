-- name: save_version(version, quiz, definition)!
INSERT INTO quiz_versions (version, quiz, definition)
VALUES (:version, :quiz, :definition)
ON CONFLICT DO NOTHING

-- name: get_version(version)
SELECT version, quiz, definition FROM quiz_versions WHERE version = :version

-- name: start(id, owner, community, quiz, version, at)!
-- Updates an existing row, too, which locks it until the transaction ends.
INSERT INTO attempts (id, owner, community, quiz, version, position, started_at, touched_at)
VALUES (:id, :owner, :community, :quiz, :version, 0, :at, :at)
ON CONFLICT (owner, quiz) WHERE finished_at IS NULL
DO UPDATE SET touched_at = excluded.touched_at WHERE attempts.touched_at < excluded.touched_at

-- name: get(id, owner)
-- One query reads an attempt and its answers, so that both are in the same state.
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE attempts.id = :id AND owner = :owner
ORDER BY answered_at, item

-- name: get_unfinished(owner, quiz)
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE owner = :owner AND quiz = :quiz AND finished_at IS NULL
ORDER BY answered_at, item

-- name: list_unfinished(owner)
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE owner = :owner AND finished_at IS NULL
ORDER BY touched_at DESC, attempts.id, answered_at, item

-- name: list_finished(owner)
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE owner = :owner AND finished_at IS NOT NULL
ORDER BY finished_at DESC, attempts.id, answered_at, item

-- name: list_by_owner(owner)
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE owner = :owner
ORDER BY started_at DESC, attempts.id, answered_at, item

-- name: list_latest(community, quiz, version)
-- The newest two of each owner.
SELECT attempts.*, answers.item, answers.option, answers.answered_at
FROM attempts LEFT JOIN answers ON answers.attempt = attempts.id
WHERE attempts.id IN (
    SELECT id
    FROM (
        SELECT id, row_number() OVER (PARTITION BY owner ORDER BY finished_at DESC, id) AS place
        FROM attempts
        WHERE community = :community AND quiz = :quiz AND version = :version
            AND finished_at IS NOT NULL
    ) AS ranked
    WHERE place <= 2
)
ORDER BY finished_at DESC, attempts.id, answered_at, item

-- name: advance_sqlite(attempt, owner, version, position, item, option, next_item, at)!
-- The result is that of the last statement, so the answer is stored first, if the same holds.
INSERT INTO answers (attempt, item, option, answered_at)
SELECT id, :item, :option, :at
FROM attempts
WHERE id = :attempt AND owner = :owner AND version = :version AND position = :position
    AND finished_at IS NULL AND doubled IS DISTINCT FROM :next_item
ON CONFLICT (attempt, item)
DO UPDATE SET option = excluded.option, answered_at = excluded.answered_at;
UPDATE attempts
SET position = position + 1, touched_at = :at
WHERE id = :attempt AND owner = :owner AND version = :version AND position = :position
    AND finished_at IS NULL AND doubled IS DISTINCT FROM :next_item

-- name: advance_postgres(attempt, owner, version, position, item, option, next_item, at)!
-- Only PostgreSQL can write in a CTE.
WITH advanced AS (
    UPDATE attempts
    SET position = position + 1, touched_at = :at
    WHERE id = :attempt AND owner = :owner AND version = :version AND position = :position
        AND finished_at IS NULL AND doubled IS DISTINCT FROM :next_item
    RETURNING id
)
INSERT INTO answers (attempt, item, option, answered_at)
SELECT id, :item, :option, :at
FROM advanced
ON CONFLICT (attempt, item)
DO UPDATE SET option = excluded.option, answered_at = excluded.answered_at

-- name: step(id, owner, position, next, at)!
-- The position rejects late and repeated clicks.
UPDATE attempts
SET position = :next, touched_at = :at
WHERE id = :id AND owner = :owner AND position = :position AND finished_at IS NULL

-- name: answer(attempt, item, option, at)!
INSERT INTO answers (attempt, item, option, answered_at)
VALUES (:attempt, :item, :option, :at)
ON CONFLICT (attempt, item)
DO UPDATE SET option = excluded.option, answered_at = excluded.answered_at

-- name: set_doubled_item(id, owner, item, at)!
UPDATE attempts
SET doubled = :item, touched_at = :at
WHERE id = :id AND owner = :owner AND finished_at IS NULL AND doubled IS DISTINCT FROM :item

-- name: finish(id, owner, at)!
UPDATE attempts
SET finished_at = :at, touched_at = :at
WHERE id = :id AND owner = :owner AND finished_at IS NULL

-- name: answer_skipped(id, owner, item, option, at)!
UPDATE answers
SET option = :option, answered_at = :at
WHERE attempt = :id AND item = :item AND option IS NULL
    AND EXISTS (
        SELECT 1 FROM attempts WHERE id = :id AND owner = :owner AND finished_at IS NOT NULL
    )

-- name: abandon(id, owner)!
DELETE FROM attempts WHERE id = :id AND owner = :owner AND finished_at IS NULL

-- name: prune(before)!
DELETE FROM attempts WHERE finished_at IS NULL AND touched_at < :before

-- name: erase(owner)!
DELETE FROM attempts WHERE owner = :owner

-- name: detach(owner, community)!
UPDATE attempts SET community = NULL WHERE owner = :owner AND community = :community

-- name: erase_community(community)!
UPDATE attempts SET community = NULL WHERE community = :community
