-- +goose Up

-- The holder of a ticket is a user's id. What was taken under a name alone, as the
-- demo's desk did, waits again: nobody could answer it any more.
UPDATE tickets SET state = 'waiting', holder = '', taken_at = 0
WHERE state = 'taken' AND holder NOT IN (SELECT id FROM users);
