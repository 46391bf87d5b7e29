-- +goose Up

-- Files of any chat: those that a visitor of the web chat sent, those that are
-- fetched from a messenger, and those of operators, which are outgoing. state says
-- what became of one: coming, kept, too large, gone, no room or failed. key names
-- it and its pieces everywhere; id is the sender's own, unique among a chat's kept.
--
-- What is fetched is asked for with the turn that tells of it: ref is what the
-- messenger gives it for, until it is over. Whoever fetches holds it by a claim
-- until due_at; after that, and after a try that failed, it is due again. tries
-- counts. used_at is when an outgoing file was first sent in a message.
--
-- Only these rows are written anew: the pieces, which are large, stay where they are.
ALTER TABLE webchat_pieces RENAME TO file_pieces;

CREATE TABLE files (
    bot        TEXT NOT NULL,
    chat       TEXT NOT NULL,
    key        TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    size       BIGINT  NOT NULL,
    state      TEXT NOT NULL,
    kind       TEXT NOT NULL DEFAULT '',
    outgoing   BOOLEAN NOT NULL DEFAULT FALSE,
    used_at    BIGINT  NOT NULL DEFAULT 0,
    ref        TEXT    NOT NULL DEFAULT '',
    tries      BIGINT  NOT NULL DEFAULT 0,
    claim      TEXT NOT NULL DEFAULT '',
    due_at     BIGINT  NOT NULL DEFAULT 0,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (bot, chat, key)
) WITHOUT ROWID;

INSERT INTO files (bot, chat, key, id, name, type, size, state, created_at)
SELECT bot, chat, key, id, name, type, size, CASE WHEN whole THEN 'kept' ELSE 'coming' END, created_at FROM webchat_files;

DROP TABLE webchat_files;

CREATE UNIQUE INDEX files_id ON files (bot, chat, id) WHERE state = 'kept';
CREATE INDEX files_key ON files (key);
CREATE INDEX files_created ON files (created_at) WHERE state <> 'coming';
CREATE INDEX files_coming ON files (created_at) WHERE state = 'coming';
CREATE INDEX files_due ON files (tries, due_at) WHERE state = 'coming' AND ref <> '';
CREATE INDEX files_size ON files (size, key);
