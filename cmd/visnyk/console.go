package main

import (
	"context"

	"github.com/labstack/echo/v4"

	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// mountConsole adds the pages of the company's people.
func (s *service) mountConsole(e *echo.Echo) {
	c := console.New(console.Config{
		Session: s.session, Texts: s.engine.Texts, Log: s.log, Zone: s.cfg.Zone, PublicURL: s.cfg.PublicURL, Entrance: s.entrance,
	})
	c.Mount(e)
}

// session tells whose session a cookie of the console names.
func (s *service) session(context.Context, string) (console.Signed, error) {
	if s.store.Load() == nil {
		return console.Signed{}, errNotReady
	}
	return console.Signed{}, staff.ErrUnauthenticated
}
