-- name: lock(queue)!
-- Locks the row until the transaction ends.
UPDATE queues SET tips = tips WHERE id = :queue

-- name: count_again(queue, fingerprint, month)
UPDATE question_counts SET asked = asked + 1
WHERE queue = :queue AND month = :month AND fingerprint = :fingerprint
RETURNING asked

-- name: count_questions(queue, month)
SELECT count(*) FROM question_counts WHERE queue = :queue AND month = :month

-- name: add(queue, fingerprint, month)
INSERT INTO question_counts (queue, fingerprint, month, asked)
VALUES (:queue, :fingerprint, :month, 1)
ON CONFLICT (queue, month, fingerprint) DO UPDATE SET asked = question_counts.asked + 1
RETURNING asked

-- name: counts(queue, since)
SELECT fingerprint, sum(asked) AS asked FROM question_counts
WHERE queue = :queue AND month >= :since
GROUP BY fingerprint

-- name: count_askers(queue)
SELECT count(*) FROM question_askers WHERE queue = :queue

-- name: add_asker(queue, fingerprint, member, at)!
INSERT INTO question_askers (queue, fingerprint, member, at)
VALUES (:queue, :fingerprint, :member, :at)
ON CONFLICT (queue, fingerprint, member) DO NOTHING

-- name: count_people(queue, fingerprint)
SELECT count(*) FROM question_askers WHERE queue = :queue AND fingerprint = :fingerprint

-- name: forget_askers(queue, fingerprint)!
DELETE FROM question_askers WHERE queue = :queue AND fingerprint = :fingerprint

-- name: list_by_member(member)
SELECT * FROM question_askers WHERE member = :member ORDER BY at, queue, fingerprint

-- name: prune_askers(before)!
DELETE FROM question_askers WHERE at < :before

-- name: prune_counts(before)!
DELETE FROM question_counts WHERE month < :before

-- name: add_counts(ours, theirs)!
INSERT INTO question_counts (queue, fingerprint, month, asked)
SELECT CAST(:theirs AS text), fingerprint, month, asked FROM question_counts WHERE queue = :ours
ON CONFLICT (queue, month, fingerprint)
DO UPDATE SET asked = question_counts.asked + excluded.asked

-- name: copy_askers(ours, theirs)!
INSERT INTO question_askers (queue, fingerprint, member, at)
SELECT CAST(:theirs AS text), fingerprint, member, at FROM question_askers WHERE queue = :ours
ON CONFLICT (queue, fingerprint, member) DO NOTHING

-- name: delete_counts(queue)!
DELETE FROM question_counts WHERE queue = :queue

-- name: delete_askers(queue)!
DELETE FROM question_askers WHERE queue = :queue

-- name: erase(owner)!
DELETE FROM question_askers WHERE member = :owner
