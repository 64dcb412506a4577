-- Queries over all repositories.

-- name: check(now)!
INSERT INTO health_checks (id, checked_at) VALUES (1, :now)
ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at;

-- name: list_communities()
SELECT community FROM attempts WHERE community IS NOT NULL
UNION SELECT community FROM totals
UNION SELECT community FROM preferences
UNION SELECT community FROM queue_communities;
