-- +goose Up

-- A file stands in pieces of 64 KiB, the last one shorter, so that it comes in
-- and goes out without ever being whole in the memory. Its row is there from the
-- first piece on, and whole is set with the last: until then nobody sees it. key
-- names the pieces: of two uploads that call themselves by one id, only one
-- becomes whole.
ALTER TABLE webchat_files RENAME TO webchat_files_before;
DROP INDEX webchat_files_created;

CREATE TABLE webchat_files (
    bot        TEXT NOT NULL,
    chat       TEXT NOT NULL,
    key        TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    size       BIGINT  NOT NULL,
    whole      BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (bot, chat, key)
) WITHOUT ROWID;

CREATE TABLE webchat_pieces (
    bot  TEXT NOT NULL,
    chat TEXT NOT NULL,
    key  TEXT NOT NULL,
    n    BIGINT NOT NULL,
    data BLOB   NOT NULL,
    PRIMARY KEY (bot, chat, key, n)
);

INSERT INTO webchat_files (bot, chat, key, id, name, type, size, whole, created_at)
SELECT bot, chat, id, id, name, type, size, TRUE, created_at FROM webchat_files_before;

-- The limit keeps SQLite from reading a file anew for each of its pieces.
WITH RECURSIVE c (n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE (n + 1) * 65536 < (SELECT COALESCE(max(size), 0) FROM webchat_files_before)
)
INSERT INTO webchat_pieces (bot, chat, key, n, data)
SELECT f.bot, f.chat, f.id, c.n, substr(f.data, c.n * 65536 + 1, 65536)
FROM (SELECT bot, chat, id, size, data FROM webchat_files_before LIMIT -1) f CROSS JOIN c
WHERE c.n * 65536 < f.size;

DROP TABLE webchat_files_before;

CREATE UNIQUE INDEX webchat_files_id ON webchat_files (bot, chat, id) WHERE whole;
CREATE INDEX webchat_files_created ON webchat_files (created_at) WHERE whole;
CREATE INDEX webchat_files_coming ON webchat_files (created_at) WHERE NOT whole;
CREATE INDEX webchat_files_size ON webchat_files (size) WHERE whole;
