-- Who did what to a queue. PostgreSQL numbers rows by a sequence.
CREATE TABLE audit (
    id serial NOT NULL,
    queue text NOT NULL,
    at timestamptz NOT NULL,
    who text,
    deed text NOT NULL,
    about text NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_queue ON audit (queue, id);
