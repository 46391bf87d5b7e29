package db

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// A statement over many rows holds a marker that shows the shape of a row,
// for example VALUES {rows ($, $, CAST($ AS BIGINT))}. PostgreSQL gets one array
// for each column, so the statement's text is the same for any number of rows
// and is planned once; SQLite gets the shape repeated, with the placeholders
// numbered after those of head. What does not fit one statement is split.

// ExecRows runs the statement over all rows and tells how many it touched.
// Without rows it does nothing.
func (c Conn) ExecRows(ctx context.Context, query string, head []any, rows [][]any) (int, error) {
	total := 0
	err := c.inChunks(query, head, rows, func(c Conn, sql string, values []any) error {
		n, err := c.execute(ctx, sql, values)
		total += n
		return err
	})
	return total, err
}

// SelectSets runs a statement that holds a marker for each set of rows, in order, which is
// put by a function. It is for databases that take rows as arrays, and the sets must fit.
func SelectSets[T any](ctx context.Context, c Conn, dest *[]T, query string, head []any, sets ...func(*Rows)) error {
	w, room := c.d.written(query, len(head), 0), c.d.takeRoom()
	defer c.d.leaveRoom(room)
	for i, put := range sets {
		rows := room.rows(w.kinds[i])
		put(rows)
		rows.ended()
	}
	return c.read(ctx, dest, w.sql, room.values(args(head), w.placed))
}

// SelectRows runs the statement over all rows and appends what it returns to dest.
func SelectRows[T any](ctx context.Context, c Conn, dest *[]T, query string, head []any, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	*dest = slices.Grow(*dest, len(rows)) // most statements return a row for each
	return c.inChunks(query, head, rows, func(c Conn, sql string, values []any) error {
		return c.read(ctx, dest, sql, values)
	})
}

// EachRow runs the statement over all rows and calls f with every row that it
// returns.
func (c Conn) EachRow(ctx context.Context, query string, head []any, rows [][]any, f func(*sqlx.Rows) error) error {
	return c.inChunks(query, head, rows, func(c Conn, sql string, values []any) error {
		res, err := c.query(ctx, sql, values)
		if err != nil {
			return err
		}
		defer res.Close()
		for res.Next() {
			if err := f(res); err != nil {
				return err
			}
		}
		return res.Err()
	})
}

// chunk is how many rows of a width fit one statement.
func (c Conn) chunk(head, width int) int { return (c.d.maxParams - head) / width }

// keptRows is the most rows that a statement of SQLite is kept prepared for: each number
// of rows makes another text. So it is for apartRows of many, see Conn.Apart: to parse a
// row of a text takes longer than to write it.
const (
	keptRows  = 4
	apartRows = 16
)

// keeps reports whether statements over n rows are kept prepared.
func keeps(n int) bool { return n <= keptRows || n == apartRows }

// few is how many of n rows go at once where they are apart.
func few(n int) int {
	if n >= apartRows {
		return apartRows
	}
	return min(n, keptRows)
}

func (c Conn) inChunks(query string, head []any, rows [][]any, run func(c Conn, sql string, values []any) error) error {
	if len(rows) == 0 {
		return nil
	}
	size := c.chunk(len(head), len(rows[0]))
	for len(rows) > 0 {
		part := rows[:min(size, len(rows))]
		if c.apart && !c.d.arrays {
			part = rows[:few(len(rows))]
		}
		rows = rows[len(part):]
		if c.d.arrays {
			w := c.d.written(query, len(head), 0)
			room := c.d.takeRoom()
			rows := room.rows(w.kinds[0])
			rows.Put(part)
			rows.ended()
			err := run(c, w.sql, room.values(args(head), w.placed))
			c.d.leaveRoom(room)
			if err != nil {
				return err
			}
			continue
		}
		with := c
		if c.apart {
			with.plain = false // it is of a constant, and comes again
		} else if !keeps(len(part)) {
			with = with.Plainly()
		}
		values := appendArgs(make([]any, 0, len(head)+len(part)*len(part[0])), head)
		for _, row := range part {
			values = appendArgs(values, row)
		}
		if err := run(with, c.d.written(query, len(head), len(part)).sql, values); err != nil {
			return err
		}
	}
	return nil
}

