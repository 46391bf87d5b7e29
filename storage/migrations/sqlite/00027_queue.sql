-- +goose Up

-- What changed of late, for the desks that are open.
CREATE INDEX tickets_changed ON tickets (changed_at);
