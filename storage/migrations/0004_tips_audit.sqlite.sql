-- Who did what to a queue. Only a column of exactly this type numbers its rows by itself in SQLite.
CREATE TABLE audit (
    id integer NOT NULL,
    queue text NOT NULL,
    at timestamptz NOT NULL,
    who text,
    deed text NOT NULL,
    about text NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_queue ON audit (queue, id);
