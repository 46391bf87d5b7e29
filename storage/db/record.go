package db

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"

	"github.com/jmoiron/sqlx"
	"github.com/jmoiron/sqlx/reflectx"
)

// Record is a row with columns that are no fields of it. Into returns where such a
// column of the row goes, and nil for one that is a field.
type Record interface{ Into(column string) any }

// Each runs the statement and calls f with each row that it returns. All of them are
// read into one record, whose columns are found once: what f keeps of it, it copies.
func Each[T any](ctx context.Context, c Conn, f func(*T), query string, values ...any) error {
	return c.settled(ctx, func(c Conn) error {
		return c.inTime(ctx, func(ctx context.Context) error {
			rows, err := c.rows(ctx, c.d.expand(query), args(values))
			if err != nil {
				return err
			}
			var record T
			return scan(rows, reflect.ValueOf(&record).Elem(), func() { f(&record) })
		})
	})
}

// appendRows appends all rows to the slice that dest points to.
func appendRows(dest any, rows *sqlx.Rows) error {
	all := reflect.ValueOf(dest).Elem()
	record := reflect.New(all.Type().Elem()).Elem()
	return scan(rows, record, func() { all.Set(reflect.Append(all, record)) })
}

// scan reads one row after the other into the record, calls f after each, and closes
// the rows.
func scan(rows *sqlx.Rows, record reflect.Value, f func()) error {
	defer rows.Close()
	into, err := columnsInto(rows, record)
	if err != nil {
		return err
	}
	for rows.Next() {
		record.SetZero()
		if err := rows.Scan(into...); err != nil {
			return err
		}
		f()
	}
	return rows.Err()
}

// columnsInto returns where each column of the rows goes in the record: to a field of
// it, or of a struct in it; or the only one to the record itself, where that is a value.
func columnsInto(rows *sqlx.Rows, record reflect.Value) ([]any, error) {
	at := record.Addr().Interface()
	if _, scans := at.(sql.Scanner); scans || record.Kind() != reflect.Struct {
		return []any{at}, nil
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	fields := rows.Mapper.TraversalsByName(record.Type(), columns)
	into := make([]any, len(columns))
	other, _ := at.(Record)
	for i, column := range columns {
		if other != nil {
			into[i] = other.Into(column)
		}
		switch {
		case into[i] != nil:
		case len(fields[i]) == 0:
			return nil, fmt.Errorf("storage: nothing of %s takes the column %s", record.Type(), column)
		default:
			into[i] = reflectx.FieldByIndexesReadOnly(record, fields[i]).Addr().Interface()
		}
	}
	return into, nil
}
