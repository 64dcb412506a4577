-- name: get(community, name)
SELECT community, name, figures, attempts
FROM totals
WHERE community = :community AND name = :name

-- name: save(community, name, figures, attempts, old_figures, old_attempts)!
-- Existing figures are replaced only if they equal the old ones.
INSERT INTO totals (community, name, figures, attempts)
VALUES (:community, :name, :figures, :attempts)
ON CONFLICT (community, name)
DO UPDATE SET figures = excluded.figures, attempts = excluded.attempts
WHERE totals.figures = :old_figures AND totals.attempts = :old_attempts

-- name: erase_community(community)!
DELETE FROM totals WHERE community = :community
