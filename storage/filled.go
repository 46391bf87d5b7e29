package storage

import (
	"context"

	"visnyk/bot"
)

// filledOf is the template that a broadcast is a copy of; "" is none.
func filledOf(b bot.Broadcast) string {
	if b.Filled == nil {
		return ""
	}
	return b.Filled.Template.ID
}

const (
	filledFrom  = broadcastColumns + `WHERE filled_of = $1 AND filled_of <> '' ORDER BY id DESC LIMIT $2`
	filledAfter = broadcastColumns + `WHERE filled_of <> '' AND id > $1 ORDER BY id LIMIT $2`
)

// FilledFrom returns at most limit of the broadcasts that were made of the template, the
// newest first.
func (s *Store) FilledFrom(ctx context.Context, template string, limit int) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, filledFrom, template, limit)
	return all, doing("what was made of a template", err)
}

// FilledAfter returns at most limit of the broadcasts that were made of any template, with
// ids above after, by id.
func (s *Store) FilledAfter(ctx context.Context, after string, limit int) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, filledAfter, after, limit)
	return all, doing("what was made of templates", err)
}
