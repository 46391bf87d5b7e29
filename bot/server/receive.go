package server

import (
	"context"

	"visnyk/bot"
)

// Receive puts an update into the inbox for a channel that has a door of its
// own, with the same commits as the webhooks, and tells whether it is new. An
// error promises nothing: the update shall come again.
func (s *Server) Receive(ctx context.Context, u bot.Update) (fresh bool, err error) {
	result := "unavailable"
	defer func() { s.metrics.updates.WithLabelValues(u.Bot, result).Inc() }()
	if !s.waiting.take() {
		result = "busy"
		return false, errAway
	}
	defer s.waiting.free()
	all, err := s.committer.commit(ctx, []bot.Update{u}, false)
	switch {
	case err != nil:
		return false, err
	case all[0]:
		result = "stored"
	default:
		result = "duplicate"
	}
	return all[0], nil
}
