-- +goose Up

-- The language that the last message of a person seemed to be in, where that is
-- not the language they are answered in: a second one in a row decides.
ALTER TABLE contacts ADD COLUMN leaning TEXT NOT NULL DEFAULT '';
