-- name: add(queue, member, blocked_by, at)!
INSERT INTO blocks (queue, member, blocked_by, at) VALUES (:queue, :member, :blocked_by, :at)
ON CONFLICT (queue, member) DO NOTHING

-- name: remove(queue, member)!
DELETE FROM blocks WHERE queue = :queue AND member = :member

-- name: find(queue, member)
SELECT member FROM blocks WHERE queue = :queue AND member = :member

-- name: list_for_queue(queue)
SELECT * FROM blocks WHERE queue = :queue ORDER BY at, member

-- name: list_by_member(member)
SELECT * FROM blocks WHERE member = :member ORDER BY at, queue

-- name: erase(owner)!
UPDATE blocks SET blocked_by = NULL WHERE blocked_by = :owner
