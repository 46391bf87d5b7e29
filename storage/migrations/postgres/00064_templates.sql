-- +goose Up

-- The template of a message about an outage that a broadcast is a copy of, its slots filled; '' is none.
ALTER TABLE broadcasts ADD COLUMN filled_of TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX broadcasts_filled ON broadcasts (filled_of, id) WHERE filled_of <> '';
