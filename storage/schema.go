package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// table is a table of ours, as the migrations make it.
type table struct {
	name    string
	columns []tableColumn
}

type tableColumn struct {
	name string
	kind string // BIGINT, BOOLEAN, TEXT or BLOB
}

// schema is what the migrations make of a database.
type schema struct {
	tables  []table
	indexes []string
}

const (
	sqliteTables = `
SELECT m.name AS "table", p.name AS name, upper(p.type) AS kind
FROM sqlite_master m JOIN pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'
ORDER BY m.name, p.cid`

	postgresTables = `
SELECT c.relname AS "table", a.attname AS name, replace(upper(format_type(a.atttypid, a.atttypmod)), 'BYTEA', 'BLOB') AS kind
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'goose%'
AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum`

	sqliteIndexes = `
SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' ORDER BY name`

	postgresIndexes = `
SELECT c.relname AS name FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relnamespace = to_regnamespace(current_schema()) AND i.indisvalid AND NOT i.indisprimary
ORDER BY c.relname COLLATE "C"`
)

// schema reads the schema that the database has.
func (c conn) schema(ctx context.Context) (schema, error) {
	tables, indexes := sqliteTables, sqliteIndexes
	if c.d.name == "postgres" {
		tables, indexes = postgresTables, postgresIndexes
	}
	var columns []struct {
		Table string `db:"table"`
		Name  string `db:"name"`
		Kind  string `db:"kind"`
	}
	if err := c.sel(ctx, &columns, tables); err != nil {
		return schema{}, fmt.Errorf("read the schema: %w", err)
	}
	var s schema
	for _, r := range columns {
		if n := len(s.tables); n == 0 || s.tables[n-1].name != r.Table {
			s.tables = append(s.tables, table{name: r.Table})
		}
		t := &s.tables[len(s.tables)-1]
		t.columns = append(t.columns, tableColumn{r.Name, r.Kind})
	}
	if err := c.sel(ctx, &s.indexes, indexes); err != nil {
		return schema{}, fmt.Errorf("read the schema: %w", err)
	}
	return s, nil
}

// schemaAt gives the schema that the migrations up to the version make. It asks
// the migrations themselves, in a SQLite database that is nowhere but in memory:
// the twin is the same on PostgreSQL.
func schemaAt(ctx context.Context, version int64) (_ schema, err error) {
	s := &Store{log: slog.New(slog.DiscardHandler), dialect: sqlite()}
	db, err := sqlx.Open("sqlite", "file::memory:?_pragma=temp_store(memory)")
	if err != nil {
		return schema{}, err
	}
	s.w = s.pool(db, 1) // each connection would have a database of its own
	s.r = s.w
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.migrateTo(ctx, version); err != nil {
		return schema{}, err
	}
	return s.r.schema(ctx)
}

// lacks says in which way have is not the schema that is wanted. Tables and
// indexes that are not ours are nobody's business.
func (want schema) lacks(have schema) (problems []string) {
	for _, w := range want.tables {
		i := slices.IndexFunc(have.tables, func(t table) bool { return t.name == w.name })
		if i < 0 {
			problems = append(problems, fmt.Sprintf("the table %s is missing", w.name))
			continue
		}
		for _, c := range w.columns {
			if !slices.Contains(have.tables[i].columns, c) {
				problems = append(problems, fmt.Sprintf("the column %s of %s is missing or not %s", c.name, w.name, c.kind))
			}
		}
		for _, c := range have.tables[i].columns {
			if !slices.ContainsFunc(w.columns, func(ours tableColumn) bool { return ours.name == c.name }) {
				problems = append(problems, fmt.Sprintf("the table %s has a column %s that no migration makes", w.name, c.name))
			}
		}
	}
	for _, name := range want.indexes {
		if !slices.Contains(have.indexes, name) {
			problems = append(problems, fmt.Sprintf("the index %s is missing or broken", name))
		}
	}
	return problems
}

// version gives the number of the last migration that the database has. It
// fails where no migration ever was, and where this program does not know it.
func (s *Store) version(ctx context.Context) (have int64, err error) {
	latest, err := s.latest()
	if err != nil {
		return 0, err
	}
	if err := s.r.get(ctx, &have, schemaVersion); err != nil {
		return 0, fmt.Errorf("this is no database of Visnyk: %w", err)
	}
	if have == 0 {
		return 0, errors.New("this is no database of Visnyk: it has no tables")
	}
	if have > latest {
		return 0, fmt.Errorf("the database is at migration %d, this program knows %d: use the newer program", have, latest)
	}
	return have, nil
}

// OpenExisting opens a database that is there, for whoever only looks at it.
// Open would make an empty SQLite database of a misspelt name.
func OpenExisting(ctx context.Context, url string, o Options) (*Store, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if info, err := os.Stat(path); err != nil {
			return nil, doing("open", err)
		} else if info.IsDir() {
			return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is a directory")}
		}
	}
	return Open(ctx, url, o)
}
