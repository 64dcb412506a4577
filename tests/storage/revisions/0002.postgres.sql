CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE answers (
    take text NOT NULL,
    item text NOT NULL,
    option text,
    answered_at timestamp with time zone NOT NULL
);
CREATE TABLE editions (
    version text NOT NULL,
    quiz text NOT NULL,
    definition text NOT NULL
);
CREATE TABLE takes (
    id text NOT NULL,
    owner text NOT NULL,
    community text,
    quiz text NOT NULL,
    version text NOT NULL,
    "position" integer NOT NULL,
    doubled text,
    started_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE totals (
    community text NOT NULL,
    name text NOT NULL,
    figures text NOT NULL,
    takes text NOT NULL
);
INSERT INTO alembic_version VALUES ('0002');
INSERT INTO answers VALUES ('aaaaaaaaaaaa', 'i0', 'a', '2026-01-05 09:00:00+00');
INSERT INTO answers VALUES ('aaaaaaaaaaaa', 'i1', NULL, '2026-01-05 09:03:07.25+00');
INSERT INTO answers VALUES ('bbbbbbbbbbbb', 'i0', 'b', '2026-01-05 09:03:07.25+00');
INSERT INTO editions VALUES ('v1', 'roles', '{"items": []}');
INSERT INTO takes VALUES ('aaaaaaaaaaaa', 'discord:1', 'discord:10', 'roles', 'v1', 2, 'i1', '2026-01-05 09:00:00+00', '2026-01-05 09:03:07.25+00', '2026-01-05 09:03:07.25+00');
INSERT INTO takes VALUES ('bbbbbbbbbbbb', 'discord:1', NULL, 'roles', 'v1', 1, NULL, '2026-01-05 09:00:00+00', '2026-01-05 09:03:07.25+00', NULL);
INSERT INTO takes VALUES ('cccccccccccc', 'slack:T1/U2', 'slack:T1', 'roles', 'v1', 1, NULL, '2026-01-05 09:00:00+00', '2026-01-05 09:00:00+00', NULL);
INSERT INTO totals VALUES ('discord:10', 'roles', '{"n": 1}', 'aaaaaaaaaaaa');
ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY answers
    ADD CONSTRAINT pk_answers PRIMARY KEY (take, item);
ALTER TABLE ONLY editions
    ADD CONSTRAINT pk_editions PRIMARY KEY (version);
ALTER TABLE ONLY takes
    ADD CONSTRAINT pk_takes PRIMARY KEY (id);
ALTER TABLE ONLY totals
    ADD CONSTRAINT pk_totals PRIMARY KEY (community, name);
CREATE INDEX ix_takes_community ON takes USING btree (community, quiz);
CREATE INDEX ix_takes_owner ON takes USING btree (owner);
CREATE UNIQUE INDEX ux_takes_unfinished ON takes USING btree (owner, quiz) WHERE (finished_at IS NULL);
ALTER TABLE ONLY answers
    ADD CONSTRAINT fk_answers_take FOREIGN KEY (take) REFERENCES takes(id) ON DELETE CASCADE;
ALTER TABLE ONLY takes
    ADD CONSTRAINT fk_takes_version FOREIGN KEY (version) REFERENCES editions(version);
