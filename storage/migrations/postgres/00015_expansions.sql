-- +goose NO TRANSACTION
-- +goose Up

-- Walks over all contacts by their keys, which make a row for everybody whom the
-- subject concerns: for the kind ledger, a change. reached is the last contact
-- walked past, people about how many there are. A subject whose audience changes
-- meanwhile is walked anew, in a further round. Rows stay for a while after their
-- end, for turns that began before it.
CREATE TABLE IF NOT EXISTS expansions (
    kind     TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    round    BIGINT NOT NULL,
    reached  TEXT COLLATE "C" NOT NULL DEFAULT '',
    walked   BIGINT NOT NULL DEFAULT 0,
    people   BIGINT NOT NULL DEFAULT 0,
    asked_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject, round)
);

-- A turn asks what its person knows of these, and of no others.
CREATE INDEX IF NOT EXISTS changes_told ON changes (id) WHERE state IN ('approved', 'announced');

-- A row of the ledger is asked for by contact and change, and the index by change
-- alone, taken for good while the table was young, would read everybody's. As the
-- twin has it already, the contact goes along. Made beside the running service, as
-- in migration 4.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS ledger_change_contact;
CREATE INDEX CONCURRENTLY ledger_change_contact ON ledger (change_id, contact);
DROP INDEX CONCURRENTLY IF EXISTS ledger_change;
ALTER INDEX ledger_change_contact RENAME TO ledger_change;
RESET lock_timeout;
