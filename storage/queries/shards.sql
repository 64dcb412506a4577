-- name: alone_sqlite()
-- SQLite has one writer at a time, and uses the clock of this machine.
SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now') AS now

-- name: alone_postgres()
-- Reads the clock of the server after getting the lock.
SELECT clock_timestamp() AS now FROM (SELECT pg_advisory_xact_lock(91707776590963)) AS locked

-- name: leave(name, now)!
-- Also removes instances whose lease has ended.
DELETE FROM instances WHERE name = :name OR leased_until <= :now

-- name: arrive(name, until)!
INSERT INTO instances (name, leased_until) VALUES (:name, :until)

-- name: instances()
SELECT name FROM instances

-- name: every()
SELECT number, owner, leased_until, started_at FROM shards ORDER BY number

-- name: remove_every()!
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

-- name: release_every(name)!
UPDATE shards SET owner = NULL, leased_until = NULL WHERE owner = :name

-- name: begin(number, now)!
UPDATE shards SET started_at = :now WHERE number = :number
