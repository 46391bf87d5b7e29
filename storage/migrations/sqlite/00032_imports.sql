-- +goose Up

-- Files with people that somebody brings. file is the key of what it holds, which
-- stands among the files under the import's id until it is not needed any more; ''
-- from then on. plan says what its columns are. A pass over the file, to try or in
-- earnest, has come as far as reached rows, and counts what became of them. fault
-- says why a pass ended before the last row.
CREATE TABLE imports (
    id         TEXT NOT NULL PRIMARY KEY,
    file       TEXT NOT NULL,
    name       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    made_by    TEXT NOT NULL,
    state      TEXT NOT NULL,
    plan       TEXT NOT NULL DEFAULT '{}',
    total      BIGINT NOT NULL DEFAULT 0,
    reached    BIGINT NOT NULL DEFAULT 0,
    created    BIGINT NOT NULL DEFAULT 0,
    updated    BIGINT NOT NULL DEFAULT 0,
    unchanged  BIGINT NOT NULL DEFAULT 0,
    rejected   BIGINT NOT NULL DEFAULT 0,
    short      BIGINT NOT NULL DEFAULT 0,
    fault      TEXT NOT NULL DEFAULT '',
    made_at    BIGINT NOT NULL,
    begun_at   BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX imports_made ON imports (made_at);
CREATE INDEX imports_open ON imports (begun_at) WHERE state IN ('checking', 'running');

-- The rows of the last pass that were rejected, and why, as JSON.
CREATE TABLE import_rows (
    import TEXT NOT NULL,
    line   BIGINT NOT NULL,
    faults TEXT NOT NULL,
    PRIMARY KEY (import, line)
) WITHOUT ROWID;

-- What the columns of a header were the last time, by a hash of it.
CREATE TABLE import_plans (
    header  TEXT NOT NULL PRIMARY KEY,
    plan    TEXT NOT NULL,
    used_at BIGINT NOT NULL
) WITHOUT ROWID;
