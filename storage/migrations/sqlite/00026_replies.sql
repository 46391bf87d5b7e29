-- +goose Up

-- What operators have begun to write to customers: a row for a user and a ticket, at
-- the ticket's address. It stays, empty, when the words are sent: sent counts that,
-- so that two pages that show one draft send it once.
CREATE TABLE drafts (
    ticket     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    bot        TEXT NOT NULL,
    chat       TEXT NOT NULL,
    text       TEXT    NOT NULL DEFAULT '',
    markup     BOOLEAN NOT NULL DEFAULT FALSE,
    files      TEXT    NOT NULL DEFAULT '[]',
    sent       BIGINT  NOT NULL DEFAULT 0,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (ticket, user_id)
);
CREATE INDEX drafts_chat ON drafts (bot, chat);
CREATE INDEX drafts_updated ON drafts (updated_at);

-- Somebody has chosen to answer in another language than the customer's.
ALTER TABLE tickets ADD COLUMN other_language BOOLEAN NOT NULL DEFAULT FALSE;

-- Words that wait for their moment: the sender asks for the next of them.
CREATE INDEX outbox_later ON outbox (bot, not_before) WHERE state = 'pending' AND lane = 1 AND attempts = 0 AND not_before > 0;
