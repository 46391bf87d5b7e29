-- +goose Up

-- Whom a broadcast is for as its author wrote it, with segments by their ids, once
-- segment holds a copy with each of them in its place; '' where it names none, and in
-- drafts.
ALTER TABLE broadcasts ADD COLUMN segment_named TEXT NOT NULL DEFAULT '';

-- Who stopped is listed, however few they are.
CREATE INDEX contacts_stopped ON contacts (id) WHERE stopped;
CREATE INDEX contacts_language ON contacts (language, id);
