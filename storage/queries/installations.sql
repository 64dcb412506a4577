-- name: keep(client, team, app, enterprise, token, bot, scopes, at)!
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

-- name: of(client, team)
SELECT * FROM installations WHERE client = :client AND team = :team

-- name: every(client)
SELECT * FROM installations WHERE client = :client ORDER BY at, team

-- name: drop(client, team)!
DELETE FROM installations WHERE client = :client AND team = :team
