package upkeep

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"visnyk/storage/db"
)

// fill copies the rows of the tables and checks that all have arrived.
func fill(ctx context.Context, from, into db.Conn, tables []db.Table, during func(table string)) (all []Copied, err error) {
	for _, name := range seeded() {
		if !slices.ContainsFunc(tables, func(t db.Table) bool { return t.Name == name }) {
			continue // an older program's source
		}
		if _, err := into.Exec(ctx, `DELETE FROM `+name); err != nil {
			return nil, err
		}
	}
	for _, t := range tables {
		read, err := copyTable(ctx, t, from, into, func() { during(t.Name) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		var written int
		if err := into.Get(ctx, &written, `SELECT count(*) FROM `+t.Name); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		if written != read {
			return nil, fmt.Errorf("%s: %d rows were read and %d written", t.Name, read, written)
		}
		all = append(all, Copied{t.Name, read})
	}
	if !into.SQLite() { // or it would plan as for empty tables at first
		_, err = into.Exec(ctx, `ANALYZE `+names(tables))
	}
	return all, err
}

const (
	copyRows  = 500
	copyBytes = 4 << 20
	// epochLeap takes epochs past those that the source gives after the moment
	// of a backup. A lease is taken a few times a day.
	epochLeap = 1_000_000
)

// copyTable moves the table's rows, as many at once as are good for the memory.
func copyTable(ctx context.Context, t db.Table, from, into db.Conn, during func()) (rows int, err error) {
	res, err := from.Query(ctx, selects(t))
	if err != nil {
		return 0, err
	}
	defer res.Close()
	insert := inserts(t)
	var part [][]any
	size := 0
	flush := func() error {
		n, err := into.ExecRows(ctx, insert, nil, part)
		if err == nil && n != len(part) {
			err = fmt.Errorf("%d of %d rows were written", n, len(part))
		}
		part, size = nil, 0
		if err == nil {
			during()
		}
		return err
	}
	for res.Next() {
		row, bytes, err := scan(t, res)
		if err != nil {
			return 0, err
		}
		part = append(part, row)
		size += bytes
		rows++
		if len(part) == copyRows || size > copyBytes {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	if err := res.Err(); err != nil {
		return 0, err
	}
	return rows, flush()
}

// selects reads the table. Of a bot it reads no lease, and an epoch that nobody
// has had; and the pulse is that of a copy.
func selects(t db.Table) string {
	list := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = c.Name
		if t.Name == "bots" {
			switch c.Name {
			case "owner":
				list[i] = "'' AS owner"
			case "lease_until":
				list[i] = "0 AS lease_until"
			case "epoch":
				list[i] = fmt.Sprintf("epoch + %d AS epoch", epochLeap)
			}
		}
		if t.Name == "pulse" && c.Name == "copied" {
			list[i] = "TRUE AS copied"
		}
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM " + t.Name
}

func inserts(t db.Table) string {
	names, shape := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i], shape[i] = c.Name, "$"
		switch c.Kind {
		case "BIGINT", "BOOLEAN":
			shape[i] = "CAST($ AS " + c.Kind + ")"
		case "BLOB":
			shape[i] = "CAST($ AS {bytes})"
		}
	}
	return "INSERT INTO " + t.Name + " (" + strings.Join(names, ", ") + ") VALUES {rows (" + strings.Join(shape, ", ") + ")}"
}

// scan reads one row, and about how many bytes it has.
func scan(t db.Table, res *sqlx.Rows) (row []any, size int, err error) {
	into := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Kind {
		case "BIGINT":
			into[i] = new(int64)
		case "BOOLEAN":
			into[i] = new(bool)
		case "BLOB":
			into[i] = new([]byte)
		default:
			into[i] = new(string)
		}
	}
	if err := res.Scan(into...); err != nil {
		return nil, 0, err
	}
	row = make([]any, len(into))
	for i, v := range into {
		switch v := v.(type) {
		case *int64:
			row[i] = *v
		case *bool:
			row[i] = *v
		case *[]byte:
			row[i] = *v
			size += len(*v)
		case *string:
			row[i] = *v
			size += len(*v)
		}
	}
	return row, size, nil
}
