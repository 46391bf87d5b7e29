-- +goose Up

-- Walks over all contacts by their keys, which make a row for everybody whom the
-- subject concerns: for the kind ledger, a change. reached is the last contact
-- walked past, people about how many there are. A subject whose audience changes
-- meanwhile is walked anew, in a further round. Rows stay for a while after their
-- end, for turns that began before it.
CREATE TABLE expansions (
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    round    BIGINT NOT NULL,
    reached  TEXT NOT NULL DEFAULT '',
    walked   BIGINT NOT NULL DEFAULT 0,
    people   BIGINT NOT NULL DEFAULT 0,
    asked_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject, round)
) WITHOUT ROWID;

-- A turn asks what its person knows of these, and of no others.
CREATE INDEX changes_told ON changes (id) WHERE state IN ('approved', 'announced');
