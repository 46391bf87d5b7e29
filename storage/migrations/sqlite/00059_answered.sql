-- +goose Up

-- The broadcast that tells whoever asked the question its answer; '' is none.
ALTER TABLE questions ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
CREATE INDEX questions_answered ON questions (answered_by) WHERE answered_by <> '';
