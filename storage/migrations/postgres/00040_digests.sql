-- +goose Up

-- What of several broadcasts is due to one person leaves as one message: digest names
-- it in the rows of all of them, and is "" where a message is for itself.
ALTER TABLE recipients ADD COLUMN digest TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX recipients_digest ON recipients (digest, broadcast) WHERE digest <> '';

-- fell_at is when a recipient was given up at the address before this one.
ALTER TABLE recipients ADD COLUMN fell_at BIGINT NOT NULL DEFAULT 0;

-- fallback is after how many hours what was not delivered goes to another address,
-- walked_at when the people of the segment were looked through last.
ALTER TABLE broadcasts ADD COLUMN fallback BIGINT NOT NULL DEFAULT 24;
ALTER TABLE broadcasts ADD COLUMN walked_at BIGINT NOT NULL DEFAULT 0;
