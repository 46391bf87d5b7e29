-- +goose Up

-- revision grows by one with whatever the desk shows of the ticket, at changed_at.
-- turn tells whose word is next, 'ours' or 'theirs'; ours began at turn_at, with the
-- customer's first unanswered line, and asked_at is where it began before the latest
-- reply, should that not arrive. answered_at is when the latest reply was written.
-- Until wake_at a held ticket sleeps.
-- A ticket that follows another is offered to its holder first, until offered_until.
-- opened_by is the user who wrote first, '' where the customer did.
ALTER TABLE tickets ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN turn TEXT NOT NULL DEFAULT 'ours';
ALTER TABLE tickets ADD COLUMN turn_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN wake_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN offered TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN offered_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN opened_by TEXT NOT NULL DEFAULT '';

-- Nobody knows when the customers of open tickets last wrote: they have waited
-- since they asked.
UPDATE tickets SET turn_at = opened_at, asked_at = opened_at, changed_at = opened_at WHERE state <> 'closed';

-- The queue, in the order of «next»; and what is taken, for the timer that returns it.
DROP INDEX tickets_waiting;
CREATE INDEX tickets_waiting ON tickets (turn_at, id) WHERE state = 'waiting';
CREATE INDEX tickets_taken ON tickets (turn_at, id) WHERE state = 'taken';

-- What customers thought of the help: a row is written when they are asked, with
-- score 0 until they answer. holder is who held the ticket then.
CREATE TABLE ratings (
    bot      TEXT NOT NULL,
    ticket   TEXT NOT NULL,
    chat     TEXT NOT NULL,
    contact  TEXT   NOT NULL DEFAULT '',
    holder   TEXT   NOT NULL DEFAULT '',
    score    BIGINT NOT NULL DEFAULT 0,
    asked_at BIGINT NOT NULL,
    rated_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, ticket)
) WITHOUT ROWID;
CREATE INDEX ratings_contact ON ratings (contact, asked_at);
CREATE INDEX ratings_chat ON ratings (bot, chat);
CREATE INDEX ratings_asked ON ratings (asked_at);
