-- +goose Up

-- A web chat has no messenger that keeps what was said: its page reads it here.
-- The head is one row for each chat. It gives the numbers of the lines and is
-- the lock that lets them become visible in their order; delivered and seen are
-- the last lines the visitor's page has told of.
CREATE TABLE webchat_heads (
    bot       TEXT COLLATE "C" NOT NULL,
    chat      TEXT COLLATE "C" NOT NULL,
    seq       BIGINT NOT NULL DEFAULT 0,
    delivered BIGINT NOT NULL DEFAULT 0,
    seen      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, chat)
) WITH (fillfactor = 80);

-- seq is about the microsecond of the line. id is the visitor's own id of it,
-- so that a line sent again stands here once; ours have none.
CREATE TABLE webchat_lines (
    bot      TEXT COLLATE "C" NOT NULL,
    chat     TEXT COLLATE "C" NOT NULL,
    seq      BIGINT  NOT NULL,
    id       TEXT COLLATE "C" NOT NULL DEFAULT '',
    outgoing BOOLEAN NOT NULL,
    body     BYTEA   NOT NULL,
    PRIMARY KEY (bot, chat, seq)
);
CREATE UNIQUE INDEX webchat_lines_id ON webchat_lines (bot, chat, id) WHERE id <> '';
CREATE INDEX webchat_lines_seq ON webchat_lines (seq);

CREATE TABLE webchat_files (
    bot        TEXT COLLATE "C" NOT NULL,
    chat       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    name       TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    data       BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat, id)
);
CREATE INDEX webchat_files_created ON webchat_files (created_at);
