-- +goose Up

-- What whoever returned a change has noted at a field of its sheet, as findings name
-- the field: one note a field, the newest. version is the one that was returned;
-- mended_by is who of its makers has ticked it off, '' while nobody has.
CREATE TABLE sheet_notes (
    change    TEXT NOT NULL,
    field     TEXT NOT NULL,
    version   BIGINT NOT NULL,
    note      TEXT   NOT NULL,
    user_id   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    mended_by TEXT   NOT NULL DEFAULT '',
    mended_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (change, field)
);

-- Who was called to approve what was submitted at since, and reminded of it (again), so
-- that each is called once. It is there while nobody has decided.
CREATE TABLE approval_calls (
    object  TEXT NOT NULL,
    since   BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    again   BOOLEAN NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (object, since, user_id, again)
);
