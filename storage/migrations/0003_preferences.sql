-- What the moderators of a community have set.
CREATE TABLE preferences (
    community text NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    CONSTRAINT pk_preferences PRIMARY KEY (community, name)
);
