package storage

import (
	"fmt"
	"strings"
	"time"
)

// cell is how one thing known of a person goes into its column and comes out.
type cell struct {
	name   string
	kind   string                        // the column's type, as both databases call it
	joined string                        // in SQL, what is read of a contact k that may not be there
	value  func(*ContactRow) any         // what the column gets
	into   func(*ContactRow, *error) any // where a row's value goes; what cannot be read is told, and fails no other row
	plain  func(*ContactRow) any         // the thing itself, to be compared
	copy   func(to, from *ContactRow)
}

func newCell[T any](name, kind, none string, at func(*ContactRow) *T) cell {
	return cell{
		name: name, kind: kind, joined: "COALESCE(k." + name + ", " + none + ")",
		value: func(p *ContactRow) any { return *at(p) },
		into:  func(p *ContactRow, _ *error) any { return at(p) },
		plain: func(p *ContactRow) any { return *at(p) },
		copy:  func(to, from *ContactRow) { *at(to) = *at(from) },
	}
}

func text[T ~string](name string, at func(*ContactRow) *T) cell {
	return newCell(name, "TEXT", "''", at)
}

func flag(name string, at func(*ContactRow) *bool) cell { return newCell(name, "BOOLEAN", "FALSE", at) }

func moment(name string, at func(*ContactRow) *time.Time) cell {
	c := newCell(name, "BIGINT", "0", at)
	c.into = func(p *ContactRow, _ *error) any { return (*momentInto)(at(p)) }
	return c
}

func list[T any](name string, at func(*ContactRow) *[]T) cell {
	return jsonCell(name, "[]", at, func(v []T) int { return len(v) })
}

func named(name string, at func(*ContactRow) *map[string]string) cell {
	return jsonCell(name, "{}", at, func(v map[string]string) int { return len(v) })
}

func jsonCell[T any](name, empty string, at func(*ContactRow) *T, size func(T) int) cell {
	c := newCell(name, "TEXT", "''", at)
	c.joined = "COALESCE(NULLIF(k." + name + ", '" + empty + "'), '')"
	c.value = func(p *ContactRow) any {
		if size(*at(p)) == 0 {
			return empty
		}
		return toJSON(*at(p))
	}
	c.into = func(p *ContactRow, wrong *error) any { return &jsonInto{name, empty, at(p), wrong} }
	return c
}

// momentInto is a moment that is read from its column.
type momentInto time.Time

// Scan takes the microseconds of the column.
func (m *momentInto) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("%T is no moment", v)
	}
	*m = momentInto(micros(n).time())
	return nil
}

// jsonInto is what is read from a column of JSON; an empty one is left as it is.
type jsonInto struct {
	name, empty string
	into        any
	wrong       *error
}

// Scan takes the column's text. It never fails: the row tells.
func (j *jsonInto) Scan(v any) error {
	s, ok := v.(string)
	if b, bytes := v.([]byte); bytes {
		s, ok = string(b), true
	}
	if !ok {
		s = fmt.Sprintf("%T", v)
	}
	if s == "" || s == j.empty {
		return nil
	}
	if err := fromJSON(s, j.into); err != nil && *j.wrong == nil {
		*j.wrong = fmt.Errorf("%s: %w", j.name, err)
	}
	return nil
}

// aPerson is before the names of columns read into a personRecord.
const aPerson = "person."

// personRecord takes the columns of a person out of a row that has others too.
type personRecord struct {
	known ContactRow
	wrong error
}

// Into returns where the column goes; nil for a column that is not the person's.
func (r *personRecord) Into(column string) any {
	name, ok := strings.CutPrefix(column, aPerson)
	if !ok {
		return nil
	}
	for i := range contactTable {
		if c := &contactTable[i]; c.name == name {
			return c.into(&r.known, &r.wrong)
		}
	}
	return nil
}

// person returns what was read.
func (r personRecord) person() (ContactRow, error) { return r.known, r.wrong }
