-- +goose Up

-- One message to one audience. content is the texts, buttons and attachment as they
-- were written, renderings the hashes of what was approved by messenger and language,
-- segment the tree as it is approved. Moments are 0 where there is none.
CREATE TABLE broadcasts (
    id          TEXT NOT NULL,
    state       TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    title       TEXT   NOT NULL DEFAULT '',
    topic       TEXT NOT NULL DEFAULT '',
    change_id   TEXT NOT NULL DEFAULT '',
    content     TEXT   NOT NULL DEFAULT '{}',
    segment     TEXT   NOT NULL DEFAULT '',
    renderings  TEXT   NOT NULL DEFAULT '[]',
    zone        TEXT   NOT NULL DEFAULT '',
    start_at    BIGINT NOT NULL DEFAULT 0,
    until_at    BIGINT NOT NULL DEFAULT 0,
    correction  BOOLEAN NOT NULL DEFAULT FALSE,
    must        BOOLEAN NOT NULL DEFAULT FALSE,
    urgent      TEXT   NOT NULL DEFAULT '',
    hash        TEXT   NOT NULL DEFAULT '',
    author      TEXT   NOT NULL DEFAULT '',
    editor      TEXT   NOT NULL DEFAULT '',
    note        TEXT   NOT NULL DEFAULT '',
    halt        TEXT   NOT NULL DEFAULT '',
    listed      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    started_at  BIGINT NOT NULL DEFAULT 0,
    ended_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX broadcasts_open ON broadcasts (state, start_at) WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled');

-- What becomes of each person in a broadcast. key is whom the row was made for and
-- never changes; contact is who that is by now. It leaves 'pending' once.
CREATE TABLE recipients (
    broadcast       TEXT NOT NULL,
    key             TEXT NOT NULL,
    contact         TEXT NOT NULL,
    bot             TEXT NOT NULL DEFAULT '',
    chat            TEXT NOT NULL DEFAULT '',
    language        TEXT   NOT NULL DEFAULT '',
    outcome         TEXT   NOT NULL DEFAULT 'pending',
    reason          TEXT   NOT NULL DEFAULT '',
    round           BIGINT NOT NULL DEFAULT 0,
    external_id     TEXT   NOT NULL DEFAULT '',
    waits           TEXT   NOT NULL DEFAULT '',
    rendering       TEXT   NOT NULL DEFAULT '',
    text_hash       TEXT   NOT NULL DEFAULT '',
    listed_at       BIGINT NOT NULL,
    not_before      BIGINT NOT NULL DEFAULT 0,
    released_at     BIGINT NOT NULL DEFAULT 0,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    sent_at         BIGINT NOT NULL DEFAULT 0,
    delivered_at    BIGINT NOT NULL DEFAULT 0,
    seen_at         BIGINT NOT NULL DEFAULT 0,
    clicked_at      BIGINT NOT NULL DEFAULT 0,
    acknowledged_at BIGINT NOT NULL DEFAULT 0,
    asked_at        BIGINT NOT NULL DEFAULT 0,
    complained_at   BIGINT NOT NULL DEFAULT 0,
    unsubscribed_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (broadcast, key)
) WITHOUT ROWID;
CREATE INDEX recipients_contact ON recipients (contact);
CREATE INDEX recipients_waiting ON recipients (broadcast, bot, not_before, key) WHERE outcome = 'pending' AND released_at = 0;

-- How many recipients ended how, and how many of them did what: written with the rows
-- it counts, so a report reads these few.
CREATE TABLE broadcast_counts (
    broadcast TEXT NOT NULL,
    bot       TEXT NOT NULL,
    language  TEXT NOT NULL,
    what      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    n         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (broadcast, bot, language, what, reason)
) WITHOUT ROWID;

-- Whom a row of the outbox is for, where it is one of a broadcast.
ALTER TABLE outbox ADD COLUMN broadcast TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN recipient TEXT NOT NULL DEFAULT '';
