-- Versions of quizzes, people's attempts at them, and the answers that they gave.
CREATE TABLE editions (
    version text NOT NULL,
    quiz text NOT NULL,
    definition text NOT NULL,
    CONSTRAINT pk_editions PRIMARY KEY (version)
);
CREATE TABLE takes (
    id text NOT NULL,
    owner text NOT NULL,
    community text,
    quiz text NOT NULL,
    version text NOT NULL,
    position integer NOT NULL,
    doubled text,
    started_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_takes PRIMARY KEY (id),
    CONSTRAINT fk_takes_version FOREIGN KEY (version) REFERENCES editions (version)
);
CREATE INDEX ix_takes_owner ON takes (owner);
CREATE INDEX ix_takes_community ON takes (community, quiz);
CREATE UNIQUE INDEX ux_takes_unfinished ON takes (owner, quiz) WHERE finished_at IS NULL;
CREATE TABLE answers (
    take text NOT NULL,
    item text NOT NULL,
    option text,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (take, item),
    CONSTRAINT fk_answers_take FOREIGN KEY (take) REFERENCES takes (id) ON DELETE CASCADE
);
