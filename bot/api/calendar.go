package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
)

func calendarRoutes() []route {
	return []route{{method: http.MethodGet, path: "/calendar", query: []string{"month"}, run: readCalendar}}
}

// monthForm is a month as clients write it; monthBeside is how long before and after one
// dates may collide with its own.
const (
	monthForm   = "2006-01"
	monthBeside = time.Hour
)

// calendarShown is what happens in a month, of changes and broadcasts.
type calendarShown struct {
	Month string      `json:"month"`
	Zone  string      `json:"zone"` // whose month it is
	Dates []dateShown `json:"dates"`
	Cap   int         `json:"cap_day"` // broadcasts that one person is told on a day; 0 is no bound
	More  bool        `json:"more"`    // there are more broadcasts than stand here
}

// dateShown is what happens at a moment.
type dateShown struct {
	At       time.Time      `json:"at"`
	Kind     bot.DateKind   `json:"kind"`
	ID       string         `json:"id"` // of the broadcast, with kind send, or of the change
	Title    bot.Bilingual  `json:"title"`
	Stage    bot.Bilingual  `json:"stage,omitzero"`
	State    string         `json:"state"`
	Owner    string         `json:"owner,omitempty"`
	Version  int            `json:"version,omitempty"` // of the change
	Collides []collideShown `json:"collides"`
}

// collideShown is how it collides, and with what.
type collideShown struct {
	Kind bot.CollisionKind `json:"kind"`
	With []string          `json:"with"` // ids of the same noun
}

func readCalendar(_ *API, ctx context.Context, q *request) (answer, error) {
	zone := q.parts.Broadcasts.ZoneOf("")
	name := cmp.Or(q.echo.QueryParam("month"), time.Now().In(zone).Format(monthForm))
	month, err := time.ParseInLocation(monthForm, name, zone)
	until := month.AddDate(0, 1, 0)
	if err != nil || !bot.ValidMoment(month.Add(-monthBeside)) || !bot.ValidMoment(until.Add(monthBeside)) {
		return answer{}, problemParameter("month is such as 2026-12.")
	}
	d, err := q.parts.Broadcasts.Dates(ctx, q.actor, month.Add(-monthBeside), until.Add(monthBeside))
	if err != nil {
		return answer{}, err
	}
	shown := calendarShown{Month: name, Zone: zone.String(), Dates: []dateShown{}, Cap: d.Cap, More: d.More}
	for i, is := range d.All {
		if is.At.Before(month) || !is.At.Before(until) {
			continue
		}
		one := dateShown{
			At: is.At, Kind: is.Kind, ID: is.ID, Title: is.Title, Stage: is.Says, State: cmp.Or(string(is.Send), string(is.Change)), Owner: is.Owner, Version: is.Version, Collides: []collideShown{},
		}
		for _, c := range d.Collisions {
			if !slices.Contains(c.Of, i) {
				continue
			}
			with := collideShown{Kind: c.Kind, With: []string{}}
			for _, j := range c.Of {
				if j != i {
					with.With = append(with.With, d.All[j].ID)
				}
			}
			one.Collides = append(one.Collides, with)
		}
		shown.Dates = append(shown.Dates, one)
	}
	return answer{status: http.StatusOK, body: shown}, nil
}
