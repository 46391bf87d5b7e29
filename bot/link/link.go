// Package link leads people on from the tracked links of broadcasts, and counts who
// followed them.
//
// Where a link leads was approved with its broadcast: here stands only which links
// there are. They are kept in memory, a few to a broadcast, so that they lead on
// while the database is away, and a click waits for nothing.
package link

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

// Defaults of Config.
const (
	defaultScan   = 5 * time.Second
	defaultFlush  = time.Second
	defaultLookUp = 2 * time.Second
	// overlap is how far back each scan looks beyond the newest link it knows: what was
	// made earlier may be committed later.
	overlap = time.Minute
	// mostClicks is how many recipients' clicks wait for a database that is away. More
	// are lost, and the log says so: a report says "at least".
	mostClicks = 100_000
	// atOnce is how many clicks are written in one commit.
	atOnce = 500
)

// Config is what a Door needs.
type Config struct {
	Store   func() *storage.Store // nil until there is a database
	Tracker *bot.Tracker
	Log     *slog.Logger  // nil: silent
	Scan    time.Duration // between looks for new links; 0 is 5 s
	Flush   time.Duration // between writes of clicks; 0 is 1 s
	LookUp  time.Duration // for a link that is not known here yet; 0 is 2 s
}

// Door leads on.
type Door struct {
	Config
	known sync.Map // of bot.TrackedLink, by its id

	mu     sync.Mutex
	clicks map[clicked]storage.Click
	lost   int
}

// clicked is who followed which link.
type clicked struct {
	link    int64
	contact string
}

// New makes a door that knows no link until Run.
func New(c Config) *Door {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	for of, usual := range map[*time.Duration]time.Duration{&c.Scan: defaultScan, &c.Flush: defaultFlush, &c.LookUp: defaultLookUp} {
		if *of <= 0 {
			*of = usual
		}
	}
	return &Door{Config: c, clicks: map[clicked]storage.Click{}}
}

// Mount adds the route.
func (d *Door) Mount(e *echo.Echo) {
	e.GET(bot.LinkPath+":token", d.serve)
	e.HEAD(bot.LinkPath+":token", d.serve)
}

// serve leads on to where the link of the token was approved to lead; 404 for every
// other token, whatever is wrong with it.
func (d *Door) serve(c echo.Context) error {
	h := c.Response().Header()
	web.SecureHeaders(h)
	h.Set("Content-Security-Policy", web.DataPolicy)
	h.Set("Cache-Control", "no-store") // each time is counted
	h.Set("X-Robots-Tag", "noindex, nofollow")
	id, contact, ok := d.Tracker.Read(c.Param("token"))
	if !ok {
		return echo.ErrNotFound
	}
	l, err := d.find(c.Request().Context(), id)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return echo.ErrNotFound
	case err != nil:
		web.RetryAfter(h, d.LookUp)
		return echo.NewHTTPError(http.StatusServiceUnavailable).SetInternal(err)
	}
	d.count(l, contact, preview(c.Request()))
	return c.Redirect(http.StatusFound, l.URL)
}

var errAway = errors.New("the database is not there, and this link is not known here yet")

// find returns the link with the id.
func (d *Door) find(ctx context.Context, id int64) (bot.TrackedLink, error) {
	if known, ok := d.known.Load(id); ok {
		return known.(bot.TrackedLink), nil
	}
	store := d.Store()
	if store == nil {
		return bot.TrackedLink{}, errAway
	}
	ctx, cancel := context.WithTimeout(ctx, d.LookUp)
	defer cancel()
	l, err := store.Link(ctx, id)
	if err == nil && !d.learn(l) {
		err = storage.ErrNotFound
	}
	return l, err
}

// learn keeps the link in memory, unless somebody has changed where it leads.
func (d *Door) learn(l bot.TrackedLink) bool {
	if !l.Genuine() {
		d.Log.Error("a tracked link does not lead where it was made to lead: it leads nowhere now", "broadcast", l.Broadcast)
		return false
	}
	d.known.Store(l.ID, l)
	return true
}

// count notes that the link was followed; it is written a moment later.
func (d *Door) count(l bot.TrackedLink, contact string, preview bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := clicked{l.ID, contact}
	c, there := d.clicks[key]
	if !there && len(d.clicks) >= mostClicks {
		d.lost++
		return
	}
	c.Link, c.Contact = l, contact
	if preview {
		c.Previews++
	} else {
		c.Times++
	}
	d.clicks[key] = c
}
