package db

import (
	"fmt"
	"reflect"

	"github.com/jmoiron/sqlx"
	"github.com/jmoiron/sqlx/reflectx"
)

// Record is a row with columns that are no fields of it. Into returns where such a
// column of the row goes, and nil for one that is a field.
type Record interface{ Into(column string) any }

// ofRecords reports whether dest points to a slice of records.
func ofRecords(dest any) bool {
	t := reflect.TypeOf(dest)
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Slice &&
		reflect.PointerTo(t.Elem().Elem()).Implements(reflect.TypeFor[Record]())
}

// readRecords appends every row of the query to the slice of records that dest
// points to.
func readRecords(dest any, query func() (*sqlx.Rows, error)) error {
	rows, err := query()
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	all := reflect.ValueOf(dest).Elem()
	fields := rows.Mapper.TraversalsByName(all.Type().Elem(), columns)
	into := make([]any, len(columns))
	for rows.Next() {
		all.Grow(1)
		all.SetLen(all.Len() + 1)
		row := all.Index(all.Len() - 1)
		row.SetZero()
		record := row.Addr().Interface().(Record)
		for i, column := range columns {
			if into[i] = record.Into(column); into[i] != nil {
				continue
			}
			if len(fields[i]) == 0 {
				return fmt.Errorf("storage: nothing of %T takes the column %s", record, column)
			}
			into[i] = reflectx.FieldByIndexes(row, fields[i]).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}
