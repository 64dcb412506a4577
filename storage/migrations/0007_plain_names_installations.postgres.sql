-- Each workspace's latest installation. The old column has no time zone.
INSERT INTO installations (client, team, app, enterprise, token, bot, scopes, at)
SELECT
    client_id,
    team_id,
    app_id,
    enterprise_id,
    coalesce(bot_token, ''),
    coalesce(bot_user_id, ''),
    replace(coalesce(bot_scopes, ''), ',', ' '),
    installed_at AT TIME ZONE 'UTC'
FROM slack_bots
WHERE team_id IS NOT NULL AND id IN (SELECT max(id) FROM slack_bots GROUP BY client_id, team_id);
DROP TABLE slack_bots;
