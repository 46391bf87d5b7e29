-- +goose Up

-- What a user has written in a broadcast and no version holds yet; as sheet_drafts.
CREATE TABLE broadcast_drafts (
    broadcast  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    version    BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (broadcast, user_id)
);
CREATE INDEX broadcast_drafts_updated ON broadcast_drafts (updated_at);
