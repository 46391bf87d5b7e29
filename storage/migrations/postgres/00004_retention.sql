-- +goose NO TRANSACTION
-- +goose Up

-- Where rows that are over are found by their age. Made beside the running
-- service: nothing waits for these statements, so they may wait for others. One
-- that was broken off leaves an index that serves nobody; it is made anew.
SET lock_timeout = 0;

DROP INDEX CONCURRENTLY IF EXISTS inbox_done;
CREATE INDEX CONCURRENTLY inbox_done ON inbox (settled_at) WHERE state = 'done';
DROP INDEX CONCURRENTLY IF EXISTS outbox_sent;
CREATE INDEX CONCURRENTLY outbox_sent ON outbox (lane, sent_at) WHERE state = 'sent';
DROP INDEX CONCURRENTLY IF EXISTS outbox_unsent;
CREATE INDEX CONCURRENTLY outbox_unsent ON outbox (lane, id)
    WHERE state IN ('gone', 'malformed', 'expired', 'unknown', 'skipped');
DROP INDEX CONCURRENTLY IF EXISTS tickets_closed;
CREATE INDEX CONCURRENTLY tickets_closed ON tickets (closed_at) WHERE state = 'closed';

RESET lock_timeout;
