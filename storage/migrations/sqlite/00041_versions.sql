-- +goose Up

-- A row is one version of a change, in a state of its own; 'replaced' where a newer one
-- stands in its place. What customers may hear is the announced one, of which a change
-- has at most one. What was approved could be told before, so it is announced now.
-- hash is what was approved, renderings the hashes of what is told of it. Moments are
-- 0 where there is none, or where nobody noted them.
CREATE TABLE changes_versions (
    id            TEXT NOT NULL,
    kind          TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    valid_from    BIGINT NOT NULL DEFAULT 0,
    owner         TEXT   NOT NULL DEFAULT '',
    content       TEXT   NOT NULL,
    author        TEXT NOT NULL DEFAULT '',
    editor        TEXT NOT NULL DEFAULT '',
    note          TEXT NOT NULL DEFAULT '',
    segment       TEXT NOT NULL DEFAULT '',
    segment_named TEXT NOT NULL DEFAULT '',
    level         TEXT NOT NULL DEFAULT 'information',
    hash          TEXT NOT NULL DEFAULT '',
    renderings    TEXT NOT NULL DEFAULT '[]',
    made_at       BIGINT NOT NULL DEFAULT 0,
    submitted_at  BIGINT NOT NULL DEFAULT 0,
    approved_at   BIGINT NOT NULL DEFAULT 0,
    announced_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id, version)
);
INSERT INTO changes_versions (id, kind, state, version, valid_from, owner, content, author, editor, note, segment, segment_named)
SELECT id, kind, CASE WHEN state = 'approved' THEN 'announced' ELSE state END, version, valid_from, owner, content,
    author, editor, note, segment, segment_named FROM changes;
DROP TABLE changes;
ALTER TABLE changes_versions RENAME TO changes;
CREATE UNIQUE INDEX changes_told ON changes (id) WHERE state = 'announced';

-- The version that was acknowledged last; 0 where it was before they were noted, which
-- counts for the versions of that time.
ALTER TABLE ledger ADD COLUMN acknowledged_version BIGINT NOT NULL DEFAULT 0;
