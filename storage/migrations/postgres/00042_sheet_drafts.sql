-- +goose Up

-- What a user has written in a change's sheet and no version holds yet. version is the
-- one it was begun from, rev grows with each time it is kept; content is as bot.Change
-- has it in JSON.
CREATE TABLE sheet_drafts (
    change     TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (change, user_id)
);
CREATE INDEX sheet_drafts_updated ON sheet_drafts (updated_at);

-- What the check of a sheet's words has found and somebody lets stand, by its name, and
-- why.
CREATE TABLE accepted_findings (
    change  TEXT COLLATE "C" NOT NULL,
    finding TEXT COLLATE "C" NOT NULL,
    reason  TEXT   NOT NULL,
    user_id TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (change, finding)
);
