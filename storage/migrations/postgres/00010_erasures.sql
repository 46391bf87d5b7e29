-- +goose NO TRANSACTION
-- +goose Up

-- Addresses of people who are forgotten already while rows of theirs are still
-- here: what is long leaves a few rows at a time behind the erasure, and then
-- the row here leaves too. Of history and the web chat theirs is what is not
-- above history_id and line_seq, of the rest what is not younger than erased_at.
-- raw tells that updates as they came in may still hold their words.
CREATE TABLE IF NOT EXISTS erasures (
    bot        TEXT COLLATE "C" NOT NULL,
    chat       TEXT COLLATE "C" NOT NULL,
    erased_at  BIGINT  NOT NULL,
    history_id BIGINT  NOT NULL DEFAULT 0,
    line_seq   BIGINT  NOT NULL DEFAULT 0,
    raw        BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (bot, chat)
);

-- The tickets of an address are found without reading all of them. Made beside
-- the running service, as in migration 4.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS tickets_chat;
CREATE INDEX CONCURRENTLY tickets_chat ON tickets (bot, chat);
RESET lock_timeout;
