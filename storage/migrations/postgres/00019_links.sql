-- +goose Up

-- The tracked links of broadcasts. id is the beginning of the hash of the two beside
-- it, url where it leads. clicks are those that were counted, of any recipient;
-- previews those of programs, which are no clicks.
CREATE TABLE links (
    id        BIGINT NOT NULL,
    broadcast TEXT COLLATE "C" NOT NULL,
    url       TEXT   NOT NULL,
    made_at   BIGINT NOT NULL,
    clicks    BIGINT NOT NULL DEFAULT 0,
    previews  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX links_broadcast ON links (broadcast);
CREATE INDEX links_made ON links (made_at);
