-- +goose Up

-- Addresses of people who are forgotten already while rows of theirs are still
-- here: what is long leaves a few rows at a time behind the erasure, and then
-- the row here leaves too. Of history and the web chat theirs is what is not
-- above history_id and line_seq, of the rest what is not younger than erased_at.
-- raw tells that updates as they came in may still hold their words.
CREATE TABLE erasures (
    bot        TEXT NOT NULL,
    chat       TEXT NOT NULL,
    erased_at  BIGINT  NOT NULL,
    history_id BIGINT  NOT NULL DEFAULT 0,
    line_seq   BIGINT  NOT NULL DEFAULT 0,
    raw        BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;

-- The tickets of an address are found without reading all of them.
CREATE INDEX tickets_chat ON tickets (bot, chat);
