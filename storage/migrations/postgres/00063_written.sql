-- +goose Up

-- A row is written three times: as it is listed, where its message is put on its way, and
-- at its end. Where no index is of what the second changes, and its page has room, that
-- writes no index at all.
DROP INDEX recipients_waiting;
CREATE INDEX recipients_waiting ON recipients (broadcast, bot, not_before, key) WHERE outcome = 'pending';
ALTER TABLE recipients SET (fillfactor = 40);

-- Nobody who asks for those who wait is to be answered by the index that lists them in a
-- report, which is the same to a planner that knows little of a young table: what is true
-- of every row keeps it for whoever says so.
DROP INDEX recipients_pending;
CREATE INDEX recipients_pending ON recipients (broadcast, key) WHERE outcome = 'pending' AND listed_at > 0;
