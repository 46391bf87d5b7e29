-- +goose NO TRANSACTION
-- +goose Up

-- Whose a ticket is, is compared with the ids of contacts, byte by byte as they are:
-- otherwise no index finds it. The index is made anew, the rows stay.
ALTER TABLE tickets ALTER COLUMN contact TYPE TEXT COLLATE "C";

-- Whom a broadcast is for as its author wrote it, with segments by their ids, once
-- segment holds a copy with each of them in its place; '' where it names none, and in
-- drafts.
ALTER TABLE broadcasts ADD COLUMN IF NOT EXISTS segment_named TEXT NOT NULL DEFAULT '';

-- Who stopped is listed, however few they are. Made beside the running service, as in
-- migration 4.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS contacts_stopped;
CREATE INDEX CONCURRENTLY contacts_stopped ON contacts (id) WHERE stopped;
DROP INDEX CONCURRENTLY IF EXISTS contacts_language;
CREATE INDEX CONCURRENTLY contacts_language ON contacts (language, id);
RESET lock_timeout;
