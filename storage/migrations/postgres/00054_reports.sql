-- +goose Up

-- When a count of a broadcast became another last: since when nothing leaves, where
-- nothing does.
ALTER TABLE broadcast_counts ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;

-- Every number of a report opens its rows: who ended otherwise than sent, and who did
-- something, are few among many.
CREATE INDEX recipients_ended ON recipients (broadcast, outcome, reason, key) WHERE outcome IN ('unknown', 'skipped', 'failed');
CREATE INDEX recipients_did ON recipients (broadcast, key)
    WHERE clicked_at <> 0 OR acknowledged_at <> 0 OR asked_at <> 0 OR complained_at <> 0 OR unsubscribed_at <> 0;
