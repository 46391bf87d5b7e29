-- +goose Up

-- A file stands in pieces of 64 KiB, the last one shorter, so that it comes in
-- and goes out without ever being whole in the memory. Its row is there from the
-- first piece on, and whole is set with the last: until then nobody sees it. key
-- names the pieces: of two uploads that call themselves by one id, only one
-- becomes whole.
ALTER TABLE webchat_files RENAME TO webchat_files_before;
DROP INDEX webchat_files_created;
ALTER INDEX webchat_files_pkey RENAME TO webchat_files_before_pkey;

CREATE TABLE webchat_files (
    bot        TEXT COLLATE "C" NOT NULL,
    chat       TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    name       TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    size       BIGINT  NOT NULL,
    whole      BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (bot, chat, key)
);

CREATE TABLE webchat_pieces (
    bot  TEXT COLLATE "C" NOT NULL,
    chat TEXT COLLATE "C" NOT NULL,
    key  TEXT COLLATE "C" NOT NULL,
    n    BIGINT NOT NULL,
    data BYTEA  NOT NULL,
    PRIMARY KEY (bot, chat, key, n)
);
-- Files are mostly packed already: to try it again costs much and gains nothing.
ALTER TABLE webchat_pieces ALTER COLUMN data SET STORAGE EXTERNAL;

INSERT INTO webchat_files (bot, chat, key, id, name, type, size, whole, created_at)
SELECT bot, chat, id, id, name, type, size, TRUE, created_at FROM webchat_files_before;

INSERT INTO webchat_pieces (bot, chat, key, n, data)
SELECT f.bot, f.chat, f.id, c.n, substring(f.data FROM CAST(c.n * 65536 + 1 AS INTEGER) FOR 65536)
FROM webchat_files_before f CROSS JOIN LATERAL generate_series(0, (f.size - 1) / 65536) c(n);

DROP TABLE webchat_files_before;

CREATE UNIQUE INDEX webchat_files_id ON webchat_files (bot, chat, id) WHERE whole;
CREATE INDEX webchat_files_created ON webchat_files (created_at) WHERE whole;
CREATE INDEX webchat_files_coming ON webchat_files (created_at) WHERE NOT whole;
CREATE INDEX webchat_files_size ON webchat_files (size, key);
