-- Who decided about a tip, the messages that ask moderators to decide, and members who may not suggest.
ALTER TABLE tips ADD COLUMN decided_by text;
CREATE TABLE cards (
    channel text NOT NULL,
    message text NOT NULL,
    tip text NOT NULL,
    community text NOT NULL,
    direct boolean NOT NULL,
    CONSTRAINT pk_cards PRIMARY KEY (channel, message),
    CONSTRAINT fk_cards_tip FOREIGN KEY (tip) REFERENCES tips (id) ON DELETE CASCADE
);
CREATE INDEX ix_cards_tip ON cards (tip);
CREATE TABLE blocks (
    queue text NOT NULL,
    member text NOT NULL,
    blocked_by text,
    at timestamptz NOT NULL,
    CONSTRAINT pk_blocks PRIMARY KEY (queue, member),
    CONSTRAINT fk_blocks_queue FOREIGN KEY (queue) REFERENCES queues (id)
);
CREATE INDEX ix_blocks_member ON blocks (member);
