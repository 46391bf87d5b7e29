package demo

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// Ready has the sample company be ready for an outage: those on the line are a segment of
// that name, and the template that they would read stands approved, written by one and
// approved by another as everywhere. It runs after Seed and Hire; what is there stays.
func Ready(ctx context.Context, s *staff.Staff, a *audience.Audiences, all *broadcast.Broadcasts, made bot.Broadcast, line string, whom bot.Segment) error {
	if _, err := all.Read(ctx, bot.System(), made.ID); !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	writes, err := works(ctx, s, "sofiia")
	if err != nil {
		return err
	}
	approves, err := works(ctx, s, "taras")
	if err != nil {
		return err
	}
	on, err := a.Create(ctx, writes, line, whom)
	if err != nil {
		return fmt.Errorf("demo: who is on the line: %w", err)
	}
	made.Audience = bot.In(bot.SavedField, on.ID)
	m, err := all.Create(ctx, writes, made)
	if err == nil {
		m, err = all.Move(ctx, writes, m.ID, bot.BroadcastSubmit, m.Version, broadcast.Moved{})
	}
	if err == nil {
		_, err = all.Move(ctx, approves, m.ID, bot.BroadcastApprove, m.Version, broadcast.Moved{})
	}
	if err != nil {
		return fmt.Errorf("demo: the template of an outage: %w", err)
	}
	return nil
}

// works is the colleague of that login.
func works(ctx context.Context, s *staff.Staff, login string) (bot.Actor, error) {
	u, err := s.User(ctx, bot.System(), login)
	if err != nil {
		return bot.Actor{}, fmt.Errorf("demo: %s: %w", login, err)
	}
	return bot.Actor{User: u.ID, Login: u.Login, Name: u.Known, Role: u.Role}, nil
}
