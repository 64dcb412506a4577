-- name: add(queue, at, who, action, about)!
INSERT INTO audit (queue, at, who, action, about) VALUES (:queue, :at, :who, :action, :about)

-- name: find_refusal(queue, who, about, since)
SELECT id FROM audit
WHERE queue = :queue AND who = :who AND action = 'refused' AND about = :about AND at > :since
LIMIT 1

-- name: list_for_queue(queue, most, skip)
SELECT at, who, action, about FROM audit
WHERE queue = :queue ORDER BY id DESC LIMIT :most OFFSET :skip

-- name: count(queue)
SELECT count(*) FROM audit WHERE queue = :queue

-- name: count_actions(queue, actions)
SELECT count(*) FROM audit
WHERE queue = :queue AND action IN (SELECT key FROM json_each(:actions))

-- name: list_by_owner(owner)
SELECT at, who, action, about FROM audit WHERE who = :owner ORDER BY id

-- name: erase(owner)!
UPDATE audit SET who = NULL WHERE who = :owner

-- name: erase_subject(owner)!
-- Such as a member whose suggestions were blocked.
UPDATE audit SET about = 'a member' WHERE about = :owner

-- name: add_notice(queue, about, at)!
INSERT INTO notices (queue, about, at) VALUES (:queue, :about, :at)
ON CONFLICT (queue, about) DO NOTHING

-- name: delete_notice(queue, about)!
DELETE FROM notices WHERE queue = :queue AND about = :about
