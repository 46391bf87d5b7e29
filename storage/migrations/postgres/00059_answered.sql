-- +goose Up

-- The broadcast that tells whoever asked the question its answer; '' is none.
ALTER TABLE questions ADD COLUMN answered_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE questions ALTER COLUMN answered_by SET STATISTICS 10;
CREATE INDEX questions_answered ON questions (answered_by) WHERE answered_by <> '';
