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

// SelectSets runs a statement that holds a marker for each set of rows, in order.
// It is for databases that take rows as arrays, and the sets must fit.
func SelectSets[T any](ctx context.Context, c Conn, dest *[]T, query string, head []any, sets [][][]any) error {
	w := c.d.written(query, len(head), 0)
	values, room := args(head), c.d.takeRoom()
	defer c.d.leaveRoom(room)
	for i, rows := range sets {
		values = room.columns(values, rows, w.kinds[i])
		*dest = slices.Grow(*dest, len(rows)) // what it returns are rows of one of them
	}
	return c.read(ctx, dest, w.sql, values)
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

// AtOnce reports whether so many rows of a width go in one statement, which is kept
// prepared.
func (c Conn) AtOnce(rows, head, width int) bool {
	return rows <= c.chunk(head, width) && (c.d.arrays || keeps(rows))
}

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
			err := run(c, w.sql, room.columns(args(head), part, w.kinds[0]))
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
	sql   string
	kinds [][]string // of the columns of each marker, for arrays
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
		for first := head + 1; strings.Contains(w.sql, "{rows "); {
			var kinds []string
			w.sql, kinds = unnest(w.sql, first)
			w.kinds = append(w.kinds, kinds)
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

// unnest writes the marker, and the VALUES before it, as arrays from placeholder
// first on, and gives the type of each column: that of its CAST, else TEXT.
//
// How many rows they are is hidden from the planner: for one row it would find a plan
// made for it so much cheaper than one for any number that it would make it each time,
// which takes several times as long as to carry it out. Without OFFSET it sees through.
func unnest(query string, first int) (sql string, kinds []string) {
	before, shape, after := marker(query)
	before, ok := strings.CutSuffix(before, "VALUES ")
	if !ok {
		panic("storage: {rows …} without VALUES before it: " + query)
	}
	var arrays, all strings.Builder
	for i, column := range strings.Split(strings.Trim(shape, "()"), ", ") {
		kind := "TEXT"
		if _, as, cast := strings.Cut(column, " AS "); cast {
			kind = strings.TrimSuffix(as, ")")
		}
		kinds = append(kinds, kind)
		if i > 0 {
			arrays.WriteString(", ")
			all.WriteString(", ")
		}
		fmt.Fprintf(&arrays, "CAST($%d AS %s[]) AS a%d", first+i, kind, i)
		fmt.Fprintf(&all, "a.a%d", i)
	}
	return before + "SELECT v.* FROM (SELECT " + arrays.String() + " OFFSET 0) a, unnest(" + all.String() + ") v" + after, kinds
}

// columns turns rows into one array for each column, and appends those to the values.
func (r *room) columns(values []any, rows [][]any, kinds []string) []any {
	for j, kind := range kinds {
		values = append(values, r.array(rows, j, kind))
	}
	return values
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
