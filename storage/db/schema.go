package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/jmoiron/sqlx"
)

// Table is a table of ours, as the migrations make it.
type Table struct {
	Name    string
	Columns []Column
}

// Column is a column of a Table.
type Column struct {
	Name string
	Kind string // BIGINT, BOOLEAN, TEXT or BLOB
}

// Schema is what the migrations make of a database.
type Schema struct {
	Tables  []Table
	Indexes []string
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
AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' -- made of others: no twin, not copied
ORDER BY c.relname COLLATE "C", a.attnum`

	sqliteIndexes = `
SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' ORDER BY name`

	postgresIndexes = `
SELECT c.relname AS name FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relnamespace = to_regnamespace(current_schema()) AND i.indisvalid AND NOT i.indisprimary
ORDER BY c.relname COLLATE "C"`
)

// Schema reads the schema that the database has.
func (c Conn) Schema(ctx context.Context) (Schema, error) {
	tables, indexes := sqliteTables, sqliteIndexes
	if !c.SQLite() {
		tables, indexes = postgresTables, postgresIndexes
	}
	var columns []struct {
		Table string `db:"table"`
		Name  string `db:"name"`
		Kind  string `db:"kind"`
	}
	if err := c.Select(ctx, &columns, tables); err != nil {
		return Schema{}, fmt.Errorf("read the schema: %w", err)
	}
	var s Schema
	for _, r := range columns {
		if n := len(s.Tables); n == 0 || s.Tables[n-1].Name != r.Table {
			s.Tables = append(s.Tables, Table{Name: r.Table})
		}
		t := &s.Tables[len(s.Tables)-1]
		t.Columns = append(t.Columns, Column{r.Name, r.Kind})
	}
	if err := c.Select(ctx, &s.Indexes, indexes); err != nil {
		return Schema{}, fmt.Errorf("read the schema: %w", err)
	}
	return s, nil
}

// SchemaAt returns the schema that the migrations up to the version make. It asks
// the migrations themselves, in a SQLite database that is nowhere but in memory:
// the twin is the same on PostgreSQL.
func SchemaAt(ctx context.Context, migrations fs.FS, version int64) (_ Schema, err error) {
	d := &DB{log: slog.New(slog.DiscardHandler), dialect: sqliteDialect("")}
	mem, err := sqlx.Open("sqlite", "file::memory:?_pragma=temp_store(memory)")
	if err != nil {
		return Schema{}, err
	}
	d.write = d.newPool(mem, 1) // each connection would have a database of its own
	d.read = d.write
	d.reading, d.door = d.write, d.write
	defer func() { err = errors.Join(err, d.Close()) }()
	if _, err := d.Migrate(ctx, migrations, version); err != nil {
		return Schema{}, err
	}
	return d.Reader().Schema(ctx)
}

// Lacks says in which way have is not the schema that is wanted. Tables and
// indexes that are not ours are nobody's business.
func (want Schema) Lacks(have Schema) (problems []string) {
	for _, w := range want.Tables {
		i := slices.IndexFunc(have.Tables, func(t Table) bool { return t.Name == w.Name })
		if i < 0 {
			problems = append(problems, fmt.Sprintf("the table %s is missing", w.Name))
			continue
		}
		for _, c := range w.Columns {
			if !slices.Contains(have.Tables[i].Columns, c) {
				problems = append(problems, fmt.Sprintf("the column %s of %s is missing or not %s", c.Name, w.Name, c.Kind))
			}
		}
		for _, c := range have.Tables[i].Columns {
			if !slices.ContainsFunc(w.Columns, func(ours Column) bool { return ours.Name == c.Name }) {
				problems = append(problems, fmt.Sprintf("the table %s has a column %s that no migration makes", w.Name, c.Name))
			}
		}
	}
	for _, name := range want.Indexes {
		if !slices.Contains(have.Indexes, name) {
			problems = append(problems, fmt.Sprintf("the index %s is missing or broken", name))
		}
	}
	return problems
}
