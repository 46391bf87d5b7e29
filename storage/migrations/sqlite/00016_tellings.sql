-- +goose Up

-- The texts that tell something of a change, of a stage of it or of a broadcast, as
-- each messenger shows them to everybody. hash names all of it. Kept for good;
-- nothing here is of any person.
CREATE TABLE renderings (
    hash      TEXT NOT NULL PRIMARY KEY,
    change_id TEXT NOT NULL DEFAULT '',
    broadcast TEXT NOT NULL DEFAULT '',
    version   BIGINT NOT NULL,
    channel   TEXT NOT NULL,
    language  TEXT NOT NULL,
    part      TEXT NOT NULL,
    template  TEXT NOT NULL,
    made_at   BIGINT NOT NULL
);
CREATE INDEX renderings_change ON renderings (change_id, version);

-- One row for whatever told something of a change, kept as long as the ledger.
-- cause is that of the message, history_id the id of its row of the history.
CREATE TABLE tellings (
    bot          TEXT NOT NULL,
    chat         TEXT NOT NULL,
    cause        TEXT NOT NULL,
    change_id    TEXT NOT NULL,
    contact      TEXT NOT NULL,
    version      BIGINT NOT NULL,
    part         TEXT NOT NULL,
    rendering    TEXT NOT NULL,
    text_hash    TEXT NOT NULL,
    history_id   BIGINT NOT NULL DEFAULT 0,
    external_id  TEXT NOT NULL DEFAULT '',
    outcome      TEXT NOT NULL DEFAULT 'on its way',
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT NOT NULL DEFAULT 0,
    seen_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, chat, cause, change_id)
);
CREATE INDEX tellings_change ON tellings (change_id, contact);
CREATE INDEX tellings_open ON tellings (bot, chat, cause) WHERE outcome = 'on its way';

-- How a message ended stands beside what was said; '' while nobody knows.
ALTER TABLE history ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN delivered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- The key of that row, and whether the message tells something of a change.
ALTER TABLE outbox ADD COLUMN history_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN tells BOOLEAN NOT NULL DEFAULT FALSE;

-- What was told before stays told.
ALTER TABLE ledger ADD COLUMN on_its_way_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN unsure_at BIGINT NOT NULL DEFAULT 0;
