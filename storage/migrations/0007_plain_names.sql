-- Tables and columns get the names that the code has; what the health check writes has a place.
ALTER TABLE editions RENAME TO quiz_versions;
ALTER TABLE takes RENAME TO attempts;
ALTER TABLE answers RENAME COLUMN take TO attempt;
ALTER TABLE totals RENAME COLUMN takes TO attempts;
ALTER TABLE audit RENAME COLUMN deed TO action;
DROP INDEX ix_takes_owner;
DROP INDEX ix_takes_community;
DROP INDEX ux_takes_unfinished;
CREATE INDEX ix_attempts_owner ON attempts (owner);
CREATE INDEX ix_attempts_community ON attempts (community, quiz);
CREATE UNIQUE INDEX ux_attempts_unfinished ON attempts (owner, quiz) WHERE finished_at IS NULL;
CREATE TABLE installations (
    client text NOT NULL,
    team text NOT NULL,
    app text NOT NULL,
    enterprise text,
    token text NOT NULL,
    bot text NOT NULL,
    scopes text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_installations PRIMARY KEY (client, team)
);
CREATE TABLE health_checks (
    id integer NOT NULL,
    checked_at timestamptz NOT NULL,
    CONSTRAINT pk_health_checks PRIMARY KEY (id)
);
-- Versions of the bot up to 0.1 read this, and leave alone a database that says what they don't know.
CREATE TABLE IF NOT EXISTS alembic_version (
    version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
DELETE FROM alembic_version;
INSERT INTO alembic_version (version_num) VALUES ('0007');
