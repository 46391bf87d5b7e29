// Package api is the REST door for programs of the company: /api/v1 under
// bearer tokens, described by openapi.json, which it serves.
//
// A handler reads what is asked, calls one method that stands below with the
// actor, and answers. It holds no rule and no SQL: rights, four eyes, audit and
// what content must be are inside those methods. Words for customers never
// stand here.
package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/approval"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/contact"
	"visnyk/bot/desk"
	"visnyk/bot/editor"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/storage"
)

// prefix is where all routes stand.
const prefix = "/api/v1"

// Parts are what the routes call. All but JoinPage and FollowPages are required.
type Parts struct {
	Store    *storage.Store
	Staff    *staff.Staff
	Articles *editor.Editor
	Changes  *change.Changes
	// Approvals are what waits for somebody's decision.
	Approvals *approval.Approvals
	Contacts  *contact.Contacts
	// Audiences are the segments.
	Audiences *audience.Audiences
	Desk      *desk.Desk
	// Broadcasts are messages to many.
	Broadcasts *broadcast.Broadcasts
	// JoinPage is the address of the page for join links, up to the code; "" where
	// our own address is not known, and personal links cannot be made.
	JoinPage string
	// FollowPages names the public pages of changes; nil where nobody can reach us.
	FollowPages *bot.FollowPages
	// Zone is in which the company's days are days; nil: UTC.
	Zone *time.Location
}

// Config is what the door needs.
type Config struct {
	// Parts gives what the routes call; nil while the database is not there yet.
	Parts func() *Parts
	Log   *slog.Logger
	// Entrance is what all doors share; nil is one of the API's own.
	Entrance *web.Entrance
	Limits   Limits
}

// Limits bound what clients can take. A zero field has the default.
type Limits struct {
	Body    int64 // bytes of a request; 1 MiB
	Readers int   // bodies read at once; 256
	AtOnce  int   // requests that use the database; 8
	Waiting int   // requests that wait for their turn; 64
	// Strangers are the requests, and OfClient those of one address, that wait at
	// once to hear whether their token is one of ours, and never was before;
	// 4,096 and 512.
	Strangers, OfClient int
	Time                time.Duration // for all that a request does in the database; 15 s
	Rate                float64       // requests a second of one user; 50
	Burst               int           // requests one user may make at once; 200
}

func (l Limits) orDefaults() Limits {
	l.Body = cmp.Or(l.Body, 1<<20)
	l.Readers = cmp.Or(l.Readers, 256)
	l.AtOnce = cmp.Or(l.AtOnce, 8)
	l.Waiting = cmp.Or(l.Waiting, 64)
	l.Strangers = cmp.Or(l.Strangers, 4096)
	l.OfClient = cmp.Or(l.OfClient, 512)
	l.Time = cmp.Or(l.Time, 15*time.Second)
	l.Rate = cmp.Or(l.Rate, 50)
	l.Burst = cmp.Or(l.Burst, 200)
	return l
}

// API is the door for programs.
type API struct {
	cfg         Config
	limits      Limits
	concurrency *web.ConcurrencyLimit
	strangers   *strangers
	rates       *web.RateLimits
	bodies      *web.Door
}

// New makes the door. It starts nothing.
func New(c Config) *API {
	l := c.Limits.orDefaults()
	if c.Entrance == nil {
		c.Entrance = web.New(web.Config{Log: c.Log})
	}
	return &API{
		cfg: c, limits: l, concurrency: web.NewConcurrencyLimit(l.AtOnce, l.Waiting, l.Time), strangers: newStrangers(l.Strangers, l.OfClient),
		rates:  web.NewRateLimits(web.Rate{PerSecond: l.Rate, Burst: l.Burst}, 0),
		bodies: c.Entrance.Door(web.Caps{Pace: web.PersonPace(), Readers: l.Readers}),
	}
}

// route is one path with one method.
type route struct {
	method, path string // below prefix, with parameters as Echo writes them
	query        []string
	public       bool // needs no token
	secret       bool // its answer is a secret: one kept for repeats is encrypted
	run          func(*API, context.Context, *request) (answer, error)
}

// writes reports whether the route changes something.
func (r route) writes() bool { return r.method != http.MethodGet }

// routes is every route there is.
func routes() []route {
	all := []route{{method: http.MethodGet, path: "/openapi.json", public: true, run: describe}}
	return slices.Concat(all, articleRoutes(), changeRoutes(), ledgerRoutes(), rollOutRoutes(), contactRoutes(), broadcastRoutes(), planRoutes(), calendarRoutes(), knownRoutes(), segmentRoutes(), ticketRoutes())
}

// Mount adds the routes to e, and one behind them that answers what there is
// not: a path, or a method of a path.
func (a *API) Mount(e *echo.Echo) {
	for _, r := range routes() {
		h := a.handler(r)
		e.Add(r.method, prefix+r.path, h)
		if r.method == http.MethodGet {
			e.HEAD(prefix+r.path, h)
		}
	}
	missing := a.handler(route{public: true, run: refuse})
	e.RouteNotFound(prefix, missing)
	e.RouteNotFound(prefix+"/*", missing)
}

// refuse answers where there is no route.
func refuse(_ *API, _ context.Context, q *request) (answer, error) {
	allow := methodsAt(strings.TrimPrefix(q.echo.Request().URL.EscapedPath(), prefix))
	if allow == "" {
		return answer{}, problemNoRoute()
	}
	q.header.Set(echo.HeaderAllow, allow)
	return answer{}, problemMethod(allow)
}

// methodsAt lists the methods of a path for Allow; "" when there is no such path.
func methodsAt(path string) string {
	var methods []string
	all := routes()
	if slices.ContainsFunc(all, func(r route) bool { return r.path == path }) { // not another one's id
		all = slices.DeleteFunc(all, func(r route) bool { return r.path != path })
	}
	for _, r := range all {
		same := slices.EqualFunc(strings.Split(r.path, "/"), strings.Split(path, "/"), func(ours, theirs string) bool {
			return ours == theirs || ours == ":id" && theirs != ""
		})
		if same && r.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		if same {
			methods = append(methods, r.method)
		}
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}
