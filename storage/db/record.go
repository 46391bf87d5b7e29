package db

import (
	"context"
	"fmt"
	"reflect"

	"github.com/jmoiron/sqlx"
	"github.com/jmoiron/sqlx/reflectx"
)

// Record is a row with columns that are no fields of it. Into returns where such a
// column of the row goes, and nil for one that is a field.
type Record interface{ Into(column string) any }

// EachRecord runs the statement and calls f with each row that it returns. All of them
// are read into one record, whose columns are found once: what f keeps of it, it copies.
func EachRecord[T any, R interface {
	*T
	Record
}](ctx context.Context, c Conn, f func(R), query string, values ...any) error {
	var record T
	c = c.at(ctx)
	return c.inTime(ctx, func(ctx context.Context) error {
		rows, err := c.rows(ctx, c.d.expand(query), args(values))
		if err != nil {
			return err
		}
		return scan(rows, reflect.ValueOf(&record).Elem(), func() { f(&record) })
	})
}

// ofRecords reports whether dest points to a slice of records.
func ofRecords(dest any) bool {
	t := reflect.TypeOf(dest)
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Slice &&
		reflect.PointerTo(t.Elem().Elem()).Implements(reflect.TypeFor[Record]())
}

// readRecords appends all rows to the slice of records that dest points to.
func readRecords(dest any, rows *sqlx.Rows) error {
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

// columnsInto returns where each column of the rows goes in the record.
func columnsInto(rows *sqlx.Rows, record reflect.Value) ([]any, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	fields := rows.Mapper.TraversalsByName(record.Type(), columns)
	into := make([]any, len(columns))
	for i, column := range columns {
		if into[i] = record.Addr().Interface().(Record).Into(column); into[i] != nil {
			continue
		}
		if len(fields[i]) == 0 {
			return nil, fmt.Errorf("storage: nothing of %s takes the column %s", record.Type(), column)
		}
		into[i] = reflectx.FieldByIndexes(record, fields[i]).Addr().Interface()
	}
	return into, nil
}
