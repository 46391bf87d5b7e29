package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

// Members returns the ids of the contacts that SQL finds in the segment, sorted; an
// error where a question about all at once finds others.
func (s *Store) Members(ctx context.Context, in bot.Segment, now bot.Calendar) (ids []string, err error) {
	is, err := s.r.segment(in, now, "k", 1)
	if err != nil {
		return nil, err
	}
	const members = `SELECT k.id FROM contacts k WHERE {in} ORDER BY k.id`
	if err := (conn{s.r.sql.Plainly()}).sel(ctx, &ids, strings.Replace(members, "{in}", is.sql, 1), is.values...); err != nil {
		return nil, err
	}
	var whole []string
	err = s.counting(ctx, func(c conn) error {
		is, err := c.wholeSegment(in, now, 1)
		if err != nil {
			return err
		}
		return c.sel(ctx, &whole, strings.Replace(members, "{in}", is.sql, 1), is.values...)
	})
	if err == nil && !slices.Equal(ids, whole) {
		err = fmt.Errorf("%q one by one, %q at once", ids, whole)
	}
	return ids, err
}

// SegmentFields lists what SQL knows of a person.
func (s *Store) SegmentFields() (names []string) {
	for name := range segmentFields(s.db.SQLite()) {
		names = append(names, name)
	}
	return names
}

// SegmentSQL returns the text that the segment is compiled to.
func (s *Store) SegmentSQL(in bot.Segment) (string, error) {
	is, err := s.r.segment(in, bot.Calendar{}, "k", 1)
	return is.sql, err
}

// SampleReads returns how many rows of the tables PostgreSQL reads to count the sample of
// the segment.
func (s *Store) SampleReads(ctx context.Context, in bot.Segment, now bot.Calendar, tables string) (rows int, n Sampled, err error) {
	rows, err = s.samplingReads(ctx, tables, func(c conn) error {
		n, err = c.sample(ctx, in, now)
		return err
	})
	return rows, n, err
}

// SplitReads returns how many rows of the tables PostgreSQL reads to say by a sample what
// became of the recipients who are in the segment, and how many of the sample are.
func (s *Store) SplitReads(ctx context.Context, broadcast string, in bot.Segment, now bot.Calendar, tables string) (rows, n int, err error) {
	rows, err = s.samplingReads(ctx, tables, func(c conn) error {
		all, err := c.split(ctx, broadcast, []bot.Segment{in}, now, true)
		for _, r := range all {
			n += r.N * int(r.Mask)
		}
		return err
	})
	return rows, n, err
}

func (s *Store) samplingReads(ctx context.Context, tables string, ask func(conn) error) (rows int, err error) {
	const read = `SELECT COALESCE(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables WHERE relname = ANY (string_to_array($1, ' '))`
	err = s.sampling(ctx, func(c conn) error {
		before := 0
		if err := c.get(ctx, &before, read, tables); err != nil {
			return err
		}
		if err := ask(c); err != nil {
			return err
		}
		err := c.get(ctx, &rows, read, tables)
		rows -= before
		return err
	})
	return rows, err
}
