-- Answers that moderators wrote, what members sent to them, hidden statements, and questions asked in vain.
ALTER TABLE queues ADD COLUMN answers integer NOT NULL DEFAULT 0;
ALTER TABLE queues ADD COLUMN feedback integer NOT NULL DEFAULT 0;
ALTER TABLE queues ADD COLUMN revision integer NOT NULL DEFAULT 0;
CREATE TABLE community_answers (
    id text NOT NULL,
    queue text NOT NULL,
    number integer NOT NULL,
    question text NOT NULL,
    wordings text NOT NULL,
    text text NOT NULL,
    link text,
    role text,
    review_on date,
    review_told boolean NOT NULL,
    entry text,
    created_by text,
    created_at timestamptz NOT NULL,
    edited_by text,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_community_answers PRIMARY KEY (id),
    CONSTRAINT fk_community_answers_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE UNIQUE INDEX ux_community_answers_number ON community_answers (queue, number);
CREATE INDEX ix_community_answers_review_on ON community_answers (review_on) WHERE review_on IS NOT NULL;
CREATE TABLE feedback (
    id text NOT NULL,
    queue text NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    suggestion text,
    link text,
    about text,
    fingerprint text,
    member text,
    community text,
    at timestamptz NOT NULL,
    state text NOT NULL,
    reason text,
    answer integer,
    decided_by text,
    decided_at timestamptz,
    CONSTRAINT pk_feedback PRIMARY KEY (id),
    CONSTRAINT fk_feedback_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE UNIQUE INDEX ux_feedback_number ON feedback (queue, number);
CREATE INDEX ix_feedback_state ON feedback (queue, state);
CREATE INDEX ix_feedback_member ON feedback (member);
CREATE TABLE hidden_statements (
    id text NOT NULL,
    queue text NOT NULL,
    entry text NOT NULL,
    text text NOT NULL,
    reason text NOT NULL,
    hidden_by text,
    at timestamptz NOT NULL,
    change_told boolean NOT NULL,
    CONSTRAINT pk_hidden_statements PRIMARY KEY (id),
    CONSTRAINT fk_hidden_statements_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE INDEX ix_hidden_statements_queue ON hidden_statements (queue, entry);
CREATE TABLE question_counts (
    queue text NOT NULL,
    fingerprint text NOT NULL,
    month date NOT NULL,
    asked integer NOT NULL,
    CONSTRAINT pk_question_counts PRIMARY KEY (queue, month, fingerprint),
    CONSTRAINT fk_question_counts_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE TABLE question_askers (
    queue text NOT NULL,
    fingerprint text NOT NULL,
    member text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_question_askers PRIMARY KEY (queue, fingerprint, member),
    CONSTRAINT fk_question_askers_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE INDEX ix_question_askers_member ON question_askers (member);
