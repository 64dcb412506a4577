CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE answers (
    attempt text NOT NULL,
    item text NOT NULL,
    option text,
    answered_at timestamp with time zone NOT NULL
);
CREATE TABLE attempts (
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
CREATE TABLE audit (
    id integer NOT NULL,
    queue text NOT NULL,
    at timestamp with time zone NOT NULL,
    who text,
    action text NOT NULL,
    about text NOT NULL
);
CREATE SEQUENCE audit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE audit_id_seq OWNED BY audit.id;
CREATE TABLE health_checks (
    id integer NOT NULL,
    checked_at timestamp with time zone NOT NULL
);
CREATE TABLE installations (
    client text NOT NULL,
    team text NOT NULL,
    app text NOT NULL,
    enterprise text,
    token text NOT NULL,
    bot text NOT NULL,
    scopes text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE instances (
    name text NOT NULL,
    leased_until timestamp with time zone NOT NULL
);
CREATE TABLE link_codes (
    code text NOT NULL,
    community text NOT NULL,
    made_by text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE migrations (
    number integer NOT NULL,
    applied_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE notices (
    queue text NOT NULL,
    about text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE occurrences (
    schedule text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    tip text,
    message text,
    posted_at timestamp with time zone,
    since timestamp with time zone NOT NULL,
    owner text,
    leased_until timestamp with time zone,
    retry_at timestamp with time zone
);
CREATE TABLE preferences (
    community text NOT NULL,
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE queue_communities (
    community text NOT NULL,
    queue text NOT NULL
);
CREATE TABLE queues (
    id text NOT NULL,
    tips integer NOT NULL,
    schedules integer NOT NULL
);
CREATE TABLE quiz_versions (
    version text NOT NULL,
    quiz text NOT NULL,
    definition text NOT NULL
);
CREATE TABLE receipts (
    schedule text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    says text,
    at timestamp with time zone NOT NULL
);
CREATE TABLE schedules (
    id text NOT NULL,
    queue text NOT NULL,
    number integer NOT NULL,
    community text NOT NULL,
    channel text NOT NULL,
    weekday integer NOT NULL,
    minute integer NOT NULL,
    zone text NOT NULL,
    weeks integer NOT NULL,
    first date NOT NULL,
    shuffled boolean NOT NULL,
    again boolean NOT NULL,
    thread boolean NOT NULL,
    pin boolean NOT NULL,
    mention text,
    missed text NOT NULL,
    hours integer NOT NULL,
    state text NOT NULL,
    why text,
    next_due timestamp with time zone NOT NULL,
    made_by text,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE shards (
    number integer NOT NULL,
    owner text,
    leased_until timestamp with time zone,
    started_at timestamp with time zone
);
CREATE SEQUENCE shards_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE shards_number_seq OWNED BY shards.number;
CREATE TABLE tips (
    id text NOT NULL,
    queue text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    place integer NOT NULL,
    text text NOT NULL,
    link text,
    role text,
    topic text,
    cites text NOT NULL,
    seen text,
    origin text,
    suggested_by text,
    suggested_in text,
    reason text,
    added_at timestamp with time zone NOT NULL
);
CREATE TABLE totals (
    community text NOT NULL,
    name text NOT NULL,
    figures text NOT NULL,
    attempts text NOT NULL
);
ALTER TABLE ONLY audit ALTER COLUMN id SET DEFAULT nextval('audit_id_seq'::regclass);
ALTER TABLE ONLY shards ALTER COLUMN number SET DEFAULT nextval('shards_number_seq'::regclass);
INSERT INTO alembic_version VALUES ('0007');
INSERT INTO answers VALUES ('aaaaaaaaaaaa', 'i0', 'a', '2026-01-05 09:00:00+00');
INSERT INTO answers VALUES ('aaaaaaaaaaaa', 'i1', NULL, '2026-01-05 09:03:07.25+00');
INSERT INTO answers VALUES ('bbbbbbbbbbbb', 'i0', 'b', '2026-01-05 09:03:07.25+00');
INSERT INTO attempts VALUES ('aaaaaaaaaaaa', 'discord:1', 'discord:10', 'roles', 'v1', 2, 'i1', '2026-01-05 09:00:00+00', '2026-01-05 09:03:07.25+00', '2026-01-05 09:03:07.25+00');
INSERT INTO attempts VALUES ('bbbbbbbbbbbb', 'discord:1', NULL, 'roles', 'v1', 1, NULL, '2026-01-05 09:00:00+00', '2026-01-05 09:03:07.25+00', NULL);
INSERT INTO attempts VALUES ('cccccccccccc', 'slack:T1/U2', 'slack:T1', 'roles', 'v1', 1, NULL, '2026-01-05 09:00:00+00', '2026-01-05 09:00:00+00', NULL);
INSERT INTO audit VALUES (1, 'queue1', '2026-01-05 09:00:00+00', 'discord:1', 'added', '1');
INSERT INTO installations VALUES ('1.2', 'T1', 'A1', 'E1', 'closed', 'U0', 'chat:write commands', '2026-01-05 09:03:07.25+00');
INSERT INTO instances VALUES ('host-1', '2026-01-05 09:03:07.25+00');
INSERT INTO link_codes VALUES ('ABCDEFGHJK', 'discord:10', 'discord:1', '2026-01-05 09:03:07.25+00');
INSERT INTO migrations VALUES (1, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (2, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (3, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (4, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (5, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (6, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (7, '2026-01-05 09:00:00+00');
INSERT INTO migrations VALUES (8, '2026-01-05 09:00:00+00');
INSERT INTO notices VALUES ('queue1', 'low', '2026-01-05 09:00:00+00');
INSERT INTO occurrences VALUES ('schedule1', '2026-01-05 09:00:00+00', 'discord:10/123', 'done', 'tip1', '99', '2026-01-05 09:03:07.25+00', '2026-01-05 09:00:00+00', NULL, NULL, NULL);
INSERT INTO preferences VALUES ('discord:10', 'badges', 'on');
INSERT INTO preferences VALUES ('discord:10', 'renamed-commands', 'unannounced');
INSERT INTO queue_communities VALUES ('discord:10', 'queue1');
INSERT INTO queues VALUES ('queue1', 2, 1);
INSERT INTO quiz_versions VALUES ('v1', 'roles', '{"items": []}');
INSERT INTO receipts VALUES ('schedule1', '2026-01-05 09:00:00+00', 'post', 'done', 1, NULL, '2026-01-05 09:03:07.25+00');
INSERT INTO schedules VALUES ('schedule1', 'queue1', 1, 'discord:10', 'discord:10/123', 0, 540, 'Europe/Berlin', 1, '2026-01-05', false, true, false, true, NULL, 'catch-up', 24, 'active', NULL, '2026-01-05 09:03:07.25+00', 'discord:1', '2026-01-05 09:00:00+00');
INSERT INTO shards VALUES (0, 'host-1', '2026-01-05 09:03:07.25+00', '2026-01-05 09:00:00+00');
INSERT INTO tips VALUES ('tip1', 'queue1', 1, 'queued', 0, 'Read the posting twice.', 'https://example.org', 'ml-engineer', 'pay', 'pay.kore1 faq.title', 'seen', 'tips.title', NULL, NULL, NULL, '2026-01-05 09:00:00+00');
INSERT INTO tips VALUES ('tip2', 'queue1', 2, 'suggested', 1, 'Ask about evaluation — it''s telling.', NULL, NULL, NULL, '', NULL, NULL, 'discord:1', 'discord:10', NULL, '2026-01-05 09:03:07.25+00');
INSERT INTO totals VALUES ('discord:10', 'roles', '{"n": 1}', 'aaaaaaaaaaaa');
SELECT pg_catalog.setval('audit_id_seq', 1, true);
SELECT pg_catalog.setval('shards_number_seq', 1, false);
ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY answers
    ADD CONSTRAINT pk_answers PRIMARY KEY (attempt, item);
ALTER TABLE ONLY audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY quiz_versions
    ADD CONSTRAINT pk_editions PRIMARY KEY (version);
ALTER TABLE ONLY health_checks
    ADD CONSTRAINT pk_health_checks PRIMARY KEY (id);
ALTER TABLE ONLY installations
    ADD CONSTRAINT pk_installations PRIMARY KEY (client, team);
ALTER TABLE ONLY instances
    ADD CONSTRAINT pk_instances PRIMARY KEY (name);
ALTER TABLE ONLY link_codes
    ADD CONSTRAINT pk_link_codes PRIMARY KEY (code);
ALTER TABLE ONLY migrations
    ADD CONSTRAINT pk_migrations PRIMARY KEY (number);
ALTER TABLE ONLY notices
    ADD CONSTRAINT pk_notices PRIMARY KEY (queue, about);
ALTER TABLE ONLY occurrences
    ADD CONSTRAINT pk_occurrences PRIMARY KEY (schedule, due_at);
ALTER TABLE ONLY preferences
    ADD CONSTRAINT pk_preferences PRIMARY KEY (community, name);
ALTER TABLE ONLY queue_communities
    ADD CONSTRAINT pk_queue_communities PRIMARY KEY (community);
ALTER TABLE ONLY queues
    ADD CONSTRAINT pk_queues PRIMARY KEY (id);
ALTER TABLE ONLY receipts
    ADD CONSTRAINT pk_receipts PRIMARY KEY (schedule, due_at, step);
ALTER TABLE ONLY schedules
    ADD CONSTRAINT pk_schedules PRIMARY KEY (id);
ALTER TABLE ONLY shards
    ADD CONSTRAINT pk_shards PRIMARY KEY (number);
ALTER TABLE ONLY attempts
    ADD CONSTRAINT pk_takes PRIMARY KEY (id);
ALTER TABLE ONLY tips
    ADD CONSTRAINT pk_tips PRIMARY KEY (id);
ALTER TABLE ONLY totals
    ADD CONSTRAINT pk_totals PRIMARY KEY (community, name);
CREATE INDEX ix_attempts_community ON attempts USING btree (community, quiz);
CREATE INDEX ix_attempts_owner ON attempts USING btree (owner);
CREATE INDEX ix_audit_queue ON audit USING btree (queue, id);
CREATE INDEX ix_occurrences_channel ON occurrences USING btree (channel);
CREATE INDEX ix_occurrences_state ON occurrences USING btree (state);
CREATE INDEX ix_queue_communities_queue ON queue_communities USING btree (queue);
CREATE INDEX ix_schedules_due ON schedules USING btree (state, next_due);
CREATE INDEX ix_tips_suggested_by ON tips USING btree (suggested_by);
CREATE UNIQUE INDEX ux_attempts_unfinished ON attempts USING btree (owner, quiz) WHERE (finished_at IS NULL);
CREATE UNIQUE INDEX ux_schedules_number ON schedules USING btree (queue, number);
CREATE UNIQUE INDEX ux_tips_number ON tips USING btree (queue, number);
ALTER TABLE ONLY answers
    ADD CONSTRAINT fk_answers_take FOREIGN KEY (attempt) REFERENCES attempts(id) ON DELETE CASCADE;
ALTER TABLE ONLY occurrences
    ADD CONSTRAINT fk_occurrences_schedule FOREIGN KEY (schedule) REFERENCES schedules(id) ON DELETE CASCADE;
ALTER TABLE ONLY queue_communities
    ADD CONSTRAINT fk_queue_communities_queue FOREIGN KEY (queue) REFERENCES queues(id);
ALTER TABLE ONLY receipts
    ADD CONSTRAINT fk_receipts_occurrence FOREIGN KEY (schedule, due_at) REFERENCES occurrences(schedule, due_at) ON DELETE CASCADE;
ALTER TABLE ONLY schedules
    ADD CONSTRAINT fk_schedules_queue FOREIGN KEY (queue) REFERENCES queues(id);
ALTER TABLE ONLY attempts
    ADD CONSTRAINT fk_takes_version FOREIGN KEY (version) REFERENCES quiz_versions(version);
ALTER TABLE ONLY tips
    ADD CONSTRAINT fk_tips_queue FOREIGN KEY (queue) REFERENCES queues(id);
