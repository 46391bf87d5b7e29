package staff

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Users lists who works here, by login, those who are disabled too.
func (s *Staff) Users(ctx context.Context, actor bot.Actor) ([]storage.UserEntry, error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return nil, err
	}
	return s.store.Users(ctx)
}

// Tokens lists the tokens of all users, those that have ended too. When one was
// last used is known to the hour.
func (s *Staff) Tokens(ctx context.Context, actor bot.Actor) ([]storage.TokenEntry, error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return nil, err
	}
	return s.store.Tokens(ctx)
}

// User returns one user as the list shows them; storage.ErrNotFound when there is
// none of that login.
func (s *Staff) User(ctx context.Context, actor bot.Actor, login string) (storage.UserEntry, error) {
	all, err := s.Users(ctx, actor)
	if err != nil {
		return storage.UserEntry{}, err
	}
	for _, u := range all {
		if u.Login == login {
			return u, nil
		}
	}
	return storage.UserEntry{}, storage.ErrNotFound
}
