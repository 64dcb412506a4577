-- Each workspace's latest installation. SQLite keeps times as text in UTC.
INSERT INTO installations (client, team, app, enterprise, token, bot, scopes, at)
SELECT
    client_id,
    team_id,
    app_id,
    enterprise_id,
    coalesce(bot_token, ''),
    coalesce(bot_user_id, ''),
    replace(coalesce(bot_scopes, ''), ',', ' '),
    installed_at
FROM slack_bots
WHERE team_id IS NOT NULL AND id IN (SELECT max(id) FROM slack_bots GROUP BY client_id, team_id);
DROP TABLE slack_bots;
