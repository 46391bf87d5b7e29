-- +goose Up

-- A row is one version of a change, in a state of its own; 'replaced' where a newer one
-- stands in its place. What customers may hear is the announced one, of which a change
-- has at most one. What was approved could be told before, so it is announced now.
-- hash is what was approved, renderings the hashes of what is told of it. Moments are
-- 0 where there is none, or where nobody noted them.
ALTER TABLE changes ADD COLUMN level TEXT NOT NULL DEFAULT 'information';
ALTER TABLE changes ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN renderings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE changes ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN submitted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN announced_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE changes DROP CONSTRAINT changes_pkey;
ALTER TABLE changes ADD PRIMARY KEY (id, version);
DROP INDEX changes_told;
UPDATE changes SET state = 'announced' WHERE state = 'approved';
CREATE UNIQUE INDEX changes_told ON changes (id) WHERE state = 'announced';

-- The version that was acknowledged last; 0 where it was before they were noted, which
-- counts for the versions of that time.
ALTER TABLE ledger ADD COLUMN acknowledged_version BIGINT NOT NULL DEFAULT 0;
