-- name: lock_sqlite()
-- SQLite has one writer at a time, and uses the clock of this machine.
SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now') AS now

-- name: lock_postgres()
-- Reads the clock of the server after getting the lock.
SELECT clock_timestamp() AS now FROM (SELECT pg_advisory_xact_lock(91707776590963)) AS locked

-- name: delete_instance(name, now)!
-- Also removes instances whose lease has ended.
DELETE FROM instances WHERE name = :name OR leased_until <= :now

-- name: add_instance(name, until)!
INSERT INTO instances (name, leased_until) VALUES (:name, :until)

-- name: list_instances()
SELECT name FROM instances

-- name: list_all()
SELECT number, owner, leased_until, started_at FROM shards ORDER BY number

-- name: delete_all()!
DELETE FROM shards

-- name: add(numbers)!
INSERT INTO shards (number) SELECT CAST(key AS integer) FROM json_each(:numbers)

-- name: claim(name, until, numbers)!
UPDATE shards
SET owner = :name, leased_until = :until
WHERE number IN (SELECT CAST(key AS integer) FROM json_each(:numbers))

-- name: release(name, numbers)!
UPDATE shards
SET owner = NULL, leased_until = NULL
WHERE owner = :name AND number IN (SELECT CAST(key AS integer) FROM json_each(:numbers))

-- name: release_all(name)!
UPDATE shards SET owner = NULL, leased_until = NULL WHERE owner = :name

-- name: set_started(number, now)!
UPDATE shards SET started_at = :now WHERE number = :number
