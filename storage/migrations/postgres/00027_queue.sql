-- +goose Up

-- What changed of late, for the desks that are open; and the closed ones, the latest
-- first.
CREATE INDEX tickets_changed ON tickets (changed_at);
CREATE INDEX tickets_closed ON tickets (closed_at, id) WHERE state = 'closed';
