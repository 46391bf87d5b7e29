-- +goose Up

-- Times are microseconds since 1970 UTC; 0 is "never".

CREATE TABLE bots (
    bot          TEXT NOT NULL,
    owner        TEXT    NOT NULL DEFAULT '',
    lease_until  BIGINT  NOT NULL DEFAULT 0,
    epoch        BIGINT  NOT NULL DEFAULT 0,
    released     BOOLEAN NOT NULL DEFAULT TRUE,
    paused_until BIGINT  NOT NULL DEFAULT 0,
    pause_reason TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (bot)
) WITHOUT ROWID;

CREATE TABLE inbox (
    bot         TEXT NOT NULL,
    id          TEXT NOT NULL,
    chat        TEXT NOT NULL,
    seq         BIGINT  NOT NULL,
    source      TEXT    NOT NULL,
    payload     BLOB    NOT NULL,
    state       TEXT    NOT NULL,
    attempts    BIGINT  NOT NULL DEFAULT 0,
    greeted     BOOLEAN NOT NULL DEFAULT FALSE,
    reason      TEXT    NOT NULL DEFAULT '',
    note        TEXT    NOT NULL DEFAULT '',
    received_at BIGINT  NOT NULL,
    settled_at  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, id)
);
CREATE INDEX inbox_waiting ON inbox (bot, seq) WHERE state = 'waiting';
CREATE INDEX inbox_parked ON inbox (bot, seq) WHERE state = 'parked';

CREATE TABLE contacts (
    id          TEXT NOT NULL,
    external_id TEXT    NOT NULL DEFAULT '',
    name        TEXT    NOT NULL DEFAULT '',
    language    TEXT    NOT NULL DEFAULT '',
    chosen      BOOLEAN NOT NULL DEFAULT FALSE,
    zone        TEXT    NOT NULL DEFAULT '',
    stopped     BOOLEAN NOT NULL DEFAULT FALSE,
    tier        TEXT    NOT NULL DEFAULT '',
    kind        TEXT    NOT NULL DEFAULT '',
    attributes  TEXT    NOT NULL DEFAULT '{}',
    tags        TEXT    NOT NULL DEFAULT '[]',
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX contacts_external ON contacts (external_id) WHERE external_id <> '';

-- An address has one contact and one conversation, so its columns stand here
-- and nowhere else.
CREATE TABLE conversations (
    bot       TEXT NOT NULL,
    chat      TEXT NOT NULL,
    contact   TEXT NOT NULL DEFAULT '',
    flow      TEXT   NOT NULL DEFAULT '',
    step      TEXT   NOT NULL DEFAULT '',
    vars      TEXT   NOT NULL DEFAULT '{}',
    screen    BIGINT NOT NULL DEFAULT 0,
    buttons   TEXT   NOT NULL DEFAULT '[]',
    version   BIGINT NOT NULL,
    reach     TEXT   NOT NULL DEFAULT '',
    reach_at  BIGINT NOT NULL DEFAULT 0,
    last_at   BIGINT NOT NULL DEFAULT 0,
    burst     BIGINT NOT NULL DEFAULT 0,
    burst_at  BIGINT NOT NULL DEFAULT 0,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat)
);
CREATE INDEX conversations_contact ON conversations (contact);

CREATE TABLE history (
    bot      TEXT NOT NULL,
    chat     TEXT NOT NULL,
    id       BIGINT  NOT NULL,
    cause    TEXT NOT NULL DEFAULT '',
    at       BIGINT  NOT NULL,
    outgoing BOOLEAN NOT NULL,
    kind     TEXT    NOT NULL,
    text     TEXT    NOT NULL DEFAULT '',
    detail   BLOB    NOT NULL,
    PRIMARY KEY (bot, chat, id, cause)
);

CREATE TABLE tickets (
    bot       TEXT NOT NULL,
    id        TEXT NOT NULL,
    chat      TEXT NOT NULL,
    contact   TEXT   NOT NULL DEFAULT '',
    state     TEXT   NOT NULL,
    reason    TEXT   NOT NULL DEFAULT '',
    topic     TEXT   NOT NULL DEFAULT '',
    holder    TEXT   NOT NULL DEFAULT '',
    opened_at BIGINT NOT NULL,
    taken_at  BIGINT NOT NULL DEFAULT 0,
    closed_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, id)
);
CREATE INDEX tickets_id ON tickets (id);
CREATE UNIQUE INDEX tickets_open ON tickets (bot, chat) WHERE state <> 'closed';
CREATE INDEX tickets_waiting ON tickets (opened_at, id) WHERE state = 'waiting';

CREATE TABLE timers (
    bot  TEXT NOT NULL,
    chat TEXT NOT NULL,
    name TEXT NOT NULL,
    due  BIGINT NOT NULL,
    PRIMARY KEY (bot, chat, name)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (bot, due);

CREATE TABLE outbox (
    bot          TEXT NOT NULL,
    chat         TEXT NOT NULL,
    cause        TEXT NOT NULL,
    id           BIGINT NOT NULL,
    lane         BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    body         BLOB   NOT NULL,
    state        TEXT   NOT NULL DEFAULT 'pending',
    not_before   BIGINT NOT NULL DEFAULT 0,
    attempts     BIGINT NOT NULL DEFAULT 0,
    unknowns     BIGINT NOT NULL DEFAULT 0,
    epoch        BIGINT NOT NULL DEFAULT 0,
    external_id  TEXT NOT NULL DEFAULT '',
    reason       TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT NOT NULL DEFAULT 0,
    seen_at      BIGINT NOT NULL DEFAULT 0,
    failed_at    BIGINT NOT NULL DEFAULT 0,
    fail_note    TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (bot, chat, cause)
);
CREATE INDEX outbox_open ON outbox (bot, lane, id) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_retry ON outbox (bot, not_before) WHERE state = 'pending' AND attempts > 0;
CREATE INDEX outbox_unknown ON outbox (bot, lane) WHERE state = 'unknown';
CREATE INDEX outbox_external ON outbox (bot, chat, external_id) WHERE external_id <> '';

-- Receipts that came before we knew the messenger's id of the message.
CREATE TABLE receipts (
    bot         TEXT NOT NULL,
    chat        TEXT NOT NULL,
    message     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    detail      TEXT   NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat, message, kind)
) WITHOUT ROWID;
CREATE INDEX receipts_received ON receipts (bot, received_at);

CREATE TABLE articles (
    id         TEXT NOT NULL,
    state      TEXT   NOT NULL,
    valid_from BIGINT NOT NULL DEFAULT 0,
    valid_to   BIGINT NOT NULL DEFAULT 0,
    change_id  TEXT   NOT NULL DEFAULT '',
    content    TEXT   NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE changes (
    id         TEXT NOT NULL,
    kind       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    valid_from BIGINT NOT NULL DEFAULT 0,
    owner      TEXT   NOT NULL DEFAULT '',
    content    TEXT   NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE ledger (
    contact         TEXT NOT NULL,
    change_id       TEXT NOT NULL,
    told_at         BIGINT NOT NULL DEFAULT 0,
    acknowledged_at BIGINT NOT NULL DEFAULT 0,
    asked_at        BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (contact, change_id)
) WITHOUT ROWID;
CREATE INDEX ledger_change ON ledger (change_id);

CREATE TABLE settings (
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key)
) WITHOUT ROWID;

-- One row: grows with every change of content, and is the lock that keeps new
-- contacts and newly approved changes from missing each other.
CREATE TABLE content (
    id      BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
INSERT INTO content (id, version) VALUES (1, 1);
