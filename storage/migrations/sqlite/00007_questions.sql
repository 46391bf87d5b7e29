-- +goose Up

-- What people asked and how it ended, for the answers that are missing and the
-- wordings that can be learnt. cause is the update that brought the question.
CREATE TABLE questions (
    bot        TEXT NOT NULL,
    chat       TEXT NOT NULL,
    cause      TEXT NOT NULL,
    contact    TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    ending     TEXT   NOT NULL,
    shown      TEXT   NOT NULL DEFAULT '[]',
    article_id TEXT   NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    PRIMARY KEY (bot, chat, cause)
) WITHOUT ROWID;
CREATE INDEX questions_at ON questions (at);
CREATE INDEX questions_learnt ON questions (article_id, at) WHERE ending IN ('picked', 'helped', 'confirmed');

-- What editors made of wordings offered to them. id is a hash: of the words
-- themselves nothing stands here.
CREATE TABLE phrases (
    article_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    decision   TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (article_id, id)
) WITHOUT ROWID;
