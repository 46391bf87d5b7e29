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

-- Cut into MiB first and those into pieces, for SQLite reads all of a value to
-- cut one piece from it. The limit keeps it from doing both at once.
WITH RECURSIVE m (n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE (n + 1) * 1048576 < (SELECT COALESCE(max(size), 0) FROM webchat_files_before)
), c (n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 15
)
INSERT INTO webchat_pieces (bot, chat, key, n, data)
SELECT f.bot, f.chat, f.id, f.n * 16 + c.n, substr(f.data, c.n * 65536 + 1, 65536)
FROM (
    SELECT b.bot, b.chat, b.id, m.n, substr(b.data, m.n * 1048576 + 1, 1048576) AS data
    FROM webchat_files_before b CROSS JOIN m WHERE m.n * 1048576 < b.size LIMIT -1
) f CROSS JOIN c
WHERE c.n * 65536 < length(f.data);

DROP TABLE webchat_files_before;

CREATE UNIQUE INDEX webchat_files_id ON webchat_files (bot, chat, id) WHERE whole;
CREATE INDEX webchat_files_created ON webchat_files (created_at) WHERE whole;
CREATE INDEX webchat_files_coming ON webchat_files (created_at) WHERE NOT whole;
CREATE INDEX webchat_files_size ON webchat_files (size) WHERE whole;
