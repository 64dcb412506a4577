-- name: get_all(community)
SELECT name, value FROM preferences WHERE community = :community ORDER BY name

-- name: set(community, name, value)!
INSERT INTO preferences (community, name, value)
VALUES (:community, :name, :value)
ON CONFLICT (community, name) DO UPDATE SET value = excluded.value

-- name: add(community, name, value)!
INSERT INTO preferences (community, name, value)
VALUES (:community, :name, :value)
ON CONFLICT (community, name) DO NOTHING

-- name: remove(community, name)!
DELETE FROM preferences WHERE community = :community AND name = :name

-- name: erase_community(community)!
DELETE FROM preferences WHERE community = :community

-- name: list_communities(name)
SELECT community FROM preferences WHERE name = :name ORDER BY community

-- name: erase(name)!
DELETE FROM preferences WHERE name = :name
