-- One row: what the journal is called, and who may append to it.
CREATE TABLE journal (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    name    TEXT    NOT NULL,
    fence   INTEGER NOT NULL,
    holder  TEXT    NOT NULL
) STRICT;

-- A row for each durable write; row 0 holds the head before the first fact.
CREATE TABLE batches (
    last_seq   INTEGER PRIMARY KEY,
    first_seq  INTEGER NOT NULL,
    at_millis  INTEGER NOT NULL,
    head       BLOB    NOT NULL CHECK (length(head) = 32),
    facts      BLOB    NOT NULL
) STRICT;
