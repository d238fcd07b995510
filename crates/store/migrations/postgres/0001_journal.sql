-- One row: what the journal is called, and who may append to it until when.
CREATE TABLE journal (
    one         boolean     PRIMARY KEY CHECK (one),
    name        text        NOT NULL,
    fence       bigint      NOT NULL,
    holder      text        NOT NULL,
    expires_at  timestamptz NOT NULL
);

-- A row for each durable write; row 0 holds the head before the first fact.
CREATE TABLE batches (
    last_seq   bigint PRIMARY KEY,
    first_seq  bigint NOT NULL,
    at_millis  bigint NOT NULL,
    head       bytea  NOT NULL CHECK (length(head) = 32),
    facts      bytea  NOT NULL
);

-- Facts are many small records, often with digests in them: compressing them costs more than it saves.
ALTER TABLE batches ALTER COLUMN facts SET STORAGE EXTERNAL;

CREATE TABLE snapshots (
    seq        bigint PRIMARY KEY,
    head       bytea  NOT NULL CHECK (length(head) = 32),
    at_millis  bigint NOT NULL,
    parts      bigint NOT NULL,
    digest     bytea  NOT NULL
);

CREATE TABLE snapshot_parts (
    seq    bigint NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    part   bigint NOT NULL,
    bytes  bytea  NOT NULL,
    PRIMARY KEY (seq, part)
);

ALTER TABLE snapshot_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
