-- +goose Up

-- One row, written every minute while anybody serves: a database whose last beat is
-- old was restored, or nobody served it. copied: it is a copy that a command of ours
-- made, and has not been served. asked_at is when sending was halted for either, and
-- why is which.
CREATE TABLE pulse (
    id       BIGINT NOT NULL,
    beat_at  BIGINT NOT NULL,
    copied   BOOLEAN NOT NULL DEFAULT FALSE,
    asked_at BIGINT NOT NULL DEFAULT 0,
    why      TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);
