CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE answers (
    attempt TEXT NOT NULL,
    item TEXT NOT NULL,
    option TEXT,
    answered_at DATETIME NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (attempt, item),
    CONSTRAINT fk_answers_take FOREIGN KEY(attempt) REFERENCES "attempts" (id) ON DELETE CASCADE
);
INSERT INTO "answers" VALUES('aaaaaaaaaaaa','i0','a','2026-01-05 09:00:00.000000');
INSERT INTO "answers" VALUES('aaaaaaaaaaaa','i1',NULL,'2026-01-05 09:03:07.250000');
INSERT INTO "answers" VALUES('bbbbbbbbbbbb','i0','b','2026-01-05 09:03:07.250000');
CREATE TABLE "attempts" (
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    community TEXT,
    quiz TEXT NOT NULL,
    version TEXT NOT NULL,
    position INTEGER NOT NULL,
    doubled TEXT,
    started_at DATETIME NOT NULL,
    touched_at DATETIME NOT NULL,
    finished_at DATETIME,
    CONSTRAINT pk_takes PRIMARY KEY (id),
    CONSTRAINT fk_takes_version FOREIGN KEY(version) REFERENCES "quiz_versions" (version)
);
INSERT INTO "attempts" VALUES('aaaaaaaaaaaa','discord:1','discord:10','roles','v1',2,'i1','2026-01-05 09:00:00.000000','2026-01-05 09:03:07.250000','2026-01-05 09:03:07.250000');
INSERT INTO "attempts" VALUES('bbbbbbbbbbbb','discord:1',NULL,'roles','v1',1,NULL,'2026-01-05 09:00:00.000000','2026-01-05 09:03:07.250000',NULL);
INSERT INTO "attempts" VALUES('cccccccccccc','slack:T1/U2','slack:T1','roles','v1',1,NULL,'2026-01-05 09:00:00.000000','2026-01-05 09:00:00.000000',NULL);
CREATE TABLE audit (
    id INTEGER NOT NULL,
    queue TEXT NOT NULL,
    at DATETIME NOT NULL,
    who TEXT,
    action TEXT NOT NULL,
    about TEXT NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'queue1','2026-01-05 09:00:00.000000','discord:1','added','1');
