-- +goose Up

-- A chat may have threads, by the messenger's ids; '' is the chat itself. Of a
-- conversation it is the one the person last used, of a message the one it goes to.
ALTER TABLE conversations ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ALTER COLUMN thread SET STATISTICS 10;
ALTER TABLE outbox ALTER COLUMN thread SET STATISTICS 10;
