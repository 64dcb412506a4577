-- name: save(client, team, app, enterprise, token, bot, scopes, at)!
INSERT INTO installations (client, team, app, enterprise, token, bot, scopes, at)
VALUES (:client, :team, :app, :enterprise, :token, :bot, :scopes, :at)
ON CONFLICT (client, team) DO UPDATE
SET
    app = excluded.app,
    enterprise = excluded.enterprise,
    token = excluded.token,
    bot = excluded.bot,
    scopes = excluded.scopes,
    at = excluded.at

-- name: get(client, team)
SELECT * FROM installations WHERE client = :client AND team = :team

-- name: list_all(client)
SELECT * FROM installations WHERE client = :client ORDER BY at, team

-- name: delete(client, team)!
DELETE FROM installations WHERE client = :client AND team = :team
