package console

import (
	"net/http"
	"time"
)

// sessionsPage lists where the visitor is signed in.
type sessionsPage struct {
	Sessions []session
	Others   int // besides this one
	Ended    bool
}

// session is one browser somebody is signed in with.
type session struct {
	ID, Client, Network string
	MadeAt, UsedAt      time.Time
	This                bool
}

func (c *Console) sessions(v *Visit) error {
	var query struct {
		Ended bool `form:"ended"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	all, err := c.cfg.Staff().Sessions(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := sessionsPage{Ended: query.Ended}
	for _, s := range all {
		one := session{s.ID, s.Client, s.Network, s.MadeAt, s.UsedAt, s.ID == v.Session}
		if !one.This {
			page.Others++
		}
		page.Sessions = append(page.Sessions, one)
	}
	return v.Page(http.StatusOK, "sessions", page)
}

func (c *Console) endSession(v *Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	if err := c.cfg.Staff().EndSession(v.Ctx(), v.Actor, v.Param("session")); err != nil {
		return err
	}
	return v.See("/sessions?ended=1") // of one's own it leads on to the login
}

func (c *Console) endOthers(v *Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	if _, err := c.cfg.Staff().EndSessions(v.Ctx(), v.Actor, v.Session); err != nil {
		return err
	}
	return v.See("/sessions?ended=1")
}
