-- Weekly tips: queues, schedules, what was due and what came of it.
CREATE TABLE queues (
    id text NOT NULL,
    tips integer NOT NULL,
    schedules integer NOT NULL,
    CONSTRAINT pk_queues PRIMARY KEY (id)
);
CREATE TABLE queue_communities (
    community text NOT NULL,
    queue text NOT NULL,
    CONSTRAINT pk_queue_communities PRIMARY KEY (community),
    CONSTRAINT fk_queue_communities_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE INDEX ix_queue_communities_queue ON queue_communities (queue);
CREATE TABLE link_codes (
    code text NOT NULL,
    community text NOT NULL,
    made_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_link_codes PRIMARY KEY (code)
);
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
    added_at timestamptz NOT NULL,
    CONSTRAINT pk_tips PRIMARY KEY (id),
    CONSTRAINT fk_tips_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE UNIQUE INDEX ux_tips_number ON tips (queue, number);
CREATE INDEX ix_tips_suggested_by ON tips (suggested_by);
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
    next_due timestamptz NOT NULL,
    made_by text,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_schedules PRIMARY KEY (id),
    CONSTRAINT fk_schedules_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE UNIQUE INDEX ux_schedules_number ON schedules (queue, number);
CREATE INDEX ix_schedules_due ON schedules (state, next_due);
CREATE TABLE occurrences (
    schedule text NOT NULL,
    due_at timestamptz NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    tip text,
    message text,
    posted_at timestamptz,
    since timestamptz NOT NULL,
    owner text,
    leased_until timestamptz,
    retry_at timestamptz,
    CONSTRAINT pk_occurrences PRIMARY KEY (schedule, due_at),
    CONSTRAINT fk_occurrences_schedule
        FOREIGN KEY (schedule) REFERENCES schedules (id) ON DELETE CASCADE
);
CREATE INDEX ix_occurrences_state ON occurrences (state);
CREATE INDEX ix_occurrences_channel ON occurrences (channel);
CREATE TABLE receipts (
    schedule text NOT NULL,
    due_at timestamptz NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    says text,
    at timestamptz NOT NULL,
    CONSTRAINT pk_receipts PRIMARY KEY (schedule, due_at, step),
    CONSTRAINT fk_receipts_occurrence FOREIGN KEY (schedule, due_at)
        REFERENCES occurrences (schedule, due_at) ON DELETE CASCADE
);
CREATE TABLE notices (
    queue text NOT NULL,
    about text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (queue, about)
);
