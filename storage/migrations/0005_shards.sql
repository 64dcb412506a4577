-- Which instance serves which shard, and until when.
CREATE TABLE instances (
    name text NOT NULL,
    leased_until timestamptz NOT NULL,
    CONSTRAINT pk_instances PRIMARY KEY (name)
);
CREATE TABLE shards (
    number integer NOT NULL,
    owner text,
    leased_until timestamptz,
    started_at timestamptz,
    CONSTRAINT pk_shards PRIMARY KEY (number)
);
