-- +goose Up

ALTER TABLE contacts ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN muted TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN quiet TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN paused_until BIGINT NOT NULL DEFAULT 0;

ALTER TABLE changes ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN editor TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN note TEXT NOT NULL DEFAULT '';

ALTER TABLE ledger ADD COLUMN mentioned_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN followed_at BIGINT NOT NULL DEFAULT 0;

-- Whom a change concerns: a contact that has, for each field of the change that
-- stands here, one of its values.
CREATE TABLE audiences (
    change_id TEXT COLLATE "C" NOT NULL,
    field     TEXT COLLATE "C" NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (change_id, field, value)
);

-- People who were erased, as keyed hashes of what they could be recognised by.
CREATE TABLE tombstones (
    mark      TEXT COLLATE "C" NOT NULL,
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (mark)
);
