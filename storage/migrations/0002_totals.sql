-- Figures about a community as they were last shown.
CREATE TABLE totals (
    community text NOT NULL,
    name text NOT NULL,
    figures text NOT NULL,
    takes text NOT NULL,
    CONSTRAINT pk_totals PRIMARY KEY (community, name)
);
