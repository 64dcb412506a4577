CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE answers (
    take TEXT NOT NULL,
    item TEXT NOT NULL,
    option TEXT,
    answered_at DATETIME NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (take, item),
    CONSTRAINT fk_answers_take FOREIGN KEY(take) REFERENCES takes (id) ON DELETE CASCADE
);
INSERT INTO "answers" VALUES('aaaaaaaaaaaa','i0','a','2026-01-05 09:00:00.000000');
INSERT INTO "answers" VALUES('aaaaaaaaaaaa','i1',NULL,'2026-01-05 09:03:07.250000');
INSERT INTO "answers" VALUES('bbbbbbbbbbbb','i0','b','2026-01-05 09:03:07.250000');
CREATE TABLE editions (
    version TEXT NOT NULL,
    quiz TEXT NOT NULL,
    definition TEXT NOT NULL,
    CONSTRAINT pk_editions PRIMARY KEY (version)
);
INSERT INTO "editions" VALUES('v1','roles','{"items": []}');
CREATE TABLE takes (
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
    CONSTRAINT fk_takes_version FOREIGN KEY(version) REFERENCES editions (version)
);
INSERT INTO "takes" VALUES('aaaaaaaaaaaa','discord:1','discord:10','roles','v1',2,'i1','2026-01-05 09:00:00.000000','2026-01-05 09:03:07.250000','2026-01-05 09:03:07.250000');
INSERT INTO "takes" VALUES('bbbbbbbbbbbb','discord:1',NULL,'roles','v1',1,NULL,'2026-01-05 09:00:00.000000','2026-01-05 09:03:07.250000',NULL);
INSERT INTO "takes" VALUES('cccccccccccc','slack:T1/U2','slack:T1','roles','v1',1,NULL,'2026-01-05 09:00:00.000000','2026-01-05 09:00:00.000000',NULL);
CREATE TABLE totals (
    community TEXT NOT NULL,
    name TEXT NOT NULL,
    figures TEXT NOT NULL,
    takes TEXT NOT NULL,
    CONSTRAINT pk_totals PRIMARY KEY (community, name)
);
INSERT INTO "totals" VALUES('discord:10','roles','{"n": 1}','aaaaaaaaaaaa');
CREATE INDEX ix_takes_owner ON takes (owner);
CREATE INDEX ix_takes_community ON takes (community, quiz);
CREATE UNIQUE INDEX ux_takes_unfinished ON takes (owner, quiz) WHERE finished_at IS NULL;
