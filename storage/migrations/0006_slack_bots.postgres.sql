-- Slack workspaces that have installed the app. PostgreSQL numbers rows by a sequence.
CREATE TABLE slack_bots (
    id serial NOT NULL,
    client_id text NOT NULL,
    app_id text NOT NULL,
    enterprise_id text,
    enterprise_name text,
    team_id text,
    team_name text,
    bot_token text,
    bot_id text,
    bot_user_id text,
    bot_scopes text,
    bot_refresh_token text,
    bot_token_expires_at timestamp,
    is_enterprise_install boolean NOT NULL,
    installed_at timestamp NOT NULL,
    CONSTRAINT pk_slack_bots PRIMARY KEY (id)
);
CREATE INDEX ix_slack_bots_team ON slack_bots (client_id, enterprise_id, team_id);