// shape is what the text of a statement over rows depends on.
type shape struct {
	query   string
	head, n int // n rows; 0 as arrays
}

type written struct {
	sql    string
	kinds  [][]string // of the columns of each marker, for arrays
	placed bool       // behind the arrays is a value for those that stand apart
}

// written returns the finished text of a statement over rows. Short ones are
// written once.
func (d *dialect) written(query string, head, n int) written {
	k := shape{query, head, n}
	if w, ok := d.texts.Load(k); ok {
		return w.(written)
	}
	var w written
	if n == 0 {
		w.sql = d.expand(query)
		columns := 0
		for rest := w.sql; strings.Contains(rest, "{rows "); {
			_, shape, after := marker(rest)
			kinds := kindsOf(shape)
			w.kinds, w.placed, columns, rest = append(w.kinds, kinds), w.placed || slices.ContainsFunc(kinds, apart), columns+len(kinds), after
		}
		first, behind := head+1, head+1+columns
		for _, kinds := range w.kinds {
			w.sql = unnest(w.sql, kinds, first, behind)
			first += len(kinds)
		}
	} else {
		w.sql = d.repeat(d.expand(query), head+1, n)
	}
	if keeps(n) {
		d.texts.Store(k, w)
	}
	return w
}

// marker cuts the marker out of a statement.
func marker(query string) (before, shape, after string) {
	before, rest, ok := strings.Cut(query, "{rows ")
	shape, after, ok2 := strings.Cut(rest, "}")
	if !ok || !ok2 {
		panic("storage: a statement over rows without {rows …}: " + query)
	}
	return before, shape, after
}

// kindsOf gives the types of the columns of a shape: that of a CAST, else TEXT.
func kindsOf(shape string) (kinds []string) {
	for _, column := range strings.Split(strings.Trim(shape, "()"), ", ") {
		kind := "TEXT"
		if _, as, cast := strings.Cut(column, " AS "); cast {
			kind = strings.TrimSuffix(as, ")")
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// unnest writes the marker, and the VALUES before it, as arrays from placeholder
// first on. What stands apart is in the value of the placeholder behind.
//
// How many rows they are is hidden from the planner: for one row it would find a plan
// made for it so much cheaper than one for any number that it would make it each time,
// which takes several times as long as to carry it out. Without OFFSET it sees through.
func unnest(query string, kinds []string, first, behind int) string {
	before, _, after := marker(query)
	before, ok := strings.CutSuffix(before, "VALUES ")
	if !ok {
		panic("storage: {rows …} without VALUES before it: " + query)
	}
	var arrays, all, names, columns []string
	for i, kind := range kinds {
		element, column := kind, fmt.Sprintf("v.c%d", i)
		if apart(kind) {
			element = "BIGINT"
			column = fmt.Sprintf("substring(CAST($%d AS BYTEA), CAST(%s >> 32 AS INT), CAST(%[2]s & 4294967295 AS INT))", behind, column)
		}
		if kind == long {
			column = "convert_from(" + column + ", 'UTF8')"
		}
		arrays = append(arrays, fmt.Sprintf("CAST($%d AS %s[]) AS a%d", first+i, element, i))
		all = append(all, fmt.Sprintf("a.a%d", i))
		names = append(names, fmt.Sprintf("c%d", i))
		columns = append(columns, column)
	}
	list := func(of []string) string { return strings.Join(of, ", ") }
	return before + "SELECT " + list(columns) + " FROM (SELECT " + list(arrays) + " OFFSET 0) a, unnest(" + list(all) + ") v (" + list(names) + ")" + after
}

// repeat writes the marker n times, with placeholders numbered from first. They
// are plain, for SQLite takes $n for a name and looks for it among all others.
func (d *dialect) repeat(query string, first, n int) string {
	before, shape, after := marker(query)
	pieces := strings.Split(shape, "$")
	var b strings.Builder
	b.Grow(len(query) + n*(len(shape)+2))
	b.WriteString(before)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(pieces[0])
		for j, piece := range pieces[1:] {
			b.WriteByte('?')
			if i == 0 && j == 0 { // each further one is one more than the last
				b.WriteString(strconv.Itoa(first))
			}
			b.WriteString(piece)
		}
	}
	b.WriteString(after)
	return b.String()
}
