-- +goose Up

-- When a count of a broadcast became another last: since when nothing leaves, where
-- nothing does.
ALTER TABLE broadcast_counts ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;

-- Every number of a report opens its rows: who ended otherwise than sent, and who did
-- something, may be few among many.
CREATE INDEX recipients_ended ON recipients (broadcast, outcome, reason, key) WHERE outcome IN ('unknown', 'skipped', 'failed');
CREATE INDEX recipients_delivered ON recipients (broadcast, key) WHERE delivered_at <> 0;
CREATE INDEX recipients_seen ON recipients (broadcast, key) WHERE seen_at <> 0;
CREATE INDEX recipients_clicked ON recipients (broadcast, key) WHERE clicked_at <> 0;
CREATE INDEX recipients_acknowledged ON recipients (broadcast, key) WHERE acknowledged_at <> 0;
CREATE INDEX recipients_asked ON recipients (broadcast, key) WHERE asked_at <> 0;
CREATE INDEX recipients_complained ON recipients (broadcast, key) WHERE complained_at <> 0;
CREATE INDEX recipients_unsubscribed ON recipients (broadcast, key) WHERE unsubscribed_at <> 0;
CREATE INDEX recipients_pending ON recipients (broadcast, key) WHERE outcome = 'pending';
CREATE INDEX recipients_deferred ON recipients (broadcast, waits, key) WHERE outcome = 'pending' AND waits <> '';
