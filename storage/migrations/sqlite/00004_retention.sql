-- +goose Up

-- Where rows that are over are found by their age.
CREATE INDEX inbox_done ON inbox (settled_at) WHERE state = 'done';
CREATE INDEX outbox_sent ON outbox (lane, sent_at) WHERE state = 'sent';
CREATE INDEX outbox_unsent ON outbox (lane, id)
    WHERE state IN ('gone', 'malformed', 'expired', 'unknown', 'skipped');
CREATE INDEX tickets_closed ON tickets (closed_at) WHERE state = 'closed';
