-- +goose Up

-- Whose a ticket is, is compared with the ids of contacts, byte by byte as they are:
-- otherwise no index finds it. The index is made anew, the rows stay.
ALTER TABLE tickets ALTER COLUMN contact TYPE TEXT COLLATE "C";

-- Whom a broadcast is for as its author wrote it, with segments by their ids, once
-- segment holds a copy with each of them in its place; '' where it names none, and in
-- drafts.
ALTER TABLE broadcasts ADD COLUMN segment_named TEXT NOT NULL DEFAULT '';
