-- +goose Up

-- Whoever is told stays among those who wait until it is known how it ended: two changes
-- of a row then touch the index once.
DROP INDEX recipients_waiting;
CREATE INDEX recipients_waiting ON recipients (broadcast, bot, not_before, key) WHERE outcome = 'pending';

-- Nobody who asks for those who wait is to be answered by the index that lists them in a
-- report, which is the same to a planner that knows little of a young table: what is true
-- of every row keeps it for whoever says so.
DROP INDEX recipients_pending;
CREATE INDEX recipients_pending ON recipients (broadcast, key) WHERE outcome = 'pending' AND listed_at > 0;
