-- A note has a greater version after each change.
ALTER TABLE notes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

CREATE TABLE sessions (
    -- SHA-256 of the secret in hexadecimal.
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Seconds since 1970.
    expires BIGINT NOT NULL
);
