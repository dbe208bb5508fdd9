-- SQL that SQLite and PostgreSQL have in common. Identifiers are UUIDs of version 7, so their order is that of creation.
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    -- argon2id as a PHC string, as `keystub hash-password` prints it.
    password TEXT NOT NULL,
    -- Separated by spaces.
    scopes TEXT NOT NULL
);

CREATE TABLE api_keys (
    -- SHA-256 in hexadecimal, as `keystub hash-key` prints it.
    hash TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    scopes TEXT NOT NULL
);

CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    -- Seconds since 1970.
    created BIGINT NOT NULL,
    text TEXT NOT NULL
);
