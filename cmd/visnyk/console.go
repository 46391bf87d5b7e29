package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// mountConsole adds the pages of the company's people.
func (s *service) mountConsole(e *echo.Echo) {
	c := console.New(console.Config{
		Staff: s.staff, Texts: s.engine.Texts, Log: s.log, Zone: s.cfg.Zone, PublicURL: s.cfg.PublicURL, Entrance: s.entrance,
	})
	c.Mount(e)
	s.mountMedia(e, func(r *http.Request) bool { return c.Allowed(r, bot.ReadTalks) })
}

// staff is who works here; nil while the database is not there yet.
func (s *service) staff() *staff.Staff {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Staff
}

// offerSetUp tells whoever starts the service how the first admin is made, while
// nobody works here. The link is a secret: it goes to them and into no log.
func (s *service) offerSetUp(ctx context.Context, listen string) {
	link, err := s.parts.api.Staff.SetUpLink(ctx)
	switch {
	case errors.Is(err, staff.ErrOver): // somebody works here
	case err != nil:
		s.log.Warn("no link for the first admin: it is made with the next start", "err", err)
	default:
		fmt.Fprintf(s.terminal, "Nobody works here yet. Whoever opens this link before %s becomes the first admin:\n\n  %s\n\n",
			link.Until.In(s.cfg.Zone).Format("15:04"), s.address(listen)+link.Path)
	}
}

// address is where people find us: the public one or, without it, where we listen.
func (s *service) address(listen string) string {
	return cmp.Or(strings.TrimRight(s.cfg.PublicURL, "/"), "http://"+listen)
}
