package storage

import (
	"context"

	"visnyk/bot"
)

// Members returns the ids of the contacts that SQL finds in the segment, sorted.
func (s *Store) Members(ctx context.Context, in bot.Segment, now bot.Calendar) (ids []string, err error) {
	is, err := s.r.segment(in, now, "k", 1)
	if err != nil {
		return nil, err
	}
	err = conn{s.r.sql.Plainly()}.sel(ctx, &ids, `SELECT k.id FROM contacts k WHERE `+is.sql+` ORDER BY k.id`, is.values...)
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
