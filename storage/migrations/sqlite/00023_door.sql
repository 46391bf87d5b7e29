-- +goose Up

-- name is what colleagues call somebody, name_uk and name_ru what customers know
-- them by. totp is the second factor's secret, sealed; totp_step the step of the
-- last code that was taken, for none counts twice.
ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN name_uk TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN name_ru TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN totp TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN desk_lead BOOLEAN NOT NULL DEFAULT FALSE;

-- Who is signed in. The cookie itself is nowhere: id is its SHA-256 in
-- hexadecimal, as device is of the cookie by which the browser is known again.
CREATE TABLE sessions (
    id       TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    made_at  BIGINT NOT NULL,
    used_at  BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0,
    device   TEXT NOT NULL DEFAULT '',
    client   TEXT NOT NULL DEFAULT '',
    network  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_ended ON sessions (ended_at);
CREATE INDEX sessions_used ON sessions (used_at);

-- Browsers that a user has signed in with: guessing elsewhere keeps nobody out of
-- them.
CREATE TABLE devices (
    id      TEXT NOT NULL,
    user_id TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (id, user_id)
);
CREATE INDEX devices_used ON devices (used_at);
CREATE INDEX devices_user ON devices (user_id);

-- Codes that do one thing once: the set-up of an empty database (of no user), an
-- invitation, a new password, a linked messenger, the second step of signing in.
-- hash is the SHA-256 of the code; totp the sealed secret of a second factor that
-- is being set up.
CREATE TABLE staff_codes (
    hash       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    made_at    BIGINT NOT NULL,
    open_until BIGINT NOT NULL,
    totp       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (hash)
);
CREATE INDEX staff_codes_open ON staff_codes (open_until);
CREATE INDEX staff_codes_user ON staff_codes (user_id, kind);

-- What stands in for a lost second factor, each once.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL,
    hash    TEXT NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, hash)
);

-- How often somebody has tried of late: moments in microseconds, as JSON. subject
-- is a hash of the account, the address or the browser.
CREATE TABLE attempts (
    subject TEXT NOT NULL,
    moments TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (subject)
);
CREATE INDEX attempts_last ON attempts (last_at);

-- Where a user hears of what waits for them.
CREATE TABLE staff_addresses (
    bot       TEXT NOT NULL,
    chat      TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat)
);
CREATE UNIQUE INDEX staff_addresses_user ON staff_addresses (user_id);

-- The audit by who and by whom it was done to.
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_object ON audit (object, id);
