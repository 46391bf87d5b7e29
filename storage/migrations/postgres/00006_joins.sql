-- +goose Up

-- What an address, or without bot and chat the person themselves, offers to be
-- joined with: the newest offer of each. The code is nowhere, hash is its
-- SHA-256 in hexadecimal.
CREATE TABLE join_offers (
    contact    TEXT COLLATE "C" NOT NULL,
    bot        TEXT COLLATE "C" NOT NULL DEFAULT '',
    chat       TEXT COLLATE "C" NOT NULL DEFAULT '',
    hash       TEXT COLLATE "C" NOT NULL,
    open_until BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (contact, bot, chat)
);
CREATE UNIQUE INDEX join_offers_hash ON join_offers (hash);

-- The addresses that have been joined to a contact besides its own: who they
-- were before, and all that undoing the join needs. Undone, the row is gone.
CREATE TABLE merges (
    bot       TEXT COLLATE "C" NOT NULL,
    chat      TEXT COLLATE "C" NOT NULL,
    contact   TEXT COLLATE "C" NOT NULL,
    former    TEXT COLLATE "C" NOT NULL,
    detail    TEXT   NOT NULL,
    merged_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat)
);
CREATE INDEX merges_contact ON merges (contact);

-- The tickets of a contact that is joined to another follow.
CREATE INDEX tickets_contact ON tickets (contact);