CREATE TABLE blocks (
    queue text NOT NULL,
    member text NOT NULL,
    blocked_by text,
    at timestamptz NOT NULL,
    CONSTRAINT pk_blocks PRIMARY KEY (queue, member),
    CONSTRAINT fk_blocks_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
INSERT INTO "blocks" VALUES('queue1','discord:6','discord:1','2026-01-05 09:03:07.250000');
CREATE TABLE cards (
    channel text NOT NULL,
    message text NOT NULL,
    tip text NOT NULL,
    community text NOT NULL,
    direct boolean NOT NULL,
    CONSTRAINT pk_cards PRIMARY KEY (channel, message),
    CONSTRAINT fk_cards_tip FOREIGN KEY (tip) REFERENCES tips (id) ON DELETE CASCADE
);
INSERT INTO "cards" VALUES('discord:10/123','discord:10/98','tip2','discord:10',0);
CREATE TABLE health_checks (
    id integer NOT NULL,
    checked_at timestamptz NOT NULL,
    CONSTRAINT pk_health_checks PRIMARY KEY (id)
);
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
INSERT INTO "installations" VALUES('1.2','T1','A1','E1','closed','U0','chat:write commands','2026-01-05 09:03:07.250000');
CREATE TABLE instances (
    name TEXT NOT NULL,
    leased_until DATETIME NOT NULL,
    CONSTRAINT pk_instances PRIMARY KEY (name)
);
INSERT INTO "instances" VALUES('host-1','2026-01-05 09:03:07.250000');
CREATE TABLE link_codes (
    code TEXT NOT NULL,
    community TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_link_codes PRIMARY KEY (code)
);
INSERT INTO "link_codes" VALUES('ABCDEFGHJK','discord:10','discord:1','2026-01-05 09:03:07.250000');
CREATE TABLE migrations (
    number integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_migrations PRIMARY KEY (number)
);
INSERT INTO "migrations" VALUES(1,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(2,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(3,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(4,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(5,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(6,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(7,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(8,'2026-01-05 09:00:00');
INSERT INTO "migrations" VALUES(9,'2026-01-05 09:00:00');
CREATE TABLE notices (
    queue TEXT NOT NULL,
    about TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (queue, about)
);
INSERT INTO "notices" VALUES('queue1','low','2026-01-05 09:00:00.000000');
CREATE TABLE occurrences (
    schedule TEXT NOT NULL,
    due_at DATETIME NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    tip TEXT,
    message TEXT,
    posted_at DATETIME,
    since DATETIME NOT NULL,
    owner TEXT,
    leased_until DATETIME,
    retry_at DATETIME,
    CONSTRAINT pk_occurrences PRIMARY KEY (schedule, due_at),
    CONSTRAINT fk_occurrences_schedule FOREIGN KEY(schedule) REFERENCES schedules (id) ON DELETE CASCADE
);
INSERT INTO "occurrences" VALUES('schedule1','2026-01-05 09:00:00.000000','discord:10/123','done','tip1','99','2026-01-05 09:03:07.250000','2026-01-05 09:00:00.000000',NULL,NULL,NULL);
CREATE TABLE preferences (
    community TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_preferences PRIMARY KEY (community, name)
);
INSERT INTO "preferences" VALUES('discord:10','badges','on');
INSERT INTO "preferences" VALUES('discord:10','renamed-commands','unannounced');
CREATE TABLE queue_communities (
    community TEXT NOT NULL,
    queue TEXT NOT NULL,
    CONSTRAINT pk_queue_communities PRIMARY KEY (community),
    CONSTRAINT fk_queue_communities_queue FOREIGN KEY(queue) REFERENCES queues (id)
);
INSERT INTO "queue_communities" VALUES('discord:10','queue1');
CREATE TABLE queues (
    id TEXT NOT NULL,
    tips INTEGER NOT NULL,
    schedules INTEGER NOT NULL,
    CONSTRAINT pk_queues PRIMARY KEY (id)
);
INSERT INTO "queues" VALUES('queue1',2,1);
CREATE TABLE "quiz_versions" (
    version TEXT NOT NULL,
    quiz TEXT NOT NULL,
    definition TEXT NOT NULL,
    CONSTRAINT pk_editions PRIMARY KEY (version)
);
INSERT INTO "quiz_versions" VALUES('v1','roles','{"items": []}');
CREATE TABLE receipts (
    schedule TEXT NOT NULL,
    due_at DATETIME NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    says TEXT,
    at DATETIME NOT NULL,
    CONSTRAINT pk_receipts PRIMARY KEY (schedule, due_at, step),
    CONSTRAINT fk_receipts_occurrence FOREIGN KEY(schedule, due_at) REFERENCES occurrences (schedule, due_at) ON DELETE CASCADE
);
INSERT INTO "receipts" VALUES('schedule1','2026-01-05 09:00:00.000000','post','done',1,NULL,'2026-01-05 09:03:07.250000');
CREATE TABLE schedules (
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    number INTEGER NOT NULL,
    community TEXT NOT NULL,
    channel TEXT NOT NULL,
    weekday INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    zone TEXT NOT NULL,
    weeks INTEGER NOT NULL,
    first DATE NOT NULL,
    shuffled BOOLEAN NOT NULL,
    again BOOLEAN NOT NULL,
    thread BOOLEAN NOT NULL,
    pin BOOLEAN NOT NULL,
    mention TEXT,
    missed TEXT NOT NULL,
    hours INTEGER NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    next_due DATETIME NOT NULL,
    made_by TEXT,
    made_at DATETIME NOT NULL,
    CONSTRAINT pk_schedules PRIMARY KEY (id),
    CONSTRAINT fk_schedules_queue FOREIGN KEY(queue) REFERENCES queues (id)
);
INSERT INTO "schedules" VALUES('schedule1','queue1',1,'discord:10','discord:10/123',0,540,'Europe/Berlin',1,'2026-01-05',0,1,0,1,NULL,'catch-up',24,'active',NULL,'2026-01-05 09:03:07.250000','discord:1','2026-01-05 09:00:00.000000');
CREATE TABLE shards (
    number INTEGER NOT NULL,
    owner TEXT,
    leased_until DATETIME,
    started_at DATETIME,
    CONSTRAINT pk_shards PRIMARY KEY (number)
);
INSERT INTO "shards" VALUES(0,'host-1','2026-01-05 09:03:07.250000','2026-01-05 09:00:00.000000');
CREATE TABLE tips (
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    link TEXT,
    role TEXT,
    topic TEXT,
    cites TEXT NOT NULL,
    seen TEXT,
    origin TEXT,
    suggested_by TEXT,
    suggested_in TEXT,
    reason TEXT,
    added_at DATETIME NOT NULL, decided_by text,
    CONSTRAINT pk_tips PRIMARY KEY (id),
    CONSTRAINT fk_tips_queue FOREIGN KEY(queue) REFERENCES queues (id)
);
INSERT INTO "tips" VALUES('tip1','queue1',1,'queued',0,'Read the posting twice.','https://example.org','ml-engineer','pay','pay.kore1 faq.title','seen','tips.title',NULL,NULL,NULL,'2026-01-05 09:00:00.000000','discord:1');
INSERT INTO "tips" VALUES('tip2','queue1',2,'suggested',1,'Ask about evaluation — it''s telling.',NULL,NULL,NULL,'',NULL,NULL,'discord:1','discord:10',NULL,'2026-01-05 09:03:07.250000',NULL);
CREATE TABLE totals (
    community TEXT NOT NULL,
    name TEXT NOT NULL,
    figures TEXT NOT NULL,
    attempts TEXT NOT NULL,
    CONSTRAINT pk_totals PRIMARY KEY (community, name)
);
INSERT INTO "totals" VALUES('discord:10','roles','{"n": 1}','aaaaaaaaaaaa');
CREATE INDEX ix_queue_communities_queue ON queue_communities (queue);
CREATE UNIQUE INDEX ux_tips_number ON tips (queue, number);
CREATE INDEX ix_tips_suggested_by ON tips (suggested_by);
CREATE UNIQUE INDEX ux_schedules_number ON schedules (queue, number);
CREATE INDEX ix_schedules_due ON schedules (state, next_due);
CREATE INDEX ix_occurrences_state ON occurrences (state);
CREATE INDEX ix_occurrences_channel ON occurrences (channel);
CREATE INDEX ix_audit_queue ON audit (queue, id);
CREATE INDEX ix_attempts_owner ON attempts (owner);
CREATE INDEX ix_attempts_community ON attempts (community, quiz);
CREATE UNIQUE INDEX ux_attempts_unfinished ON attempts (owner, quiz) WHERE finished_at IS NULL;
CREATE INDEX ix_cards_tip ON cards (tip);
CREATE INDEX ix_blocks_member ON blocks (member);
