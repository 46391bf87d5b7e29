-- +goose Up

-- Segments that were given a name. tree is as bot.Segment has it in JSON, '' everyone;
-- a segment within it stands by its id. people is how many there were in it at
-- counted_at, blank how many of them only because something is not known; 0 is never.
CREATE TABLE segments (
    id         TEXT COLLATE "C" NOT NULL,
    name       TEXT   NOT NULL,
    tree       TEXT   NOT NULL,
    made_by    TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    counted_at BIGINT NOT NULL DEFAULT 0,
    people     BIGINT NOT NULL DEFAULT 0,
    blank      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX segments_name ON segments (name);

-- One contact in a hundred, by chance and always the same: an id ends with chance.
-- Of them it is told at once about how many people are in a segment.
CREATE INDEX contacts_sample ON contacts (id) WHERE substr(id, length(id) - 2) < '029';
