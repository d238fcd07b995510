-- A row for each blob, by its SHA-256; its bytes are its parts, in order. An empty blob has none.
CREATE TABLE blobs (
    digest  bytea  PRIMARY KEY CHECK (length(digest) = 32)
);

CREATE TABLE blob_parts (
    digest  bytea  NOT NULL REFERENCES blobs ON DELETE CASCADE,
    part    bigint NOT NULL,
    bytes   bytea  NOT NULL,
    PRIMARY KEY (digest, part)
);

-- Blobs are mostly compressed or encrypted already.
ALTER TABLE blob_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
