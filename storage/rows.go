package storage

import (
	"context"
	"strconv"
	"strings"
)

// A statement over many rows holds one marker that shows the shape of a row,
// for example {rows ($, $, CAST($ AS BIGINT))}. The helpers here repeat it for
// every row, numbering the placeholders after those of head, and split what
// does not fit one statement.

// execRows runs the statement over all rows and tells how many it touched.
// Without rows it does nothing.
func (c conn) execRows(ctx context.Context, query string, head []any, rows [][]any) (int, error) {
	total := 0
	err := c.inChunks(query, head, rows, func(sql string, values []any) error {
		res, err := c.q.ExecContext(ctx, sql, values...)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		total += int(n)
		return err
	})
	return total, err
}

// selRows runs the statement over all rows and appends what it returns to dest.
func selRows[T any](ctx context.Context, c conn, dest *[]T, query string, head []any, rows [][]any) error {
	return c.inChunks(query, head, rows, func(sql string, values []any) error {
		res, err := c.q.QueryxContext(ctx, sql, values...)
		if err != nil {
			return err
		}
		defer res.Close()
		for res.Next() {
			var row T
			if err := res.StructScan(&row); err != nil {
				return err
			}
			*dest = append(*dest, row)
		}
		return res.Err()
	})
}

// chunk is how many rows of a width fit one statement.
func (c conn) chunk(head, width int) int { return (c.d.maxParams - head) / width }

func (c conn) inChunks(query string, head []any, rows [][]any, run func(sql string, values []any) error) error {
	if len(rows) == 0 {
		return nil
	}
	query = c.d.expand(query)
	size := c.chunk(len(head), len(rows[0]))
	for len(rows) > 0 {
		part := rows[:min(size, len(rows))]
		rows = rows[len(part):]
		values := append([]any(nil), head...)
		for _, row := range part {
			values = append(values, row...)
		}
		if err := run(c.d.repeat(query, len(head)+1, len(part)), args(values)); err != nil {
			return err
		}
	}
	return nil
}

// repeat writes the {rows …} marker of query n times, with placeholders
// numbered from first.
func (d *dialect) repeat(query string, first, n int) string {
	before, rest, ok := strings.Cut(query, "{rows ")
	shape, after, ok2 := strings.Cut(rest, "}")
	if !ok || !ok2 {
		panic("storage: a statement over rows without {rows …}: " + query)
	}
	pieces := strings.Split(shape, "$")
	var b strings.Builder
	b.Grow(len(query) + n*(len(shape)+5*len(pieces)))
	b.WriteString(before)
	next := first
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(pieces[0])
		for _, piece := range pieces[1:] {
			switch {
			case !d.plain:
				b.WriteByte('$')
				b.WriteString(strconv.Itoa(next))
			case next == first:
				b.WriteByte('?')
				b.WriteString(strconv.Itoa(next))
			default:
				b.WriteByte('?') // one more than the last
			}
			next++
			b.WriteString(piece)
		}
	}
	b.WriteString(after)
	return b.String()
}
